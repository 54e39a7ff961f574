"""Evaluation and training data: judgment lists, metrics, feature logging."""
