"""Solr's models scored straight from the JSON, one row and one node at a time; networks are left out."""

import json

import numpy as np

from reference.model.single import single

SLACK = np.float32(1e-6)  # added to every threshold when the model is loaded


def number(value: str | float) -> np.float32:
    """Return a number that may stand as text, which is then read as float32 at once."""
    return single(value) if isinstance(value, str) else np.float32(value)


def normalize(x: np.float32, norm: dict | None) -> np.float32:
    if norm is None or norm["class"].endswith("IdentityNormalizer"):
        return x
    params = {key: number(value) for key, value in norm["params"].items()}
    if norm["class"].endswith("MinMaxNormalizer"):
        return (x - params["min"]) / (params["max"] - params["min"])
    return (x - params["avg"]) / params["std"]


def vector(model: dict, row: np.ndarray) -> dict[str, np.float32]:
    """Return the values by name: a feature that did not match is 0, and is normalized like any other."""
    values = {}
    for feature, x in zip(model["features"], np.float32(row), strict=True):
        known = np.float32(0) if np.isnan(x) else x
        values[feature["name"]] = normalize(known, feature.get("norm"))
    return values


def leaf_of(node: dict, values: dict[str, np.float32]) -> np.float32:
    """Walk a tree down; a node whose feature the model does not list ends the walk with 0."""
    while "feature" in node:
        if node["feature"] not in values:
            return np.float32(0)
        threshold = number(node["threshold"]) + SLACK
        node = node["left" if values[node["feature"]] <= threshold else "right"]
    return number(node.get("value", 0))


def sum_of_trees(model: dict, values: dict[str, np.float32]) -> np.float32:
    total = np.float32(0)
    for tree in model["params"]["trees"]:
        total = total + number(tree["weight"]) * leaf_of(tree["root"], values)
    return total


def dot(model: dict, values: dict[str, np.float32]) -> np.float32:
    total = np.float32(0)
    for name, x in values.items():
        total = total + x * number(model["params"]["weights"][name])
    return total


def score(model: bytes | dict, rows: np.ndarray) -> np.ndarray:
    """Return one float32 score a row; the columns are the model's features in their order."""
    given = model if isinstance(model, dict) else json.loads(model)
    add_up = sum_of_trees if given["class"].endswith("MultipleAdditiveTreesModel") else dot
    with np.errstate(invalid="ignore", over="ignore"):
        return np.array([add_up(given, vector(given, row)) for row in rows], np.float32)
