"""An ensemble's trees as flat arrays, for the core and for stored models."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.model.ensemble import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class FlatTrees(NamedTuple):
    """
    Trees one after another: tree t has nodes ``node_begin[t]:node_begin[t + 1]``, and so on.

    ``threshold`` of a categorical node numbers its set among all sets; set s is
    ``set_words[set_begin[s]:set_begin[s + 1]]``.
    """

    node_begin: NDArray[np.uint32]
    leaf_begin: NDArray[np.uint32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    rule: NDArray[np.uint8]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaf_value: NDArray[np.float64]
    set_begin: NDArray[np.uint32]
    set_words: NDArray[np.uint32]


DTYPES = {
    "node_begin": "<u4",
    "leaf_begin": "<u4",
    "feature": "<i4",
    "threshold": "<f8",
    "rule": "<u1",
    "left": "<i4",
    "right": "<i4",
    "leaf_value": "<f8",
    "set_begin": "<u4",
    "set_words": "<u4",
}
CATEGORICAL = 64  # Rule.CATEGORICAL, as a plain number for arrays


def _begins(sizes: list[int]) -> NDArray[np.uint32]:
    return np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.uint32)


def _joined(arrays: Sequence[NDArray[np.generic]], dtype: str) -> NDArray[np.generic]:
    return np.ascontiguousarray(np.concatenate(arrays) if arrays else np.zeros(0), np.dtype(dtype))


def _thresholds(tree: Tree, first_set: int) -> NDArray[np.float64]:
    if not len(tree.categories):
        return tree.threshold
    return np.where(tree.rule & CATEGORICAL, tree.threshold + first_set, tree.threshold)


def flatten(trees: Sequence[Tree]) -> FlatTrees:
    """Return the trees' arrays, joined."""
    sets: list[NDArray[np.uint32]] = []
    thresholds = []
    for tree in trees:
        thresholds.append(_thresholds(tree, len(sets)))
        sets.extend(tree.categories)
    arrays: dict[str, Any] = {
        "node_begin": _begins([len(tree.feature) for tree in trees]),
        "leaf_begin": _begins([len(tree.leaf_value) for tree in trees]),
        "threshold": _joined(thresholds, "<f8"),
        "set_begin": _begins([len(words) for words in sets]),
        "set_words": _joined(sets, "<u4"),
    }
    for name in ("feature", "rule", "left", "right", "leaf_value"):
        arrays[name] = _joined([getattr(tree, name) for tree in trees], DTYPES[name])
    return FlatTrees(**arrays)


def unflatten(flat: FlatTrees) -> list[Tree]:
    """Return the trees again; the sets of all of them stand with the first, whose numbers they keep."""
    words, begins = flat.set_words, flat.set_begin
    sets = [words[begin:end] for begin, end in pairwise(begins)]
    trees = []
    for t in range(len(flat.node_begin) - 1):
        nodes = slice(flat.node_begin[t], flat.node_begin[t + 1])
        leaves = slice(flat.leaf_begin[t], flat.leaf_begin[t + 1])
        arrays = (flat.feature[nodes], flat.threshold[nodes], flat.rule[nodes], flat.left[nodes])
        trees.append(Tree(*arrays, flat.right[nodes], flat.leaf_value[leaves], sets if t == 0 else ()))
    return trees
