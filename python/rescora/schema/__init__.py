"""What are the fields of an index? Types, mappings, analyzers and settings."""
