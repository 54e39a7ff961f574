"""
Random model files, one maker per format, and rows with values on which a careless reader fails.

Trees may be a single leaf or a chain, thresholds repeat and lie on zeros, denormals and decimals that are not
binary; whatever a format lets vary from node to node (missing types, default sides, tests) does vary.
"""

import numpy as np

from model_makers import catboost, elasticsearch, lightgbm, o19s, ranklib, solr, xgboost
from model_makers.common import Made

NOT_FINITE = (np.nan, np.inf, -np.inf)
SMALL = (0.0, -0.0, 1e-45, -1e-40, 1e-35, -1e-35)
NO_CATEGORY = (-0.5, -1.0, 0.999, 31.5, 32.0, 64.0, 2.0**24, 2.0**31, -3e9)
ODD = (*NOT_FINITE, *SMALL, *NO_CATEGORY)
MAKERS = {
    "lightgbm": lightgbm.make,
    "xgboost": xgboost.make,
    "elasticsearch": elasticsearch.make,
    "ranklib": ranklib.make,
    "o19s": o19s.make,
    "solr": solr.make,
    "catboost": catboost.make,
}


def rows_for(made: Made, seed: int, n: int, kind: type = np.float32) -> np.ndarray:
    """Return rows of values that nodes ask for, of those one step beside, of odd ones, and of any."""
    rng = np.random.default_rng([seed, n])
    rows = np.empty((n, len(made.names)), kind)
    with np.errstate(over="ignore"):
        for column, asked in enumerate(made.asked):
            on = rng.choice(asked, n).astype(kind)
            below, above = np.nextafter(on, kind(-np.inf)), np.nextafter(on, kind(np.inf))
            odd, category = rng.choice(ODD, n).astype(kind), rng.integers(-2, 100, n).astype(kind)
            choices = np.stack([on, on, below, above, odd, category, rng.normal(size=n).astype(kind)])
            rows[:, column] = choices[rng.integers(len(choices), size=n), np.arange(n)]
    return rows
