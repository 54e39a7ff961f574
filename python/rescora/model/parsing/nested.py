"""Convert nested nodes to a tree's arrays, and check the types of a document's parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

DEEPEST = 4096  # the core takes no longer path; whoever walks nested nodes stops there too
MOST_NODES = 1 << 20  # inner ones of one tree, for objects may share their children without end
MOST_FEATURES = 1 << 20  # where a format only numbers them

_DIGITS = re.compile(r"-?[0-9]{1,10}")


class Split(NamedTuple):
    """An inner node as a format's reader understands it; `left` and `right` are that format's own nodes."""

    feature: int
    threshold: float
    rule: int
    left: Any
    right: Any


def grow(root: Any, read: Callable[[Any], Split | float], path: str) -> Tree:
    """
    Return the tree below `root`.

    Parameters
    ----------
    root : object
        A node as the format has it.
    read : callable
        Says what a node is: a `Split`, or a leaf's value. A `ModelError` without a path gets the node's.
    path : str
        The tree's place in the model.

    Raises
    ------
    ModelError
        If a node cannot be read, or the tree is deeper or larger than any tree may be.
    """
    grown = _Grown()
    try:
        _fill(grown, root, read)
    except ModelError as error:
        number = len(grown.inner) + len(grown.leaves)
        raise ModelError(error.reason, path=error.path or f"{path}, node {number}") from None
    return Tree(
        feature=np.array([split.feature for split in grown.inner], np.int32),
        threshold=np.array([split.threshold for split in grown.inner], np.float64),
        rule=np.array([split.rule for split in grown.inner], np.uint8),
        left=np.array(grown.left, np.int32),
        right=np.array(grown.right, np.int32),
        leaf_value=np.array(grown.leaves, np.float64),
    )


@dataclass
class _Grown:
    """What there is of a tree so far."""

    inner: list[Split] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    right: list[int] = field(default_factory=list)
    leaves: list[float] = field(default_factory=list)


def _fill(grown: _Grown, root: Any, read: Callable[[Any], Split | float]) -> None:
    """Visit the nodes in the order of the file, the left before the right."""
    inner, left, right, leaves = grown.inner, grown.left, grown.right, grown.leaves
    # A node, its depth, and where its number belongs: the children on one side, and its parent.
    waiting: list[tuple[Any, int, list[int], int]] = [(root, 0, [0], 0)]
    while waiting:
        node, depth, siblings, parent = waiting.pop()
        if depth > DEEPEST:
            raise ModelError(f"the tree is deeper than {DEEPEST:,}")
        found = read(node)
        if isinstance(found, Split):
            siblings[parent] = number = len(inner)
            waiting.append((found.right, depth + 1, right, number))
            waiting.append((found.left, depth + 1, left, number))
            inner.append(found)
            left.append(0)
            right.append(0)
            if number > MOST_NODES:
                raise ModelError(f"the tree has more than {MOST_NODES:,} inner nodes")
        else:
            siblings[parent] = ~len(leaves)
            leaves.append(found)


def mapping(value: Any, what: str, known: Iterable[str] | None = None) -> Mapping[str, Any]:
    """Return `value` if it is an object with no other keys than those known."""
    if not isinstance(value, Mapping):
        raise ModelError(f"{what} must be an object, not {show(value)}")
    if known is not None:
        unknown = [key for key in value if key not in known]
        if unknown:
            hint = did_you_mean(unknown[0], known)
            raise ModelError(f"[{show(unknown[0])}] in {what} is not supported{hint}")
    return value


def sequence(value: Any, what: str) -> Sequence[Any]:
    """Return `value` if it is an array with something in it."""
    if not isinstance(value, (list, tuple)) or not value:
        raise ModelError(f"{what} must be an array that is not empty, not {show(value)}")
    return value


def text(value: Any, what: str) -> str:
    """Return `value` if it is a string."""
    if not isinstance(value, str):
        raise ModelError(f"{what} must be a string, not {show(value)}")
    return value


def whole(value: Any, what: str, path: str = "", least: int = 0, most: int = 2**31 - 1) -> int:
    """Return `value` if it is a whole number in these bounds."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ModelError(
            f"{what} must be a whole number from {least} to {most}, not {show(value)}", path=path
        )
    return value


def whole_or_text(value: Any, what: str, path: str = "", least: int = 0, most: int = 2**31 - 1) -> int:
    """Return a whole number, which may stand as text, where a format writes all numbers so."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    return whole(value, what, path, least, most)


@contextmanager
def at(path: str) -> Iterator[None]:
    """Give a `ModelError` that says no place this one."""
    try:
        yield
    except ModelError as error:
        raise ModelError(error.reason, path=error.path or path) from None
