"""Model formats, one file per library; `registry` finds the one of a source."""
