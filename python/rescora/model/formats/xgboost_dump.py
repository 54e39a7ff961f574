"""
XGBoost's dumps, ``get_dump(dump_format="json")``: nested trees, made for people and for other programs.

A dump lacks the base score, the weights of `dart` and the objective, and what is not in it cannot be scored:
a dump's score is the sum of its leaves, which starts at 0. Thresholds of features that a feature map calls
``int`` are rounded up in it, which makes no difference to whole numbers.

Source: XGBoost's tree_model.cc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Ensemble, Loaded, Rule, Tree, constant, lower_float32
from rescora.model.parsing.arrays import CategorySets, integers
from rescora.model.parsing.columns import Columns
from rescora.model.parsing.decimals import singles
from rescora.model.parsing.nested import DEEPEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rescora.model.parsing.source import Source

MOST_FEATURES = 1 << 24  # of those that are but numbered


def recognises(source: Source) -> bool:
    """Return whether `source` is a list of trees, or of the JSON of trees."""
    dump = source.json
    if not isinstance(dump, (list, tuple)) or not dump:
        return False
    first = dump[0]
    if isinstance(first, str):
        return first.lstrip()[:1] == "{" and ('"nodeid"' in first[:200] or '"bias"' in first[:200])
    return isinstance(first, Mapping) and ("nodeid" in first or {"bias", "weight"} <= first.keys())


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """Return the model; `xgboost.load` says how features are named."""
    roots = [_parsed(tree, f"tree {i}") for i, tree in enumerate(source.json)]
    if "bias" in roots[0]:
        raise ModelError(
            "a dump of [gblinear] is not supported: its numbers are rounded; save the model instead"
        )
    found = [_walk(root, f"tree {i}") for i, root in enumerate(roots)]
    named = _Features(
        [node["split"] for nodes in found for node in nodes.values() if "leaf" not in node], feature_names
    )
    make_sets = CategorySets()
    trees = [_tree(nodes, named, make_sets, f"tree {i}") for i, nodes in enumerate(found)]
    return Loaded("xgboost", Ensemble(trees, "float32"), named.columns.names, named.columns.count)


def _parsed(tree: object, path: str) -> Mapping[str, Any]:
    if isinstance(tree, str):
        try:
            tree = msgspec.json.decode(tree)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ModelError(f"no JSON: {show(error)}", path=path) from None
    if not isinstance(tree, Mapping):
        raise ModelError(f"a tree must be an object, not {show(tree)}", path=path)
    return tree


class _Features:
    """The numbers of the features that the dump names or numbers, and the columns they are."""

    def __init__(self, used: Sequence[str | int], feature_names: tuple[str, ...] | None) -> None:
        names = list(dict.fromkeys(used))
        numbers = [_number(name) for name in names]
        automatic = None not in numbers
        if automatic and (not names or feature_names is None or not set(names) <= set(feature_names)):
            self._numbers = dict(zip(names, numbers, strict=True))
            count = 1 + max((number for number in numbers if number is not None), default=-1)
            # A dump does not say how many there are, so the caller's may be more.
            own = max(count, len(feature_names or ()))
            if feature_names is not None and count > len(feature_names):
                reason = (
                    f"feature_names has {len(feature_names)} names, but the model at least {count} features"
                )
                raise ModelError(reason)
            self.columns = Columns((), feature_names, own)
            return
        if feature_names is None:
            hint = "the dump names its features, but not their order: give feature_names"
            raise ModelError(hint)
        self._numbers = {name: i for i, name in enumerate(names)}
        self.columns = Columns([str(name) for name in names], feature_names)

    def of(self, names: Sequence[str | int], path: str) -> NDArray[np.int32]:
        return self.columns.of(np.array([self._numbers[name] for name in names], np.int64), path)


def _number(name: str | int) -> int | None:
    """Return the number of a feature without a name: ``f7``, or 7 as it was before 1.0."""
    digits = name[1:] if isinstance(name, str) and re.fullmatch(r"f[0-9]{1,9}", name, re.ASCII) else name
    number = int(digits) if isinstance(digits, int) or digits is not name else -1
    return number if 0 <= number < MOST_FEATURES else None


def _walk(root: Mapping[str, Any], path: str) -> dict[int, Mapping[str, Any]]:
    """Return the tree's nodes by their numbers, the root first."""
    nodes: dict[int, Mapping[str, Any]] = {}
    waiting: list[tuple[Any, int]] = [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        number = node.get("nodeid") if isinstance(node, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool):
            raise ModelError("a node must be an object with a nodeid that is a whole number", path=path)
        if number in nodes:
            raise ModelError(f"node {number} stands twice", path=path)
        if depth > DEEPEST:
            raise ModelError(f"the tree is more than {DEEPEST} deep", path=path)
        nodes[number] = node
        if "leaf" not in node:
            waiting += [(child, depth + 1) for child in _children(node, f"{path}, node {number}")]
    return nodes


def _children(node: Mapping[str, Any], path: str) -> Sequence[Any]:
    """Return the node's children, having looked at all else that it says."""
    split, children = node.get("split"), node.get("children")
    if not isinstance(split, (str, int)) or isinstance(split, bool):
        raise ModelError(f"split must be a feature, not {show(split)}", path=path)
    if not isinstance(children, (list, tuple)) or len(children) != 2:
        raise ModelError("children must be two nodes", path=path)
    if "split_condition" not in node:
        raise ModelError("a split without a split_condition, as of an indicator, is not supported", path=path)
    if not all(isinstance(child, Mapping) for child in children):
        raise ModelError("children must be two nodes", path=path)
    numbers = [child.get("nodeid") for child in children]
    sides = [node.get(side) for side in ("yes", "no")]
    if sides not in (numbers, numbers[::-1]) or node.get("missing") not in numbers:
        raise ModelError("yes, no and missing must be the numbers of its children", path=path)
    return children


def _tree(
    nodes: dict[int, Mapping[str, Any]], features: _Features, make_sets: CategorySets, path: str
) -> Tree:
    inner = [number for number, node in nodes.items() if "leaf" not in node]
    leaves = [number for number, node in nodes.items() if "leaf" in node]
    values = singles([nodes[number]["leaf"] for number in leaves], "leaf", path).astype(np.float64)
    if not inner:
        return constant(float(values[0]))
    place = {number: i for i, number in enumerate(inner)} | {number: ~i for i, number in enumerate(leaves)}
    conditions: list[Any] = [nodes[number]["split_condition"] for number in inner]
    rule = np.zeros(len(inner), np.uint8)
    sets: list[NDArray[np.uint32]] = []
    index = np.zeros(len(inner))
    for i, number in enumerate(inner):
        node, where = nodes[number], f"{path}, node {number}"
        if node["missing"] == node["yes"]:
            rule[i] |= Rule.NAN_LEFT
        if isinstance(conditions[i], (list, tuple)):  # categories of which each goes to `yes`
            sets.append(make_sets.make(integers(conditions[i], "split_condition", where), where))
            rule[i] |= Rule.CATEGORICAL
            conditions[i], index[i] = 0, len(sets) - 1
    with np.errstate(over="ignore", under="ignore"):
        thresholds = lower_float32(singles(conditions, "split_condition", path))
    return Tree(
        feature=features.of([nodes[number]["split"] for number in inner], path),
        threshold=np.where(rule & Rule.CATEGORICAL, index, thresholds),
        rule=rule,
        left=np.array([place[nodes[number]["yes"]] for number in inner], np.int32),
        right=np.array([place[nodes[number]["no"]] for number in inner], np.int32),
        leaf_value=values,
        categories=sets,
    )
