"""Model files by chance, one module a format."""
