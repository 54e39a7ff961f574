"""Scripts: what does a document's own formula say? `reader` makes a tree, `program` what the core runs."""
