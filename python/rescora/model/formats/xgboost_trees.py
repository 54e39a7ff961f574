"""
XGBoost's trees, as `save_model` writes them: a list for each property of all nodes of a tree.

Source: XGBoost's tree_model.cc, gbtree.cc and predict_fn.h.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Rule, Tree, constant, lower_float32
from rescora.model.parsing.arrays import CategorySets, integers, refuse_infinite
from rescora.model.parsing.decimals import singles
from rescora.model.parsing.nested import whole_or_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.model.parsing.columns import Columns

_LEAF = -1
_DELETED = 2**31 - 1  # the feature of a node that pruning took away

# What the booster of trees may hold; what is beyond may change scores.
_TREES_KEYS = {"gbtree_model_param", "trees", "tree_info", "iteration_indptr", "cats"}


def part_of(whole: Any, name: str, path: str) -> Mapping[str, Any]:
    """Return a part of the model that must be an object; without a name, the whole."""
    part = whole.get(name) if name else whole
    if not isinstance(part, Mapping):
        raise ModelError(f"{name or 'the model'} must be an object, not {show(part)}", path=path)
    return part


def refuse_unknown(part: Mapping[str, Any], known: set[str], path: str) -> None:
    """Raise ModelError if the part has a key that is not known."""
    for key in part:
        if key not in known:
            raise ModelError(f"[{show(key)}] is not supported", path=path)


def parameter(parameters: Mapping[str, Any], name: str, default: int | None) -> int:
    """Return a whole number that is written as a string, as all of XGBoost's parameters are."""
    return whole_or_text(parameters.get(name, default), name, "learner")


def load_trees(booster: Mapping[str, Any], columns: Columns, rounds: int | None) -> list[Tree]:
    """Return the trees of the first rounds, or all, with the weights of `dart` in their leaves."""
    name, path = booster.get("name"), "learner.gradient_booster"
    if name not in ("gbtree", "dart"):
        raise ModelError(f"the booster [{show(name)}] is not supported", path=path)
    model = part_of(booster if name == "gbtree" else part_of(booster, "gbtree", path), "model", path)
    path = f"{path}.model"
    refuse_unknown(model, _TREES_KEYS, path)
    trees = model.get("trees")
    if not isinstance(trees, list) or not trees:
        raise ModelError(f"trees must be a list of trees, not {show(trees)}", path=path)
    if integers(model.get("tree_info"), "tree_info", path, len(trees)).any():
        raise ModelError(
            "a model of several outputs is not supported: tree_info is not 0 throughout", path=path
        )
    weights = np.ones(len(trees), np.float32)
    if name == "dart":
        weights = singles(booster.get("weight_drop"), "weight_drop", path, len(trees))
    elif "weight_drop" in booster:
        raise ModelError("[weight_drop] of [gbtree] is not supported", path=path)
    make_sets, used = CategorySets(), _used(model, rounds, len(trees), path)
    return [_tree(trees[i], i, weights[i], columns, make_sets) for i in range(used)]


def _used(model: Mapping[str, Any], rounds: int | None, trees: int, path: str) -> int:
    """Return the number of trees of the first rounds."""
    if rounds is None:
        return trees
    if "iteration_indptr" in model:
        ends = integers(model["iteration_indptr"], "iteration_indptr", path)
        used = int(ends[rounds]) if 0 < rounds < len(ends) else 0
    else:
        used = rounds * parameter(part_of(model, "gbtree_model_param", path), "num_parallel_tree", 1)
    if not 0 < used <= trees:
        raise ModelError(f"the best iteration is {rounds - 1}, but there are only {trees} trees", path=path)
    return used


def _tree(given: Any, number: int, weight: np.float32, columns: Columns, make_sets: CategorySets) -> Tree:
    path = f"tree {number}"
    tree = part_of(given, "", path)
    _refuse_unusual(tree, number, path)
    left = integers(tree.get("left_children"), "left_children", path)
    count = len(left)
    right = integers(tree.get("right_children"), "right_children", path, count)
    feature = integers(tree.get("split_indices"), "split_indices", path, count)
    condition = singles(tree.get("split_conditions"), "split_conditions", path, count)
    inner = np.flatnonzero(left != _LEAF)
    leaf = np.flatnonzero((left == _LEAF) & (feature != _DELETED))
    with np.errstate(over="ignore", under="ignore"):
        values = (condition[leaf] * weight).astype(np.float64)  # in float32, as they are added
        thresholds = lower_float32(condition[inner])
    refuse_infinite(values, "leaf value", path)
    if len(inner) == 0 and len(leaf) == 1 and leaf[0] == 0:
        return constant(float(values[0]))
    place = _places(count, inner, leaf, path)
    plain = Tree(
        feature=columns.of(feature[inner], path),
        threshold=thresholds,
        rule=np.where(_flags(tree, "default_left", path, count)[inner], Rule.NAN_LEFT, 0).astype(np.uint8),
        left=_below(left, inner, place, path),
        right=_below(right, inner, place, path),
        leaf_value=values,
    )
    return _with_categories(plain, tree, inner, count, make_sets, path) if "split_type" in tree else plain


def _refuse_unusual(tree: Mapping[str, Any], number: int, path: str) -> None:
    own = tree.get("id", number)
    if not isinstance(own, int) or own != number:
        raise ModelError(f"trees out of order are not supported: the id is {show(own)}", path=path)
    if "leaf_weights" in tree or parameter(part_of(tree, "tree_param", path), "size_leaf_vector", 1) > 1:
        raise ModelError("a tree of several outputs is not supported", path=path)


def _with_categories(
    plain: Tree,
    tree: Mapping[str, Any],
    inner: NDArray[Any],
    count: int,
    make_sets: CategorySets,
    path: str,
) -> Tree:
    """
    Return the tree with its categorical nodes.

    XGBoost sends a category of the set to the right: so the children change places, and NaN's side with them.
    """
    at = np.flatnonzero(_flags(tree, "split_type", path, count)[inner])
    if len(at) == 0:
        return plain
    categorical = np.zeros(len(inner), np.bool_)
    categorical[at] = True
    threshold = plain.threshold.copy()
    threshold[at] = np.arange(len(at))
    return replace(
        plain,
        threshold=threshold,
        rule=np.where(categorical, (plain.rule ^ Rule.NAN_LEFT) | Rule.CATEGORICAL, plain.rule).astype(
            np.uint8
        ),
        left=np.where(categorical, plain.right, plain.left),
        right=np.where(categorical, plain.left, plain.right),
        categories=_sets(tree, inner[at], make_sets, path),
    )


def _places(count: int, inner: NDArray[Any], leaf: NDArray[Any], path: str) -> NDArray[np.int32]:
    """Return by XGBoost's number of a node the number it gets: nodes from 0 up, leaves from -1 down."""
    if len(inner) == 0 or inner[0] != 0:
        raise ModelError("node 0 must have children, or be the only leaf", path=path)
    place = np.zeros(
        count, np.int32
    )  # 0 is the root, which is nobody's child: so what was deleted is one's neither
    place[inner] = np.arange(len(inner))
    place[leaf] = ~np.arange(len(leaf))
    return place


def _below(
    child: NDArray[np.int64], inner: NDArray[Any], place: NDArray[np.int32], path: str
) -> NDArray[np.int32]:
    numbers = child[inner]
    wrong = (numbers <= 0) | (numbers >= len(place))
    if not wrong.any():
        wrong = place[numbers] == 0
    if wrong.any():
        node = int(np.argmax(wrong))
        reason = f"the child {numbers[node]} is none of {len(place)} nodes"
        raise ModelError(reason, path=f"{path}, node {inner[node]}")
    below: NDArray[np.int32] = place[numbers]
    return below


def _flags(tree: Mapping[str, Any], name: str, path: str, count: int) -> NDArray[np.bool_]:
    flags = integers(tree.get(name), name, path, count)
    if ((flags < 0) | (flags > 1)).any():
        node = int(np.argmax((flags < 0) | (flags > 1)))
        raise ModelError(f"{name} {flags[node]} is not supported", path=f"{path}, node {node}")
    return flags.astype(np.bool_)


def _sets(
    tree: Mapping[str, Any], nodes: NDArray[Any], make_sets: CategorySets, path: str
) -> list[NDArray[np.uint32]]:
    """Return the sets of categories of these nodes."""
    categories, owners, begins, sizes = (
        integers(tree.get(name), name, path)
        for name in ("categories", "categories_nodes", "categories_segments", "categories_sizes")
    )
    if not len(owners) == len(begins) == len(sizes):
        raise ModelError(
            "categories_nodes, categories_segments and categories_sizes differ in length", path=path
        )
    at = {int(node): i for i, node in enumerate(owners)}
    sets = []
    for node in nodes:
        place, i = f"{path}, node {node}", at.get(int(node))
        if i is None:
            raise ModelError("a categorical node has no categories", path=place)
        begin, size = int(begins[i]), int(sizes[i])
        if begin < 0 or size < 0 or begin + size > len(categories):
            raise ModelError(f"its categories are beyond the {len(categories)} of the tree", path=place)
        sets.append(make_sets.make(categories[begin : begin + size], place))
    return sets
