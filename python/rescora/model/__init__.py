"""Trained models: files and live objects of many libraries, read into one form for the core."""
