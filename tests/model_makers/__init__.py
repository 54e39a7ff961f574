"""Random model files, one module per format."""
