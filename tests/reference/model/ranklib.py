"""RankLib's text models scored straight from the text, one row and one node at a time."""

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np

from reference.model.single import single

LINEAR = ("Linear Regression", "Coordinate Ascent")


def split_child(split: ElementTree.Element, side: str) -> ElementTree.Element:
    return next(child for child in split.findall("split") if child.get("pos") == side)


def output_of(tree: ElementTree.Element, row: list[float]) -> float:
    """Walk a ``<tree>`` down to its ``<output>``: left if the value is at most the threshold, in float32."""
    split = tree.find("split")
    while split.find("output") is None:
        x = np.float32(row[int(split.findtext("feature")) - 1])
        split = split_child(split, "left" if x <= single(split.findtext("threshold").strip()) else "right")
    return float(single(split.findtext("output").strip()))


def sum_of_trees(ensemble: ElementTree.Element, row: list[float]) -> np.float32:
    """Add in float64, rounding the sum to float32 after every tree."""
    total = np.float32(0)
    for tree in ensemble.findall("tree"):
        total = np.float32(float(total) + output_of(tree, row) * float(single(tree.get("weight"))))
    return total


def trees_scorer(text: str) -> Callable[[list[float]], float]:
    """Return the scorer of a file with one ensemble, or with a random forest's many, whose mean counts."""
    ensembles = list(map(ElementTree.fromstring, re.findall(r"<ensemble>.*?</ensemble>", text, re.DOTALL)))
    is_forest = text.startswith("## Random Forests")

    def mean(row: list[float]) -> float:
        total = 0.0
        for ensemble in ensembles:
            total += float(sum_of_trees(ensemble, row))
        return total / len(ensembles) if is_forest else total

    return mean


def terms_scorer(text: str) -> Callable[[list[float]], float]:
    """Return the scorer of ``feature:weight`` pairs, in the order of the file; feature 0 is the constant."""
    words = " ".join(line for line in text.splitlines() if not line.startswith("##")).split()
    pairs = [(int(key), float(value)) for key, _, value in (word.partition(":") for word in words)]

    def total(row: list[float]) -> float:
        result = sum(weight for feature, weight in pairs if feature == 0)
        for feature, weight in pairs:
            if feature:
                result += row[feature - 1] * weight
        return float(result)

    return total


def score(model: bytes, rows: np.ndarray) -> np.ndarray:
    """Return one score a row. An unknown value (NaN) is 0; feature 1 is the first column."""
    text = model.decode()
    name = text.partition("\n")[0].removeprefix("## ").strip()
    scorer = terms_scorer(text) if name in LINEAR else trees_scorer(text)
    known = ([0.0 if math.isnan(x) else float(x) for x in np.float32(row)] for row in rows)
    return np.array([scorer(row) for row in known], np.float64)
