"""Parsers that formats share: a model's source, numbers, nodes and columns, with names in errors."""
