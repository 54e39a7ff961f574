"""Readers that all inputs share: values and units with error paths, size limits, checks for valid Unicode."""
