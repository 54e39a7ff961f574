"""Models of o19s' Elasticsearch plugin scored straight from the JSON, one row and one node at a time."""

import json
import math
from typing import Any

import numpy as np

from reference.model import ranklib
from reference.model import xgboost as saved_by_xgboost

ABSENT = {"model/ranklib": 0.0, "model/linear": 0.0}  # trees of XGBoost keep what is absent as NaN
SIGMOID = ("binary:logistic", "reg:logistic")


def parse(model: bytes | dict) -> tuple[str, Any, dict]:
    """Return the model's type, its definition, and its normalizers."""
    body = model if isinstance(model, dict) else json.loads(model)
    inner = body["model"]["model"]
    definition = inner["definition"]
    if isinstance(definition, str) and inner["type"] != "model/ranklib":
        definition = json.loads(definition)
    return inner["type"], definition, inner.get("feature_normalizers", {})


def normalize(x: np.float32, normalizer: dict) -> np.float32:
    if "min_max" in normalizer:
        lowest, highest = (np.float32(normalizer["min_max"][key]) for key in ("minimum", "maximum"))
        return (x - lowest) / (highest - lowest)
    mean, deviation = (np.float32(normalizer["standard"][key]) for key in ("mean", "standard_deviation"))
    return (x - mean) / deviation


def vector(row: np.ndarray, names: list[str], absent: float, normalizers: dict) -> dict[str, np.float32]:
    """Return the values by name; what is absent has its default before it is normalized."""
    values = {}
    for name, x in zip(names, np.float32(row), strict=True):
        filled = np.float32(absent) if np.isnan(x) else x
        values[name] = normalize(filled, normalizers[name]) if name in normalizers else filled
    return values


def leaf_of_dump(node: dict, values: dict[str, np.float32]) -> np.float32:
    """Walk a tree of XGBoost's dump: to the child ``yes`` if the threshold is above the value."""
    while "leaf" not in node:
        x = values[node["split"]]
        wanted = node["yes"] if np.float32(node["split_condition"]) > x else node["no"]
        wanted = node["missing"] if np.isnan(x) else wanted
        node = next(child for child in node["children"] if child["nodeid"] == wanted)
    return np.float32(node["leaf"])


def sum_of_dump(definition: Any, values: dict[str, np.float32]) -> tuple[np.float32, str]:
    trees = definition if isinstance(definition, list) else definition["splits"]
    total = np.float32(0)
    for tree in trees:
        total = total + leaf_of_dump(tree, values)
    return total, "" if isinstance(definition, list) else definition.get("objective", "")


def sum_of_saved(definition: dict, values: dict[str, np.float32]) -> tuple[np.float32, str]:
    """Return the sum of the trees of a saved model, its base score left out as the plugin leaves it out."""
    learner = definition["learner"]
    row = [values[name] for name in learner["feature_names"]]
    trees, _ = saved_by_xgboost.trees_and_weights(learner["gradient_booster"])
    total = np.float32(0)
    for tree in trees:
        total = total + tree.condition[tree.leaf(row)]
    return total, learner["objective"]["name"]


def dot(definition: dict, values: dict[str, np.float32]) -> np.float32:
    """Return the weighted sum in float32, in the order of the feature set."""
    total = np.float32(0)
    for name, x in values.items():
        total = total + x * np.float32(definition.get(name, 0))
    return total


def score_one(kind: str, definition: Any, values: dict[str, np.float32], raw: bool) -> np.float32:
    if kind == "model/ranklib":
        row = np.array([list(values.values())])
        return np.float32(ranklib.score(definition.encode(), row)[0])
    if kind == "model/linear":
        return dot(definition, values)
    add_up = sum_of_saved if kind == "model/xgboost+json+raw" else sum_of_dump
    total, objective = add_up(definition, values)
    if raw or objective not in SIGMOID:
        return total
    return np.float32(1 / (1 + np.exp(-float(total))))


def score(model: bytes | dict, rows: np.ndarray, names: list[str], raw: bool = False) -> np.ndarray:
    """Return one float32 score a row; `names` are the columns', in the order of the feature set."""
    kind, definition, normalizers = parse(model)
    absent = ABSENT.get(kind, math.nan)
    scores = []
    with np.errstate(invalid="ignore", over="ignore"):
        for row in rows:
            values = vector(row, names, absent, normalizers)
            scores.append(score_one(kind, definition, values, raw))
    return np.array(scores, np.float32)
