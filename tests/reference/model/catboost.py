"""CatBoost's JSON export scored straight from the JSON, one row and one node at a time."""

import json

import numpy as np


def column_and_nan(model: dict) -> dict[int, tuple[int, bool]]:
    """Return each float feature's column, and whether a NaN counts as above every border."""
    features = model["features_info"]["float_features"]
    return {
        feature["feature_index"]: (feature["flat_feature_index"], feature["nan_value_treatment"] == "AsTrue")
        for feature in features
    }


def is_above(split: dict, features: dict[int, tuple[int, bool]], row: np.ndarray) -> bool:
    column, nan_is_above = features[split["float_feature_index"]]
    x = row[column]
    return nan_is_above if np.isnan(x) else bool(x > np.float32(split["border"]))


def value_of_oblivious(tree: dict, features: dict, row: np.ndarray) -> float:
    """Return the leaf whose number has bit i set where the value is above the i-th border."""
    index = 0
    for bit, split in enumerate(tree["splits"] or []):
        index |= is_above(split, features, row) << bit
    return float(tree["leaf_values"][index])


def value_of_tree(node: dict, features: dict, row: np.ndarray) -> float:
    while "split" in node:
        node = node["right" if is_above(node["split"], features, row) else "left"]
    return float(node["value"])


def score(model: bytes | dict, rows: np.ndarray) -> np.ndarray:
    """Return one raw score a row, in float64; what a loss makes of it is not in the rules read here."""
    given = model if isinstance(model, dict) else json.loads(model)
    features = column_and_nan(given)
    scale, (bias, *_) = given["scale_and_bias"]
    oblivious = "oblivious_trees" in given
    value = value_of_oblivious if oblivious else value_of_tree
    scores = []
    for row in np.float32(rows):
        total = 0.0
        for tree in given["oblivious_trees" if oblivious else "trees"]:
            total += value(tree, features, row)
        scores.append(scale * total + bias)
    return np.array(scores, np.float64)
