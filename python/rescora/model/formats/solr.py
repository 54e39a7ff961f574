"""Models of Solr's learning-to-rank module: trees and weighted sums with normalized features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Linear, Loaded, Normalizer, Tree
from rescora.model.parsing.columns import Columns, distinct
from rescora.model.parsing.decimals import single, single_of_text
from rescora.model.parsing.nested import Split, at, grow, mapping, sequence, text

if TYPE_CHECKING:
    from rescora.model.parsing.source import Source

NAME = "solr"

_PACKAGE = "org.apache.solr.ltr."
_TREES, _LINEAR = "MultipleAdditiveTreesModel", "LinearModel"
_OTHERS = ("NeuralNetworkModel", "DefaultWrapperModel")
_KEYS = ("class", "name", "store", "features", "params")
_NODE_KEYS = frozenset({"feature", "threshold", "left", "right", "value"})
# Solr adds it to every threshold, against the rounding of whoever trained the model.
_SLACK = np.float32(1e-6)


def recognises(source: Source) -> bool:
    """Whether it is a model with a class of Solr's, or a list of such models."""
    model = _only_one(source.json)
    if not isinstance(model, Mapping):
        return False
    name = model.get("class")
    return isinstance(name, str) and name.rpartition(".")[2] in (_TREES, _LINEAR, *_OTHERS)


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Read a Solr model, as it is put to its model store.

    A feature that did not match is 0. Scores are float32 sums in the order of the trees, or of the features.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        Names of the columns, if they are not the model's features in their order.

    Raises
    ------
    ModelError
        If the model is damaged, or of a class that is neither of trees nor linear.

    Notes
    -----
    Source: Solr's MultipleAdditiveTreesModel.java, LinearModel.java and its normalizers.
    """
    model = mapping(_only_one(source.json), "a Solr model", _KEYS)
    features = [mapping(feature, "a feature", ("name", "norm")) for feature in _features(model)]
    own = distinct([feature.get("name") for feature in features], "features")
    columns = Columns(own, feature_names)
    params = mapping(model.get("params"), "params")
    kind = text(model.get("class"), "class").rpartition(".")[2]
    if kind == _TREES:
        made: Ensemble | Linear = _ensemble(params, own, columns)
    elif kind == _LINEAR:
        made = _linear(params, own, columns)
    else:
        raise ModelError(f"[{show(kind)}] is not supported{did_you_mean(kind, (_TREES, _LINEAR))}")
    return Loaded(
        NAME, made, columns.names, len(columns.names), absent=0.0, normalizers=_normalizers(features, columns)
    )


def _only_one(given: Any) -> Any:
    """Return the model, where it is alone in a list of models."""
    return given[0] if isinstance(given, (list, tuple)) and len(given) == 1 else given


def _features(model: Mapping[str, Any]) -> Any:
    return sequence(model.get("features"), "features")


def _single(value: Any, what: str) -> float:
    """Return a number, which Solr also takes as text."""
    return single_of_text(value, what) if isinstance(value, str) else single(value, what)


def _linear(params: Mapping[str, Any], own: tuple[str, ...], columns: Columns) -> Linear:
    weights = mapping(mapping(params, "params", ("weights",)).get("weights"), "params.weights")
    missing = next((name for name in own if name not in weights), None)
    if missing is not None:
        raise ModelError(f"params.weights must have a weight for feature [{show(missing)}]")
    return Linear(
        feature=np.array([columns[name] for name in own], np.int32),
        weight=np.array(
            [_single(weights[name], f"the weight of [{show(name)}]") for name in own], np.float64
        ),
        accumulate="float32",
    )


def _ensemble(params: Mapping[str, Any], own: tuple[str, ...], columns: Columns) -> Ensemble:
    trees = sequence(mapping(params, "params", ("trees",)).get("trees"), "params.trees")
    known = frozenset(own)
    return Ensemble([_tree(tree, f"tree {i}", known, columns) for i, tree in enumerate(trees)], "float32")


def _tree(given: Any, path: str, known: frozenset[str], columns: Columns) -> Tree:
    with at(path):
        tree = mapping(given, "a tree", ("weight", "root"))
        weight = np.float32(_single(tree.get("weight"), "weight"))

    def read(node: Any) -> Split | float:
        return _node(node, weight, known, columns)

    return grow(tree.get("root"), read, path)


def _node(given: Any, weight: np.float32, known: frozenset[str], columns: Columns) -> Split | float:
    node = mapping(given, "a node", _NODE_KEYS)
    if "feature" not in node:
        return _weighted(_single(_leaf(node).get("value"), "value"), weight)
    if node.keys() != _NODE_KEYS - {"value"}:
        raise ModelError(f"a node must have feature, threshold, left and right, not {show(sorted(node))}")
    name = text(node["feature"], "feature")
    threshold = float(np.float32(_single(node["threshold"], "threshold")) + _SLACK)
    if name not in known:
        return _weighted(
            0.0, weight
        )  # whatever needs a feature that the model does not list is worth nothing
    return Split(columns[name], threshold, 0, node["left"], node["right"])


def _leaf(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(node, "a leaf", ("value",))


def _weighted(value: float, weight: np.float32) -> float:
    with np.errstate(over="ignore", under="ignore"):
        product = float(np.float32(value) * weight)
    if not np.isfinite(product):
        raise ModelError(f"value times weight must be a number that float32 can hold, not {show(product)}")
    return product


def _normalizers(features: list[Mapping[str, Any]], columns: Columns) -> dict[int, Normalizer]:
    found: dict[int, Normalizer] = {}
    for i, feature in enumerate(features):
        with at(f"features[{i}].norm"):
            normalizer = _normalizer(feature.get("norm"))
        if normalizer is not None and feature["name"] in columns.number:
            found[columns[feature["name"]]] = normalizer
    return found


def _normalizer(given: Any) -> Normalizer | None:
    if given is None:
        return None
    norm = mapping(given, "norm", ("class", "params"))
    kind = text(norm.get("class"), "class")
    params = mapping(norm.get("params") or {}, "params")
    if kind == f"{_PACKAGE}norm.IdentityNormalizer":
        mapping(params, "params", ())
        return None
    if kind == f"{_PACKAGE}norm.MinMaxNormalizer":
        return _min_max(params)
    if kind == f"{_PACKAGE}norm.StandardNormalizer":
        return _standard(params)
    raise ModelError(f"the normalizer [{show(kind)}] is not supported")


def _min_max(given: Mapping[str, Any]) -> Normalizer:
    params = mapping(given, "params", ("min", "max"))
    low, high = (_single(params.get(key), key) for key in ("min", "max"))
    with np.errstate(over="ignore"):
        delta = float(np.float32(high) - np.float32(low))
    if delta == 0 or not np.isfinite(delta):
        raise ModelError(f"max less min must be a finite number that is not 0, not {delta}")
    return Normalizer(low, delta)


def _standard(given: Mapping[str, Any]) -> Normalizer:
    params = mapping(given, "params", ("avg", "std"))
    deviation = _single(params.get("std", 1.0), "std")
    if deviation <= 0:
        raise ModelError(f"std must be above 0, not {deviation}")
    return Normalizer(_single(params.get("avg", 0.0), "avg"), deviation)
