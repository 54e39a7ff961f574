"""What formats share: the source of a model, and its numbers, nodes and columns, each checked by name."""
