"""A plain walk through the trees of `rescora.model.ensemble`, one row and one node at a time."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rescora.model.ensemble import Ensemble, Linear, Loaded, Normalizer, Output, Rule, Tree

SMALL = float(np.float32(1e-35))


def prepared(value: float, rule: int) -> float:
    """Return the value as a node with this rule looks at it."""
    if rule & Rule.SMALL_TO_ZERO and abs(value) <= SMALL:
        value = 0.0
    if rule & Rule.NAN_TO_ZERO and math.isnan(value):
        value = 0.0
    if rule & Rule.ZERO_TO_NAN and value == 0:
        value = math.nan
    if rule & Rule.INFINITE_TO_NAN and math.isinf(value):
        value = math.nan
    return value


def at_most(value: float, threshold: float, signed_zeros: bool) -> bool:
    if signed_zeros and value == 0 and threshold == 0:
        return math.copysign(1, value) <= math.copysign(1, threshold)
    return value <= threshold


def in_set(value: float, words: np.ndarray, cut_first: bool) -> bool:
    if not cut_first and value < 0:
        return False
    if math.isinf(value):
        return False
    category = int(value)
    if category < 0 or category >= 32 * len(words):
        return False
    return bool(int(words[category // 32]) >> (category % 32) & 1)


def goes_left(tree: Tree, node: int, value: float) -> bool:
    rule = int(tree.rule[node])
    value = prepared(value, rule)
    if math.isnan(value):
        return bool(rule & Rule.NAN_LEFT)
    if rule & Rule.CATEGORICAL:
        return in_set(value, tree.categories[int(tree.threshold[node])], bool(rule & Rule.CUT_FIRST))
    return at_most(value, float(tree.threshold[node]), bool(rule & Rule.SIGNED_ZEROS))


def leaf_of(tree: Tree, row: list[float]) -> int:
    """Return the number of the leaf that a row falls into."""
    if len(tree.feature) == 0:
        return 0
    node = 0
    while node >= 0:
        value = row[int(tree.feature[node])]
        node = int(tree.left[node] if goes_left(tree, node, value) else tree.right[node])
    return ~node


def total(model: Ensemble, trees: list[Tree], row: list[float]) -> Any:
    """Return the sum of the leaves as `model.accumulate` has it."""
    leaves = [float(tree.leaf_value[leaf_of(tree, row)]) for tree in trees]
    if model.accumulate == "float64":
        result = float(model.base)
        for leaf in leaves:
            result += leaf
        return result
    single = np.float32(model.base)
    for leaf in leaves:
        if model.accumulate == "float32":
            single = np.float32(single + np.float32(leaf))
        else:
            single = np.float32(float(single) + leaf)
    return single


def raw_of_trees(model: Ensemble, row: list[float]) -> Any:
    trees = list(model.trees)
    if not model.groups:
        result = total(model, trees, row)
    else:
        result, begin = 0.0, 0
        for size in model.groups:
            result += float(total(model, trees[begin : begin + size], row))
            begin += size
        result /= len(model.groups)
    return float(result) / len(trees) if model.output.mean else result


def raw_of_terms(model: Linear, row: list[float]) -> Any:
    single = model.accumulate == "float32"
    kind = np.float32 if single else np.float64
    result = kind(model.base)
    for feature, weight in zip(model.feature, model.weight, strict=True):
        value = row[int(feature)]
        if model.skips_nan and math.isnan(value):
            continue
        result = kind(result + kind(kind(value) * kind(weight)))
    return result


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def transformed(x: Any, output: Output) -> Any:
    if output.transform == "sigmoid":
        return sigmoid(output.slope * float(x))
    if output.transform == "sigmoid_float32":
        decay = np.float32(math.exp(min(-np.float32(x), np.float32(88.7))))
        return np.float32(1) / (decay + np.float32(1) + np.float32(1e-16))
    if output.transform in ("exp", "exp_float32"):
        return np.exp(x)
    if output.transform == "signed_square":
        return x * abs(x)
    if output.transform == "log1p_exp":
        return math.log1p(math.exp(x))
    return x


def normalized(value: float, normalizer: Normalizer | None) -> float:
    if normalizer is None:
        return value
    less = np.float32(np.float32(value) - np.float32(normalizer.offset))
    return float(np.float32(less / np.float32(normalizer.divisor)))


def ready(loaded: Loaded, row: np.ndarray) -> list[float]:
    """Return a row's values as the trees or products get them."""
    model = loaded.model
    wide = model.wide if isinstance(model, Ensemble) else model.accumulate == "float64"
    values = [float(value if wide else np.float32(value)) for value in row]
    if loaded.absent is not None:
        values = [loaded.absent if math.isnan(value) else value for value in values]
    return [normalized(value, loaded.normalizers.get(i)) for i, value in enumerate(values)]


def predict(loaded: Loaded, rows: np.ndarray, raw: bool = False) -> np.ndarray:
    """Return one score a row."""
    model = loaded.model
    scores = []
    for row in rows:
        values = ready(loaded, row)
        score = raw_of_trees(model, values) if isinstance(model, Ensemble) else raw_of_terms(model, values)
        output = model.output
        if output.scale is not None or output.bias is not None:
            score = (1.0 if output.scale is None else output.scale) * float(score) + (output.bias or 0.0)
        if not raw:
            if output.divide is not None:
                score = float(score) / output.divide
            score = transformed(score, output)
            if output.shift:
                score = float(score) + output.shift
        scores.append(score)
    return np.array(scores)
