"""How do documents become values of fields? Mappings, and the reading of dicts and tables."""
