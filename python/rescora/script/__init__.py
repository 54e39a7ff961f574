"""Painless scripts: `reader` parses them to a syntax tree, `program` compiles this for the core."""
