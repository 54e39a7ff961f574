"""
CatBoost's models: the JSON of ``save_model(format="json")``, and live objects, which write it.

A tree of CatBoost's usual kind asks one question a level: bit i of the leaf's number is ``x > border`` of
split i, in float32. It becomes a full binary tree whose root asks for the highest bit, so that its leaves
stand in CatBoost's order. Leaves are summed in float64 in the order of the trees; the raw score is
``scale * sum + bias``, which is CatBoost's ``RawFormulaVal`` to the last bit.

The output is the prediction that belongs to the objective: the probability of the second class for Logloss,
CrossEntropy and Focal, ``exp(raw)`` for Poisson and Tweedie (CatBoost has an exponential of its own, which
differs in the last bits), the raw score for all others. A file that names no objective, as that of summed
models, gives the raw score.

NaN follows the file: it is above every border where the feature had NaN in training and these are treated
``AsTrue``, and below every border otherwise.

Source: CatBoost's json_model_helpers.cpp, quantization.h and evaluator_impl.cpp.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Loaded, Output, Rule, Transform, Tree, constant
from rescora.model.parsing.arrays import floats
from rescora.model.parsing.columns import Columns
from rescora.model.parsing.decimals import finite, single
from rescora.model.parsing.nested import MOST_FEATURES, grow, mapping, whole
from rescora.model.parsing.nested import Split as NestedSplit
from rescora.model.parsing.source import Source, class_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NAME = "catboost"

MOST_LEVELS = 16  # of a symmetric tree: CatBoost trains none that is deeper

TRANSFORMS: dict[str, Transform] = {
    "Logloss": "sigmoid",
    "CrossEntropy": "sigmoid",
    "Focal": "sigmoid",
    "Poisson": "exp",
    "Tweedie": "exp",
}
PARTS = ("features_info", "model_info", "oblivious_trees", "trees", "scale_and_bias", "ctr_data")


class Feature(NamedTuple):
    """One entry of ``float_features``: a column, and whatever a split may ask of it."""

    number: int  # in splits
    column: int
    name: str
    borders: list[float]  # each a float32
    rule: Rule


class Border(NamedTuple):
    """What a split asks for: whether a column is above a value."""

    feature: int  # its number in splits
    value: float
    column: int
    rule: Rule


def recognises(source: Source) -> bool:
    """Return whether it is CatBoost's JSON, a live model, or its binary file, which is refused by name."""
    if source.data is None and _is_live(source.given):
        return True
    if source.data is not None and source.data[:4] == b"CBM1":
        return True
    document = source.json
    return (
        isinstance(document, Mapping)
        and "features_info" in document
        and ("oblivious_trees" in document or "trees" in document)
    )


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Return the model in the internal form.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        The names of the caller's columns.

    Raises
    ------
    ModelError
        If it is damaged, or has something that Rescora does not have.
    """
    document = _document(source)
    features = _features(document.get("features_info"))
    _refuse_other_parts(document)
    columns = _columns(features, feature_names)
    trees = _trees(document, _borders(features), columns)
    output = _output(document, type(source.given).__name__)
    return Loaded(NAME, Ensemble(trees, "float64", output=output), columns.names, columns.count)


# What is read


def _is_live(given: Any) -> bool:
    return bool(class_of(given, "catboost", ("CatBoost",)))


def _document(source: Source) -> Mapping[str, Any]:
    if source.data is not None and source.data[:4] == b"CBM1":
        reason = "CatBoost's binary format is not supported"
        raise ModelError(f'{reason}, but what save_model(path, format="json") writes is')
    document = _exported(source.given).json if _is_live(source.given) else source.json
    return mapping(document, "a model of CatBoost")


def _exported(model: Any) -> Source:
    """Return what the live model itself writes as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        try:
            model.save_model(str(path), format="json")
            return Source(path.read_bytes())
        except Exception as error:  # a foreign object may raise anything
            raise ModelError(f"CatBoost does not write it as JSON: {show(str(error), 200)}") from error


def _refuse_other_parts(document: Mapping[str, Any]) -> None:
    for key, part in document.items():
        if key not in PARTS and part:
            raise ModelError(f"[{show(key)}] is not supported{did_you_mean(key, PARTS)}")
    if document.get("ctr_data"):
        raise ModelError("statistics of categorical features (CTR) are not supported", path="ctr_data")
    if "oblivious_trees" in document and "trees" in document:
        raise ModelError("a model has either [oblivious_trees] or [trees], not both")


# Features and their borders


def _features(info: Any) -> list[Feature]:
    """Return the columns of numbers; every other kind of feature is refused."""
    for key, part in mapping(info, "features_info").items():
        if key != "float_features" and part:
            raise ModelError(f"{_kind(key)} is not supported{_first_name(part)}", path="features_info")
    entries = _list(info.get("float_features"), "float_features", "features_info")
    features = [_feature(entry, f"float feature {i}") for i, entry in enumerate(entries)]
    _refuse_twice([feature.number for feature in features], "feature_index")
    _refuse_twice([feature.column for feature in features], "flat_feature_index")
    return features


def _kind(key: Any) -> str:
    kinds = {
        "categorical_features": "a categorical feature",
        "ctrs": "a statistic of a categorical feature (CTR)",
        "text_features": "a text feature",
        "embedding_features": "an embedding feature",
    }
    return kinds.get(str(key), f"[{show(key)}]")


def _first_name(part: Any) -> str:
    """Return the name of the first of the features that are refused, for a message."""
    first = part[0] if isinstance(part, (list, tuple)) and part else None
    name = first.get("feature_id") if isinstance(first, Mapping) else None
    return f": [{show(name)}]" if isinstance(name, str) and name else ""


def _feature(entry: Any, path: str) -> Feature:
    if not isinstance(entry, Mapping):
        raise ModelError(f"must be an object, not {show(entry)}", path=path)
    treatment, had_nan, name = (entry.get(key) for key in ("nan_value_treatment", "has_nans", "feature_id"))
    if treatment not in ("AsIs", "AsFalse", "AsTrue"):
        raise ModelError(f"nan_value_treatment [{show(treatment)}] is not supported", path=path)
    if not isinstance(had_nan, bool):
        raise ModelError(f"has_nans must be true or false, not {show(had_nan)}", path=path)
    if not isinstance(name, (str, type(None))):
        raise ModelError(f"feature_id must be a string, not {show(name)}", path=path)
    return Feature(
        number=_index(entry, "feature_index", MOST_FEATURES, path),
        column=_index(entry, "flat_feature_index", MOST_FEATURES, path),
        name=name or "",
        borders=_ascending(entry.get("borders"), path),
        # CatBoost asks for the treatment only where training saw NaN: without it even AsTrue is false.
        rule=Rule(0) if had_nan and treatment == "AsTrue" else Rule.NAN_LEFT,
    )


def _ascending(given: Any, path: str) -> list[float]:
    """Return borders as the float32 that CatBoost makes of them."""
    borders: list[float] = _float32(floats(_list(given, "borders", path), "borders", path)).tolist()
    # CatBoost counts the borders below a value, which is a comparison with one border only if they ascend.
    if np.inf in map(abs, borders) or any(lower >= higher for lower, higher in pairwise(borders)):
        raise ModelError("borders must be float32 numbers that ascend", path=path)
    return borders


def _borders(features: Sequence[Feature]) -> list[Border]:
    """Return the borders of all features, in the order in which splits number them."""
    return [Border(one.number, value, one.column, one.rule) for one in features for value in one.borders]


def _columns(features: Sequence[Feature], given: tuple[str, ...] | None) -> Columns:
    """Return the columns; among named ones those without a name have their number, as in CatBoost."""
    count = 1 + max((feature.column for feature in features), default=-1)
    names = [str(column) for column in range(count)]
    for feature in features:
        names[feature.column] = feature.name or str(feature.column)
    return Columns(names if any(feature.name for feature in features) else (), given, count)


# Trees


def _trees(document: Mapping[str, Any], borders: Sequence[Border], columns: Columns) -> list[Tree]:
    kind = "oblivious_trees" if "oblivious_trees" in document else "trees"
    read = _symmetric_tree if kind == "oblivious_trees" else _nested_tree
    given = _list(document.get(kind), kind, "")
    if not given:
        raise ModelError(f"{kind} must have at least one tree")
    return [read(tree, f"tree {i}", borders, columns) for i, tree in enumerate(given)]


def _symmetric_tree(given: Any, path: str, borders: Sequence[Border], columns: Columns) -> Tree:
    if not isinstance(given, Mapping):
        raise ModelError(f"must be an object, not {show(given)}", path=path)
    splits = _list(given.get("splits"), "splits", path)
    if len(splits) > MOST_LEVELS:
        raise ModelError(f"a tree may have {MOST_LEVELS} splits, not {len(splits)}", path=path)
    values = floats(given.get("leaf_values"), "leaf_values", path)
    _check_leaves(len(values), 2 ** len(splits), path)
    if not splits:
        return constant(float(values[0]))
    asked = [_border(split, borders, f"{path}, split {i}") for i, split in enumerate(splits)]
    level, left, right = _full_tree(len(splits))
    column = np.array([border.column for border in asked], np.int32)
    threshold = np.array([border.value for border in asked])
    rule = np.array([border.rule for border in asked], np.uint8)
    return Tree(columns.of(column[level], path), threshold[level], rule[level], left, right, values)


def _check_leaves(count: int, leaves: int, path: str) -> None:
    if count > leaves and count % leaves == 0:
        raise ModelError(f"a model of {count // leaves} outputs is not supported", path=path)
    if count != leaves:
        raise ModelError(f"leaf_values must have {leaves} entries, not {count}", path=path)


@lru_cache(maxsize=MOST_LEVELS)
def _full_tree(depth: int) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return each node's split and children, of the full tree whose leaf's number has split i in bit i."""
    node = np.arange(2**depth - 1)  # the children of n are 2n + 1 and 2n + 2; leaves are counted on
    level = np.repeat(np.arange(depth), 2 ** np.arange(depth))
    left, right = (
        np.where(child < len(node), child, ~(child - len(node))).astype(np.int32)
        for child in (2 * node + 1, 2 * node + 2)
    )
    return depth - 1 - level, left, right


def _nested_tree(root: Any, path: str, borders: Sequence[Border], columns: Columns) -> Tree:
    def read(node: Any) -> NestedSplit | float:
        node = mapping(node, "a node")
        if "value" in node:
            return _leaf(node["value"])
        border = _border(node.get("split"), borders, "")
        return NestedSplit(border.column, border.value, border.rule, node.get("left"), node.get("right"))

    tree = grow(root, read, path)
    return replace(tree, feature=columns.of(tree.feature, path))


def _leaf(value: Any) -> float:
    if isinstance(value, (list, tuple)):
        raise ModelError(f"a model of {len(value)} outputs is not supported")
    return finite(value, "a leaf's value")


def _border(split: Any, borders: Sequence[Border], path: str) -> Border:
    """Return the border that a split asks for."""
    if not isinstance(split, Mapping):
        raise ModelError(f"a split must be an object, not {show(split)}", path=path)
    kind = split.get("split_type", "FloatFeature")
    if kind != "FloatFeature":
        raise ModelError(f"a split of type [{show(kind)}] is not supported", path=path)
    number = _index(split, "split_index", len(borders), path)
    border, feature, value = borders[number], split.get("float_feature_index"), split.get("border")
    if type(feature) is int and feature == border.feature and _is_border(value, border.value):
        return border
    meant = f"is feature {border.feature} at {border.value}"
    raise ModelError(f"split_index {number} {meant}, not {show(feature)} at {show(value)}", path=path)


def _is_border(given: Any, border: float) -> bool:
    """Return whether a split's border is the float32 that its feature has."""
    try:
        return single(given, "border") == border
    except ModelError:
        return False


# What becomes of the sum


def _output(document: Mapping[str, Any], live_kind: str) -> Output:
    objective = _objective(document)
    transform = TRANSFORMS.get(objective, "identity")
    if live_kind == "CatBoostClassifier" and transform != "sigmoid":
        raise ModelError(f"a classifier with objective [{objective}] is not supported")
    scale, bias = _scale_and_bias(document.get("scale_and_bias"))
    if (scale, bias) == (1, 0):
        return Output(transform=transform)
    return Output(scale=scale, bias=bias, transform=transform)


def _objective(document: Mapping[str, Any]) -> str:
    """Return the objective's name; empty if the file has none."""
    part = document
    for key in ("model_info", "params", "loss_function"):
        given = part.get(key)
        if given is None:
            return ""
        part = mapping(given, key)
    name = part.get("type")
    if not isinstance(name, str):
        raise ModelError(f"type must be the objective's name, not {show(name)}", path="loss_function")
    return name


def _scale_and_bias(given: Any) -> tuple[float, float]:
    if given is None:
        return 1.0, 0.0
    path = "scale_and_bias"
    if len(_list(given, "it", path)) != 2:
        raise ModelError(f"must be a scale and a list of biases, not {show(given)}", path=path)
    biases = floats(given[1], "bias", path)
    if len(biases) > 1:
        raise ModelError(f"a model of {len(biases)} outputs is not supported", path=path)
    return finite(given[0], "scale_and_bias[0]"), float(biases[0]) if len(biases) else 0.0


# Values out of JSON


def _list(given: Any, name: str, path: str) -> Sequence[Any]:
    """Return a list; CatBoost writes null for one that is empty."""
    if not isinstance(given, (list, tuple, type(None))):
        raise ModelError(f"{name} must be a list, not {show(given)}", path=path)
    return given or ()


def _float32(given: float | NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the nearest float32, infinity included."""
    with np.errstate(over="ignore"):
        return np.asarray(given, np.float64).astype(np.float32)


def _index(entry: Mapping[str, Any], name: str, end: int, path: str) -> int:
    return whole(entry.get(name), name, path, most=end - 1)


def _refuse_twice(numbers: Sequence[int], name: str) -> None:
    for number, following in pairwise(sorted(numbers)):
        if number == following:
            raise ModelError(f"{name} {number} stands there twice", path="float_features")
