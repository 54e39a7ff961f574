"""Random Solr models: numbers as text or plain, norms, features that the model does not list."""

from functools import partial

import numpy as np

from model_makers.common import Columns, Made, Rng, as_single, coin, leaf_value, nested, shape_for, short


def number(rng: Rng, value: float) -> str | float:
    """Return a number as Solr's files have it: as text, or plain."""
    return short(value) if coin(rng) else as_single(value)


def norm_of(rng: Rng) -> dict:
    low, size = float(rng.choice([0.0, 0.1, -3.0])), float(rng.choice([1.0, 0.3, 4.0]))
    kind = str(rng.choice(["MinMaxNormalizer", "StandardNormalizer", "IdentityNormalizer"]))
    params = {
        "MinMaxNormalizer": {"min": str(low), "max": str(low + size)},
        "StandardNormalizer": {"avg": low, "std": size},
    }
    return {"class": f"org.apache.solr.ltr.norm.{kind}"} | (
        {"params": params[kind]} if kind in params else {}
    )


def node_of(rng: Rng, columns: Columns, _node: int, left: dict, right: dict) -> dict:
    column, threshold = columns.draw()
    name = "no_such_feature" if rng.random() < 0.02 else columns.names[column]
    return {"feature": name, "threshold": number(rng, threshold), "left": left, "right": right}


def tree_of(rng: Rng, columns: Columns, leaves: int) -> dict:
    root = nested(
        shape_for(rng, leaves),
        partial(node_of, rng, columns),
        lambda _: {"value": number(rng, leaf_value(rng))},
    )
    return {"weight": number(rng, float(rng.choice([1.0, 0.1, -0.7]))), "root": root}


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float32)
    model = {
        "class": "org.apache.solr.ltr.model.MultipleAdditiveTreesModel",
        "name": "made",
        "store": "_DEFAULT_",
    }
    model["features"] = [
        {"name": n} | ({"norm": norm_of(rng)} if rng.random() < 0.3 else {}) for n in columns.names
    ]
    if rng.random() < 0.2:
        model["class"] = "org.apache.solr.ltr.model.LinearModel"
        model["params"] = {"weights": {name: as_single(leaf_value(rng)) for name in columns.names}}
    else:
        model["params"] = {"trees": [tree_of(rng, columns, leaves) for _ in range(trees)]}
    return columns.made(model)
