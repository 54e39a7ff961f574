"""Random stored models of o19s' plugin, of its four types, with normalizers."""

import json
from functools import partial

import numpy as np

from model_makers.common import Columns, Made, Rng, as_single, coin, leaf_value, nested, shape_for
from model_makers.ranklib import ranklib_text
from model_makers.xgboost import forest, saved


def dump_node(rng: Rng, columns: Columns, node: int, left: dict, right: dict) -> dict:
    column, threshold = columns.draw()
    yes, no = left["nodeid"], right["nodeid"]
    asked = {
        "nodeid": 1000 + node,
        "depth": 0,
        "split": columns.names[column],
        "split_condition": as_single(threshold),
    }
    return asked | {"yes": yes, "no": no, "missing": yes if coin(rng) else no, "children": [left, right]}


def dump(rng: Rng, columns: Columns, leaves: int) -> dict:
    return nested(
        shape_for(rng, leaves),
        partial(dump_node, rng, columns),
        lambda leaf: {"nodeid": leaf, "leaf": as_single(leaf_value(rng))},
    )


def dumped(rng: Rng, columns: Columns, trees: int, leaves: int) -> list | dict:
    splits = [dump(rng, columns, leaves) for _ in range(trees)]
    objective = str(rng.choice(["", "rank:ndcg", "reg:linear", "binary:logistic", "reg:logistic"]))
    return {"objective": objective, "splits": splits} if objective else splits


def saved_by_xgboost(rng: Rng, columns: Columns, trees: int, leaves: int) -> dict:
    """Return a saved model whose features stand in an order of their own."""
    boosted = {"name": "gbtree", "model": forest(rng, columns, trees, leaves, categorical=False)}
    objectives = ["rank:ndcg", "rank:pairwise", "binary:logistic"]
    model = saved(rng, columns, boosted, objectives, categorical=False)
    model["learner"]["feature_names"] = rng.permutation(columns.names).tolist()
    return model


def normalizer(rng: Rng) -> dict:
    low, size = float(rng.choice([0.0, 0.1, -3.0])), float(rng.choice([1.0, 0.3, 4.0]))
    if coin(rng):
        return {"min_max": {"minimum": low, "maximum": low + size}}
    return {"standard": {"mean": low, "standard_deviation": size}}


def definition_of(rng: Rng, columns: Columns, trees: int, leaves: int) -> tuple[str, dict | list | str]:
    kind = str(rng.choice(["ranklib", "linear", "xgboost+json", "xgboost+json", "xgboost+json+raw"]))
    if kind == "ranklib":
        return kind, ranklib_text(rng, columns, trees, leaves)
    if kind == "linear":
        return kind, {name: leaf_value(rng) for name in columns.names}
    return kind, (dumped if kind == "xgboost+json" else saved_by_xgboost)(rng, columns, trees, leaves)


def make(seed: int, trees: int, leaves: int, features: int) -> Made:
    """Make a stored model with its feature set, whose order is that of the columns."""
    rng = np.random.default_rng(seed)
    columns = Columns(rng, features, np.float32)
    kind, definition = definition_of(rng, columns, trees, leaves)
    text = definition if isinstance(definition, str) else json.dumps(definition)
    template = {"match": {"title": "{{keywords}}"}}
    asked = {"params": ["keywords"], "template_language": "mustache", "template": template}
    feature_set = {"name": "set", "features": [{"name": name, **asked} for name in columns.names]}
    chosen = rng.choice(columns.names, int(rng.integers(features)), replace=False)
    inner = {"type": f"model/{kind}", "definition": text if coin(rng) else definition}
    inner["feature_normalizers"] = {str(name): normalizer(rng) for name in chosen}
    return columns.made({"model": {"name": "made", "feature_set": feature_set, "model": inner}})
