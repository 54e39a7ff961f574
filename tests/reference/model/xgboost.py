"""XGBoost's saved model, JSON or UBJ, scored straight from the file, one row and one node at a time."""

import json
import math
from decimal import Decimal
from typing import Any

import numpy as np

from reference.model.single import single
from reference.model.ubjson import read

NO_CATEGORY = 16777216  # float32 has no whole numbers without gaps from here on
LOGISTIC = ("binary:logistic", "binary:logitraw", "reg:logistic")
LOGARITHMIC = ("count:poisson", "reg:gamma", "reg:tweedie")


def parse(model: bytes | dict) -> dict:
    """Return the learner; its decimals stay decimals, for they are rounded once, to float32."""
    if isinstance(model, dict):
        return model["learner"]
    is_text = model.lstrip()[1:2] in (b'"', b"\n", b" ", b"\r", b"\t")
    return (json.loads(model, parse_float=Decimal) if is_text else read(model))["learner"]


def margin_of(learner: dict) -> np.float32:
    """Return the base score as a margin: it is stored as a user would give it."""
    stored = single(learner["learner_model_param"]["base_score"].strip("[]()"))
    objective = learner["objective"]["name"]
    if objective in LOGISTIC:
        odds = np.float32(1) / stored - np.float32(1)
        return np.float32(-math.log(odds))
    return np.float32(math.log(stored)) if objective in LOGARITHMIC else stored


class Tree:
    """One tree's arrays."""

    def __init__(self, tree: dict) -> None:
        self.left, self.right = tree["left_children"], tree["right_children"]
        self.feature, self.default_left = tree["split_indices"], tree["default_left"]
        self.condition = [single(number) for number in tree["split_conditions"]]
        self.kind = tree.get("split_type") or [0] * len(self.left)
        self.sets = {}
        places = (tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"])
        for node, begin, size in zip(*places, strict=True):
            self.sets[node] = set(tree["categories"][begin : begin + size])

    def leaf(self, row: np.ndarray) -> int:
        node = 0
        while self.left[node] != -1:
            node = (self.left if self.goes_left(node, row[self.feature[node]]) else self.right)[node]
        return node

    def goes_left(self, node: int, x: np.float32) -> bool:
        if np.isnan(x):
            return bool(self.default_left[node])
        if self.kind[node] == 1:
            return bool(x < 0 or x >= NO_CATEGORY or int(x) not in self.sets[node])
        return bool(x < self.condition[node])


def trees_and_weights(booster: dict) -> tuple[list[Tree], list[np.float32]]:
    weights = booster.get("weight_drop")
    model = (booster["gbtree"] if booster["name"] == "dart" else booster)["model"]
    trees = [Tree(tree) for tree in model["trees"]]
    return trees, [single(weight) for weight in weights or [1] * len(trees)]


def sum_of_trees(booster: dict, start: np.float32, rows: np.ndarray) -> list[np.float32]:
    trees, weights = trees_and_weights(booster)
    sums = []
    for row in rows:
        total = start
        for tree, weight in zip(trees, weights, strict=True):
            total = total + tree.condition[tree.leaf(row)] * weight
        sums.append(total)
    return sums


def sum_of_terms(booster: dict, start: np.float32, rows: np.ndarray) -> list[np.float32]:
    """Return the linear booster's sums: bias and base first, then each feature that is there."""
    *weights, bias = [single(number) for number in booster["model"]["weights"]]
    sums = []
    for row in rows:
        total = bias + start
        for x, weight in zip(row, weights, strict=True):
            total = total if np.isnan(x) else total + x * weight
        sums.append(total)
    return sums


def exp(x: np.ndarray) -> np.ndarray:
    """Return the nearest float32, as C's ``expf`` nearly always does; NumPy's is up to 2 ulp off."""
    return np.exp(x.astype(np.float64)).astype(np.float32)


def transform(objective: str, margins: np.ndarray) -> np.ndarray:
    one, least, most = np.float32([1, 1e-16, 88.7])  # expf overflows shortly above the last
    if objective in ("binary:logistic", "reg:logistic"):
        return one / (exp(np.minimum(-margins, most)) + one + least)
    return exp(margins) if objective in LOGARITHMIC else margins


def score(model: bytes | dict, rows: np.ndarray, raw: bool = False) -> np.ndarray:
    """Return one score a row: the base and the leaves in float32, in the order of the trees."""
    learner = parse(model)
    booster: Any = learner["gradient_booster"]
    add_up = sum_of_terms if booster["name"] == "gblinear" else sum_of_trees
    with np.errstate(invalid="ignore", over="ignore"):
        margins = np.array(add_up(booster, margin_of(learner), np.float32(rows)), np.float32)
        return margins if raw else transform(learner["objective"]["name"], margins)


def leaves(model: bytes | dict, rows: np.ndarray) -> np.ndarray:
    """Return each row's leaf in each tree: the number of its node."""
    trees, _ = trees_and_weights(parse(model)["gradient_booster"])
    return np.array([[tree.leaf(row) for tree in trees] for row in np.float32(rows)], np.int32)
