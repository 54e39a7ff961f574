"""How good is a ranking, and what does a model learn from? Judged queries, metrics, logged features."""
