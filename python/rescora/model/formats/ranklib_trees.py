"""
RankLib's trees in XML: a fast path for RankLib's own layout, a full parser for all others.

Source: RankLib's Ensemble.java and Split.java.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np

from rescora.errors import ModelError, show
from rescora.model.ensemble import Rule, Tree
from rescora.model.parsing.arrays import numbered_apart
from rescora.model.parsing.decimals import single_of_text, singles_of_texts
from rescora.model.parsing.nested import DEEPEST, Split, at, grow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_INNER = ["feature", "threshold", "split", "split"]
_LEAF = ["output"]
# What follows the children of a node: sums of the training, which no score needs.
_LEFT_OVER = ("psuedoresponse", "pseudoresponse")
_NUMBER = re.compile(r"[0-9]{1,9}")
# What RankLib itself writes: a tree's head; a <split> up to its first child, or to the end of all that end.
_GAP = r"[ \t\r\n]*"
_DECIMAL = r"([0-9.eE+ \t\r\n-]*)"
_HEAD, _END = re.compile(rf'<tree id="[0-9]+" weight="{_DECIMAL}">'), "</tree>"
_TAG = re.compile("</?split")
# No gap stands before it: where no <split> follows a long one, each of its places would be tried.
_SPLIT = re.compile(
    rf'<split(?: pos="(left|right)")?>{_GAP}'
    rf"(?:<feature>{_GAP}([0-9]{{1,9}}){_GAP}</feature>{_GAP}<threshold>{_DECIMAL}</threshold>"
    rf"|<output>{_DECIMAL}</output>{_GAP}</split>((?:{_GAP}</split>)*)){_GAP}"
)


def tree_of_text(text: str, most: int, path: str) -> Tree:
    """
    Return a tree.

    Parameters
    ----------
    text : str
        The <tree> element.
    most : int
        The highest number of a feature, which count from 1.
    path : str
        The tree's place in the model.

    Raises
    ------
    ModelError
        If it is damaged; the message names the node.
    """
    with at(path):
        _refuse_deep(text, path)
        return _plain_tree(text, most) or _tree_of_xml(text, most, path)


def _refuse_deep(text: str, path: str) -> None:
    """Refuse a tree that is too deep before it is read, which would take long: its files are large."""
    if text.count("<split") <= DEEPEST:
        return
    open_tags = closed_tags = 0
    for tag in _TAG.finditer(text):
        if tag[0] != "<split":
            closed_tags += 1
        elif open_tags - closed_tags <= DEEPEST:  # a leaf is a <split> too
            open_tags += 1
        else:
            raise ModelError(f"the tree is deeper than {DEEPEST:,}", path=f"{path}, node {open_tags}")


def _plain_tree(text: str, most: int) -> Tree | None:
    """
    Return a tree as RankLib itself writes it; None asks for a closer look, which says what is wrong.

    This takes a third of the time of a reader of XML with a look at each node.
    """
    head = _HEAD.match(text)
    if head is None or not text.endswith(_END):
        return None
    between = _SPLIT.split(text[head.end() : -len(_END)].lstrip(" \t\r\n"))
    sides, features, thresholds, outputs, ends = (between[i::6] for i in range(1, 6))
    inner = np.array([threshold is not None for threshold in thresholds])
    children = _children(inner, [0 if end is None else end.count("/") for end in ends])
    if any(between[::6]) or children is None or not _is_ordered(sides, *children):
        return None
    try:
        feature = np.array([int(number) for number in features if number is not None], np.int32)
        numbers = singles_of_texts([each for each in (*thresholds, *outputs) if each is not None], "a number")
        weight = single_of_text(head[1], "weight")
    except ModelError:
        return None
    if len(feature) and not 1 <= feature.min() <= feature.max() <= most:
        return None
    place = numbered_apart(~inner)
    left, right = children
    return Tree(
        feature=feature - np.int32(1),
        threshold=numbers[: len(feature)].astype(np.float64),
        rule=np.full(len(feature), Rule.NAN_TO_ZERO, np.uint8),
        left=place[left],
        right=place[right],
        leaf_value=numbers[len(feature) :].astype(np.float64) * weight,
    )


def _children(
    inner: NDArray[np.bool_], ends: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """
    Return the places of each inner node's children; None if there are not two of each, and no more.

    Parameters
    ----------
    inner : ndarray of bool, shape (nodes,)
        Of nodes in the order of the file, the left ones first: whether it has children.
    ends : sequence of int, shape (nodes,)
        How many nodes around it end with it.

    Notes
    -----
    Left children follow their nodes. An inner node adds one to the right children that are waited for, and a
    leaf is followed by the last that was added: the next for which as many are waited for as for its parent.
    """
    change = np.where(inner, 1, -1)
    waited_for = np.cumsum(change) - change
    if len(inner) == 0 or waited_for.min() < 0 or waited_for[-1] + change[-1] != -1:
        return None
    by_number = np.argsort(waited_for, kind="stable")
    following = np.zeros(len(inner), np.int64)
    following[by_number[:-1]] = by_number[1:]
    parents = np.flatnonzero(inner)
    left, right = parents + 1, following[parents]
    depth = np.cumsum(inner) - np.cumsum(ends)  # of the next node
    if depth.max() > DEEPEST or depth[-1] != 0 or (depth[right - 1] != depth[parents]).any():
        return None
    return left, right


def _is_ordered(sides: Sequence[str | None], left: NDArray[np.int64], right: NDArray[np.int64]) -> bool:
    """Whether no child says that it is on the other side; without a word the left one stands first."""
    said = np.array(sides, object)
    return not ((said[left] == "right").any() or (said[right] == "left").any())


def _tree_of_xml(text: str, most: int, path: str) -> Tree:
    """Return any tree, node by node."""
    try:
        element = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError) as error:
        raise ModelError(f"the XML is damaged: {error}") from None
    if element.tag != "tree" or len(element) != 1 or element[0].tag != "split":
        raise ModelError("an <ensemble> must have <tree> elements of one <split> each")
    weight = single_of_text(element.get("weight"), "weight")

    def read(node: ElementTree.Element) -> Split | float:
        return _split(node, weight, most)

    return grow(element[0], read, path)


def _split(node: ElementTree.Element, weight: float, most: int) -> Split | float:
    """Return what a <split> is: a leaf's weighted output in float64, or a node."""
    children = list(node)
    tags = [child.tag for child in children]
    if tags != _INNER and tags != _LEAF:
        tags = [tag for tag in tags if tag.lower() not in _LEFT_OVER]
    if tags == _LEAF:
        return single_of_text(children[0].text, "output") * weight
    if tags != _INNER:
        raise ModelError(f"a <split> must have {', '.join(_INNER)}, or {_LEAF[0]}, not {show(tags)}")
    sides = (children[2].get("pos", "left"), children[3].get("pos", "right"))
    if sides != ("left", "right"):
        raise ModelError(f"the splits of a <split> must be left and right, not {show(sides)}")
    threshold = single_of_text(children[1].text, "threshold")
    return Split(column_of(children[0].text, most), threshold, Rule.NAN_TO_ZERO, children[2], children[3])


def column_of(text: str | None, most: int) -> int:
    """Return the column of a feature's number as text."""
    stripped = (text or "").strip()
    number = int(stripped) if _NUMBER.fullmatch(stripped) else 0
    if not 1 <= number <= most:
        raise ModelError(f"a feature must be a number from 1 to {most:,}, not {show(text)}")
    return number - 1
