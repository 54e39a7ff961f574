"""Elasticsearch's tree ensembles scored straight from the JSON, one row and one node at a time."""

import base64
import gzip
import json
import math

import numpy as np

TESTS = {
    "lt": lambda order: order < 0,
    "lte": lambda order: order <= 0,
    "gt": lambda order: order > 0,
    "gte": lambda order: order >= 0,
}


def parse(model: bytes | dict) -> dict:
    """Return the trained model of a whole body or of a bare definition, packed or plain."""
    body = model if isinstance(model, dict) else json.loads(model)
    if "compressed_definition" in body:
        body = {"definition": json.loads(gzip.decompress(base64.b64decode(body["compressed_definition"])))}
    return body.get("definition", body)["trained_model"]


def compare(x: float, y: float) -> int:
    """Order as Java's ``Double.compare`` does: -0.0 comes before 0.0."""
    if x == y == 0:
        x, y = math.copysign(1, x), math.copysign(1, y)
    return (x > y) - (x < y)


def goes_left(node: dict, x: float) -> bool:
    if math.isnan(x) or math.isinf(x):
        return bool(node.get("default_left", False))
    test = TESTS[node.get("decision_type", "lte").lower()]
    return test(compare(x, float(node["threshold"])))


def is_leaf(node: dict) -> bool:
    return node.get("left_child", -1) < 0


def value_of_leaf(node: dict) -> float:
    value = node["leaf_value"]
    return float(value[0] if isinstance(value, list) else value)


def value_of_tree(tree: dict, values: dict[str, float]) -> float:
    nodes = tree["tree_structure"]
    node = nodes[0]
    while not is_leaf(node):
        x = values.get(tree["feature_names"][node["split_feature"]], math.nan)
        node = nodes[node["left_child" if goes_left(node, x) else "right_child"]]
    return value_of_leaf(node)


def least_of_tree(tree: dict) -> float:
    return min(value_of_leaf(node) for node in tree["tree_structure"] if is_leaf(node))


def aggregate(ensemble: dict, values: list[float], raw: bool = False) -> float:
    """Return the plain sum in order, each value times its weight, and unless `raw` what is made of it."""
    ((kind, options),) = ensemble.get("aggregate_output", {"weighted_sum": {}}).items()
    total = 0.0
    for value, weight in zip(values, options.get("weights") or [1.0] * len(values), strict=True):
        total += weight * value
    return float(np.exp(total)) if kind == "exponent" and not raw else total


def prediction(model: dict, values: dict[str, float], raw: bool) -> float:
    if "tree" in model:
        return value_of_tree(model["tree"], values)
    ensemble = model["ensemble"]
    return aggregate(ensemble, [prediction(each, values, raw) for each in ensemble["trained_models"]], raw)


def least(model: dict) -> float:
    """Return the bound that Elasticsearch computes before any document is seen; it leaves weights out."""
    if "tree" in model:
        return least_of_tree(model["tree"])
    bound = compensated_sum([least(each) for each in model["ensemble"]["trained_models"]])
    return float(np.exp(bound)) if "exponent" in model["ensemble"].get("aggregate_output", {}) else bound


def compensated_sum(values: list[float]) -> float:
    """Sum as Java's streams of doubles do, after Kahan."""
    total = lost = 0.0
    for value in values:
        more = value - lost
        lost = ((total + more) - total) - more
        total += more
    return total - lost


def score(model: bytes | dict, rows: np.ndarray, names: list[str], raw: bool = False) -> np.ndarray:
    """
    Return one score a row, in float64; a search rounds it to float32.

    `names` are those of the columns. Unless `raw`, the score is moved up by the lowest possible one if that
    is negative.
    """
    trained = parse(model)
    shift = 0.0 if raw else max(0.0, 0.0 - least(trained))
    values = (dict(zip(names, map(float, row), strict=True)) for row in rows)
    return np.array([prediction(trained, each, raw) + shift for each in values], np.float64)
