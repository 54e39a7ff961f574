"""RankLib's model files: ensembles of trees in XML, and weights in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Linear, Loaded, Rule, Tree
from rescora.model.nested import (
    MOST_FEATURES,
    Split,
    distinct,
    double_of_text,
    grow,
    single_of_text,
)

if TYPE_CHECKING:
    from rescora.model.source import Source

NAME = "ranklib"

_RANDOM_FORESTS = "Random Forests"
_OF_TREES = ("LambdaMART", "MART", _RANDOM_FORESTS)
_LINEAR = ("Linear Regression", "Coordinate Ascent")
_OTHERS = ("RankNet", "RankBoost", "AdaRank", "ListNet", "LambdaRank")
# What follows the children of a node: sums of the training, which no score needs.
_LEFT_OVER = ("psuedoresponse", "pseudoresponse")
_INNER = ["feature", "threshold", "split", "split"]
_LEAF = ["output"]
_NUMBER = re.compile(r"[0-9]{1,9}")


def recognises(source: Source) -> bool:
    """Whether the bytes begin as RankLib's files do: ``## LambdaMART``."""
    if source.data is None:
        return False
    first = source.data[:200].lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")
    return first.startswith("##") and first.lstrip("# ").strip() in (*_OF_TREES, *_LINEAR, *_OTHERS)


def load(source: Source, feature_names: tuple[str, ...] | None) -> Loaded:
    """
    Read a RankLib model.

    Sums are rounded to float32 after every tree; a random forest's score is its ensembles' mean. Features
    count from 1, and what is not there is 0. A Coordinate Ascent file does not say whether the features were
    normalized per query in training; values are expected as the training saw them.

    Parameters
    ----------
    source : Source
    feature_names : tuple of str or None
        Names of the columns; RankLib's feature 1 is the first.

    Raises
    ------
    ModelError
        If the file is damaged, or of a ranker that is neither of trees nor linear.

    Notes
    -----
    Source: RankLib's Ensemble.java, Split.java, RFRanker.java, LinearRegRank.java and CoorAscent.java.
    """
    if source.text is None:
        raise ModelError("a RankLib model must be text in UTF-8")
    ranker, body = _parts(source.text)
    names = () if feature_names is None else distinct(feature_names, "feature_names")
    most = MOST_FEATURES if feature_names is None else len(names)
    model = _linear(ranker, body, most) if ranker in _LINEAR else _ensemble(ranker, body, most)
    num_features = _highest(model) if feature_names is None else len(names)
    return Loaded(NAME, model, names, num_features, absent=0.0)


def _parts(text: str) -> tuple[str, str]:
    """Return the ranker's name, and what is no comment."""
    lines = text.splitlines()
    comments = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    ranker = comments[0] if comments else ""
    if ranker not in (*_OF_TREES, *_LINEAR):
        hint = did_you_mean(ranker, (*_OF_TREES, *_LINEAR))
        raise ModelError(f"RankLib's ranker [{show(ranker)}] is not supported{hint}")
    return ranker, "\n".join(line for line in lines if not line.startswith("#"))


def _highest(model: Ensemble | Linear) -> int:
    """Return how many features there are at least."""
    used = [model.feature] if isinstance(model, Linear) else [tree.feature for tree in model.trees]
    return max((int(numbers.max()) + 1 for numbers in used if len(numbers)), default=0)


def _column(text: str | None, most: int) -> int:
    stripped = (text or "").strip()
    number = int(stripped) if _NUMBER.fullmatch(stripped) else 0
    if not 1 <= number <= most:
        raise ModelError(f"a feature must be a number from 1 to {most:,}, not {show(text)}")
    return number - 1


def _linear(ranker: str, body: str, most: int) -> Linear:
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) != 1:
        raise ModelError(f"[{ranker}] must have one line of weights, not {len(lines)}")
    pairs = [_pair(part) for part in lines[0].split()]
    constants = [weight for key, weight in pairs if _is_zero(key)]
    if len(constants) != (ranker == "Linear Regression"):
        raise ModelError(f"[{ranker}] must have {int(not constants)} constants (0:…), not {len(constants)}")
    terms = [(_column(key, most), weight) for key, weight in pairs if not _is_zero(key)]
    if not terms:
        raise ModelError(f"[{ranker}] has no weights")
    return Linear(
        feature=np.array([column for column, _ in terms], np.int32),
        weight=np.array([weight for _, weight in terms], np.float64),
        base=constants[0] if constants else 0.0,
    )


def _pair(part: str) -> tuple[str, float]:
    key, colon, value = part.partition(":")
    if not colon:
        raise ModelError(f"a weight must be written feature:weight, not {show(part)}")
    return key, double_of_text(value, f"the weight of feature [{show(key)}]")


def _is_zero(key: str) -> bool:
    return bool(_NUMBER.fullmatch(key)) and int(key) == 0


def _ensemble(ranker: str, body: str, most: int) -> Ensemble:
    groups = [_trees(root, most, i) for i, root in enumerate(_roots(body))]
    if ranker != _RANDOM_FORESTS and len(groups) != 1:
        raise ModelError(f"[{ranker}] must have one <ensemble>, not {len(groups)}")
    sizes = [len(trees) for trees in groups] if ranker == _RANDOM_FORESTS else []
    return Ensemble([tree for trees in groups for tree in trees], "float32_rounded", groups=sizes)


def _roots(body: str) -> list[ElementTree.Element]:
    """Return the <ensemble> elements; there is no element around them."""
    for markup in ("<!", "<?"):  # with no document type there is no entity to expand
        if markup in body:
            raise ModelError(f"[{show(body[body.index(markup) :], 20)}] is not supported in a RankLib model")
    try:
        forest = ElementTree.fromstring(f"<forest>{body}</forest>")
    except (ElementTree.ParseError, ValueError) as error:
        raise ModelError(f"the XML is damaged: {error}") from None
    roots = list(forest)
    strange = next((root.tag for root in roots if root.tag != "ensemble"), None)
    if strange is not None or not roots or _has_text(forest):
        raise ModelError(f"a RankLib model must be <ensemble> elements, not {show(strange or body.strip())}")
    return roots


def _has_text(forest: ElementTree.Element) -> bool:
    return bool((forest.text or "").strip()) or any((root.tail or "").strip() for root in forest)


def _trees(root: ElementTree.Element, most: int, number: int) -> list[Tree]:
    if not len(root):
        raise ModelError("an <ensemble> must have a <tree>", path=f"ensemble {number}")
    return [_tree(element, most, f"ensemble {number}, tree {i}") for i, element in enumerate(root)]


def _tree(element: ElementTree.Element, most: int, path: str) -> Tree:
    if element.tag != "tree" or len(element) != 1 or element[0].tag != "split":
        raise ModelError("an <ensemble> must have <tree> elements of one <split> each", path=path)
    try:
        weight = single_of_text(element.get("weight"), "weight")
    except ModelError as error:
        raise ModelError(error.reason, path=path) from None

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
    return Split(_column(children[0].text, most), threshold, Rule.NAN_TO_ZERO, children[2], children[3])
