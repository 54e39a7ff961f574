"""The trees of Elasticsearch's trained models: nodes by number, each with one of four tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Rule, Tree
from rescora.model.parsing.arrays import numbered_apart

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.model.parsing.columns import Columns

# Each test by two questions: is it of the next lower threshold, and are the children exchanged?
_TESTS = {"lte": (False, False), "lt": (True, False), "gt": (False, True), "gte": (True, True)}

_Index = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Node(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A node of Elasticsearch's; a leaf has no left child."""

    node_index: _Index = 0
    decision_type: str = "lte"
    threshold: float | None = None
    left_child: _Index | None = None
    right_child: _Index | None = None
    default_left: bool = False
    split_feature: _Index | None = None
    split_gain: float | None = None
    leaf_value: float | list[float] | None = None
    number_samples: Annotated[int, msgspec.Meta(ge=0)] = 0


class TreeBody(msgspec.Struct, forbid_unknown_fields=True):
    """A tree of Elasticsearch's, with every field of its type."""

    feature_names: list[str]
    tree_structure: list[Node]
    target_type: str = "regression"
    classification_labels: Any = None


def make_tree(given: TreeBody, path: str, columns: Columns) -> Tree:
    """Return a tree; ModelError, with the number of the node, where Elasticsearch would refuse it."""
    nodes = given.tree_structure
    if not nodes:
        raise ModelError("[tree_structure] must not be empty", path=path)
    is_leaf = np.array([node.left_child is None for node in nodes])
    leaves = [node for node in nodes if node.left_child is None]
    inner = [node for node in nodes if node.left_child is not None]
    left, right = _children(inner, is_leaf, path)
    lower, exchanged = _tests(nodes, path)[:, ~is_leaf]
    left, right = np.where(exchanged, right, left), np.where(exchanged, left, right)
    nan_left = np.array([node.default_left for node in inner], bool) ^ exchanged
    rule = np.uint8(Rule.INFINITE_TO_NAN | Rule.SIGNED_ZEROS) | np.uint8(Rule.NAN_LEFT) * nan_left
    return Tree(
        feature=_features(inner, given.feature_names, columns, is_leaf, path),
        threshold=_thresholds(inner, lower, is_leaf, path),
        rule=rule.astype(np.uint8),
        left=left,
        right=right,
        leaf_value=_leaf_values(leaves, is_leaf, path),
    )


def _fail(bad: NDArray[np.bool_], places: NDArray[np.bool_], path: str, reason: str) -> None:
    """Refuse the first node that is bad, of those at `places`."""
    if bad.any():
        number = np.flatnonzero(places)[int(np.argmax(bad))]
        raise ModelError(reason, path=f"{path}, node {number}")


def _children(
    inner: list[Node], is_leaf: NDArray[np.bool_], path: str
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the children with nodes and leaves numbered apart; check that each is one node's child."""
    left = np.array([node.left_child for node in inner], np.int64)
    right = np.array([-1 if node.right_child is None else node.right_child for node in inner], np.int64)
    count = len(is_leaf)
    _fail(right < 0, ~is_leaf, path, "[right_child] must exist for non-leaf node")
    _fail((left >= count) | (right >= count), ~is_leaf, path, f"a child is missing: there are {count} nodes")
    parents = np.bincount(np.concatenate([left, right]), minlength=count)
    parents[0] += 1  # the root's place is that of a child
    _fail(parents > 1, np.ones(count, bool), path, "[tree] contains cycle, or two ways to this node")
    _fail(parents < 1, np.ones(count, bool), path, "this node is no node's child")
    number = numbered_apart(is_leaf)
    return number[left], number[right]


def _tests(nodes: list[Node], path: str) -> NDArray[np.bool_]:
    """Return the two answers of every node's test."""
    try:
        return np.array([_TESTS[node.decision_type] for node in nodes], bool).T
    except KeyError:
        pass
    for i, node in enumerate(nodes):
        if node.decision_type.lower() not in _TESTS:
            hint = did_you_mean(node.decision_type, _TESTS)
            reason = f"[decision_type] [{show(node.decision_type)}] is not supported{hint}"
            raise ModelError(reason, path=f"{path}, node {i}")
    return np.array([_TESTS[node.decision_type.lower()] for node in nodes], bool).T


def _features(
    inner: list[Node], names: list[str], columns: Columns, is_leaf: NDArray[np.bool_], path: str
) -> NDArray[np.int32]:
    feature = np.array([-1 if n.split_feature is None else n.split_feature for n in inner], np.int64)
    _fail(feature < 0, ~is_leaf, path, "[split_feature] must exist for non-leaf node")
    _fail(feature >= len(names), ~is_leaf, path, f"[split_feature] is beyond the {len(names)} feature_names")
    column = np.array([columns.number.get(name, -1) for name in names] or [-1], np.int32)[feature]
    if len(column) and column.min() < 0:
        columns[names[feature[int(np.argmin(column))]]]  # says which name is missing
    return column


def _thresholds(
    inner: list[Node], lower: NDArray[np.bool_], is_leaf: NDArray[np.bool_], path: str
) -> NDArray[np.float64]:
    threshold = np.array([np.nan if node.threshold is None else node.threshold for node in inner], np.float64)
    _fail(~np.isfinite(threshold), ~is_leaf, path, "[threshold] must exist for non-leaf node, and be finite")
    return np.where(lower, next_lower(threshold), threshold)


def _leaf_values(leaves: list[Node], is_leaf: NDArray[np.bool_], path: str) -> NDArray[np.float64]:
    values = np.array([_first(node.leaf_value) for node in leaves], np.float64)
    _fail(~np.isfinite(values), is_leaf, path, "[leaf_value] is required for a leaf node, and must be finite")
    return values


def _first(value: float | list[float] | None) -> float:
    """Return the value that a regression looks at."""
    if isinstance(value, list):
        return value[0] if value else np.nan
    return np.nan if value is None else value


def next_lower(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return t' with ``x <= t'`` for every ``x < t``, in Java's order where -0.0 is lower than 0.0."""
    is_zero = (threshold == 0) & ~np.signbit(threshold)
    return np.where(is_zero, -0.0, np.nextafter(threshold, -np.inf))
