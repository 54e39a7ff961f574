"""Scripts: what does a document's own formula say? `reader` makes a tree, `compiler` a program for the core."""
