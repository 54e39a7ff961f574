"""How do documents become values of fields? The reading of dicts, lines and tables, and the builder."""
