"""
LightGBM's trees: a block of lines in its text file, or nested nodes in `dump_model()`.

Source: LightGBM's tree.h and tree.cpp.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Rule, Tree, constant
from rescora.model.parsing.arrays import CategorySets, children, floats, integers
from rescora.model.parsing.nested import DEEPEST, whole_or_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from rescora.model.parsing.columns import Columns

# Bits of decision_type; from the third on, the missing type.
_CATEGORICAL, _DEFAULT_LEFT = 1, 2
_MISSING_TYPES = {"None": 0, "Zero": 1, "NaN": 2}

_INFINITE = 1e300  # how `dump_model()` writes infinity, for which JSON has no number


# -- the text file


def tree_of_text(pairs: Mapping[str, str], columns: Columns, path: str) -> Tree:
    """Return the tree of the ``key=value`` lines of one block."""
    if pairs.get("is_linear", "0") != "0":
        raise ModelError("a linear tree is not supported", path=path)
    leaves = whole_or_text(pairs.get("num_leaves"), "num_leaves", path, least=1)
    values = read_floats(pairs, "leaf_value", path, leaves)
    if leaves == 1:
        return constant(float(values[0]))
    nodes = leaves - 1
    types = np.zeros(nodes, np.int64)
    if "decision_type" in pairs:
        types = _read_integers(pairs, "decision_type", path, nodes)
    sets = _sets_of_text(pairs, path) if whole_or_text(pairs.get("num_cat", "0"), "num_cat", path) else []
    left, right = (
        children(_read_integers(pairs, side, path, nodes), nodes, leaves, side, path)
        for side in ("left_child", "right_child")
    )
    return Tree(
        feature=columns.of(_read_integers(pairs, "split_feature", path, nodes), path),
        threshold=_thresholds(_converted(pairs, "threshold", path, float), types, sets, path),
        rule=_rules(types, path),
        left=left,
        right=right,
        leaf_value=values,
        categories=sets,
    )


def read_floats(pairs: Mapping[str, str], key: str, path: str, length: int) -> NDArray[np.float64]:
    """Return the finite numbers of a line."""
    return floats(_converted(pairs, key, path, float), key, path, length)


def _read_integers(pairs: Mapping[str, str], key: str, path: str, length: int | None) -> NDArray[np.int64]:
    return integers(_converted(pairs, key, path, int), key, path, length)


def _converted(pairs: Mapping[str, str], key: str, path: str, kind: Any) -> list[Any]:
    line = pairs.get(key)
    if line is None:
        raise ModelError(f"there is no [{key}]", path=path)
    try:
        if not line.isascii() or "_" in line:  # Python reads more digits than C, and 1_000
            raise ValueError
        return list(map(kind, line.split()))
    except ValueError:
        raise ModelError(f"{key} must hold numbers, not [{show(line)}]", path=path) from None


def _sets_of_text(pairs: Mapping[str, str], path: str) -> list[NDArray[np.uint32]]:
    """Return the sets of categories: set i is the words from boundary i to the next."""
    boundaries = _read_integers(pairs, "cat_boundaries", path, None)
    words = _read_integers(pairs, "cat_threshold", path, None)
    ends = boundaries[1:]
    if len(ends) == 0 or boundaries[0] != 0 or ends[-1] != len(words) or (np.diff(boundaries) < 0).any():
        raise ModelError(f"cat_boundaries must rise from 0 to {len(words)}", path=path)
    if (words < 0).any() or (words >= 1 << 32).any():
        raise ModelError("cat_threshold must hold numbers of 32 bits", path=path)
    return np.split(words.astype(np.uint32), ends[:-1])


# -- dump_model()


def tree_of_dump(tree: object, columns: Columns, make_sets: CategorySets, path: str) -> Tree:
    """Return the tree of an item of ``tree_info``."""
    if not isinstance(tree, Mapping):
        raise ModelError(f"a tree must be an object, not {show(tree)}", path=path)
    leaves = whole_or_text(tree.get("num_leaves"), "num_leaves", path, least=1)
    found: dict[int, Mapping[str, Any]] = dict(_walk(tree.get("tree_structure"), leaves, path))
    nodes = [found[i] for i in range(leaves - 1)]
    values = floats([found[~i].get("leaf_value") for i in range(leaves)], "leaf_value", path)
    if leaves == 1:
        return constant(float(values[0]))
    types = np.array([_type_of_dump(node, f"{path}, node {i}") for i, node in enumerate(nodes)], np.int64)
    sets: list[NDArray[np.uint32]] = []
    thresholds: list[Any] = [node.get("threshold") for node in nodes]
    thresholds = [math.inf if threshold == _INFINITE else threshold for threshold in thresholds]
    for i in np.flatnonzero(types & _CATEGORICAL):
        place = f"{path}, node {i}"
        sets.append(make_sets.make(_categories(thresholds[i], place), place))
        thresholds[i] = len(sets) - 1
    below = [
        [_number_of(node[side], leaves, path) for node in nodes] for side in ("left_child", "right_child")
    ]
    return Tree(
        feature=columns.of(
            integers([node.get("split_feature") for node in nodes], "split_feature", path), path
        ),
        threshold=_thresholds(thresholds, types, sets, path),
        rule=_rules(types, path),
        left=np.array(below[0], np.int32),
        right=np.array(below[1], np.int32),
        leaf_value=values,
        categories=sets,
    )


def _walk(root: object, leaves: int, path: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield every node once with its number, ``~i`` for leaf i; all numbers there can be, or an error."""
    seen: set[int] = set()
    waiting = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        number = _number_of(node, leaves, path)
        if number in seen:
            raise ModelError(f"{_called(number)} stands twice", path=path)
        if depth > DEEPEST:
            raise ModelError(f"the tree is more than {DEEPEST} deep", path=path)
        seen.add(number)
        assert isinstance(node, Mapping)  # it has a number
        yield number, node
        if number >= 0:
            waiting += [(node.get(side), depth + 1) for side in ("left_child", "right_child")]
    if len(seen) != 2 * leaves - 1:
        raise ModelError(f"there are {len(seen)} nodes and leaves, not {2 * leaves - 1}", path=path)


def _called(number: int) -> str:
    return f"node {number}" if number >= 0 else f"leaf {~number}"


def _number_of(node: object, leaves: int, path: str) -> int:
    if not isinstance(node, Mapping):
        raise ModelError(f"a node must be an object, not {show(node)}", path=path)
    if "leaf_const" in node or "leaf_coeff" in node:
        raise ModelError("a linear tree is not supported", path=path)
    if "split_index" in node:
        return whole_or_text(node["split_index"], "split_index", path, most=leaves - 2)
    if "leaf_value" not in node:
        raise ModelError(
            f"a node must have a split_index or a leaf_value, not only {show(list(node))}", path=path
        )
    return ~whole_or_text(node.get("leaf_index", 0), "leaf_index", path, most=leaves - 1)


def _type_of_dump(node: Mapping[str, Any], path: str) -> int:
    """Return the node's decision_type as the text file has it."""
    kind, missing, left = (node.get(key) for key in ("decision_type", "missing_type", "default_left"))
    if kind not in ("<=", "=="):
        raise ModelError(f"decision_type [{show(kind)}] is not supported", path=path)
    if not isinstance(missing, str) or missing not in _MISSING_TYPES:
        raise ModelError(f"missing_type [{show(missing)}] is not supported", path=path)
    if not isinstance(left, bool):
        raise ModelError(f"default_left must be true or false, not {show(left)}", path=path)
    return (
        (_CATEGORICAL if kind == "==" else 0) | (_DEFAULT_LEFT if left else 0) | _MISSING_TYPES[missing] << 2
    )


def _categories(given: object, path: str) -> NDArray[np.int64]:
    """Return the categories of ``0||2||7``."""
    if not isinstance(given, str) or not re.fullmatch(r"[0-9]{1,10}(\|\|[0-9]{1,10})*", given, re.ASCII):
        raise ModelError(f"threshold must hold categories as [0||2||7], not {show(given)}", path=path)
    return np.array(given.split("||"), np.int64)


# -- nodes of both


def _rule(kind: int) -> Rule:
    """Return the rule of a node with this decision_type; LightGBM never sees a value within 1e-35 of zero."""
    if kind & _CATEGORICAL:  # NaN is in no set, whatever the missing type
        return Rule.SMALL_TO_ZERO | Rule.CATEGORICAL | Rule.CUT_FIRST
    left = Rule.NAN_LEFT if kind & _DEFAULT_LEFT else Rule(0)
    missing = kind >> 2
    if missing == _MISSING_TYPES["NaN"]:
        return Rule.SMALL_TO_ZERO | left
    if missing == _MISSING_TYPES["Zero"]:
        return Rule.SMALL_TO_ZERO | Rule.NAN_TO_ZERO | Rule.ZERO_TO_NAN | left
    return Rule.SMALL_TO_ZERO | Rule.NAN_TO_ZERO


_RULES = np.array([_rule(kind) for kind in range(12)], np.uint8)


def _rules(types: NDArray[np.int64], path: str) -> NDArray[np.uint8]:
    wrong = (types < 0) | (types >= len(_RULES))
    if wrong.any():
        node = int(np.argmax(wrong))
        raise ModelError(f"decision_type {types[node]} is not supported", path=f"{path}, node {node}")
    return _RULES[types]


def _thresholds(
    given: list[Any], types: NDArray[np.int64], sets: Sequence[Any], path: str
) -> NDArray[np.float64]:
    """
    Return the thresholds, having looked whether those that number a set of categories do so.

    One that parts NaN from all numbers is infinite.
    """
    thresholds = floats(given, "threshold", path, len(types), infinite=True)
    index = (types & _CATEGORICAL) != 0
    wrong = index & ((thresholds < 0) | (thresholds >= len(sets)) | (thresholds != np.floor(thresholds)))
    if wrong.any():
        node = int(np.argmax(wrong))
        reason = f"threshold {thresholds[node]} is none of {len(sets)} sets of categories"
        raise ModelError(reason, path=f"{path}, node {node}")
    return thresholds
