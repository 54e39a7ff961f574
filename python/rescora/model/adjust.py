"""Elasticsearch's two rules for tree models: scores shifted to be non-negative, infinity as missing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from rescora.errors import ModelError
from rescora.model.ensemble import Ensemble, Rule

if TYPE_CHECKING:
    from rescora.model.ensemble import Loaded


def with_infinity_as_missing(loaded: Loaded, missing: bool) -> Loaded:
    """
    Return the model with infinite values treated as missing, or as numbers.

    A node whose format makes 0 of missing values (LightGBM's ``None``) sends infinity right.
    """
    model = loaded.model
    if not isinstance(model, Ensemble):
        raise ModelError("[elasticsearch_infinity] is of trees, and this is a weighted sum")
    rule = np.uint8(Rule.INFINITE_TO_NAN)
    trees = [
        dataclasses.replace(tree, rule=tree.rule | rule if missing else tree.rule & ~rule)
        for tree in model.trees
    ]
    return dataclasses.replace(loaded, model=dataclasses.replace(model, trees=trees))


def with_shift(loaded: Loaded, shifted: bool) -> Loaded:
    """Return the model with its output shifted to be at least 0, or without a shift."""
    model = loaded.model
    if not isinstance(model, Ensemble):
        raise ModelError("[elasticsearch_shift] is of trees, and this is a weighted sum")
    shift = lowest(model) if shifted else 0.0
    output = dataclasses.replace(model.output, shift=max(0.0, -shift))
    return dataclasses.replace(loaded, model=dataclasses.replace(model, output=output))


def lowest(model: Ensemble) -> float:
    """Return the least sum of an ensemble: that of every tree's least leaf, in the order of the trees."""
    if model.output.transform != "identity" or model.output.mean or model.groups:
        raise ModelError("[elasticsearch_shift] is of plain sums: this model's output is not its sum")
    total = float(model.base)
    for number, tree in enumerate(model.trees):
        if len(tree.leaf_value) == 0:
            raise ModelError("has no leaves", path=f"tree {number}")
        total += float(tree.leaf_value.min())
    return total if model.output.divide is None else total / model.output.divide
