"""RankLib's model files: ensembles of trees in XML, and weights in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from rescora.errors import ModelError, did_you_mean, show
from rescora.model.ensemble import Ensemble, Linear, Loaded
from rescora.model.formats.ranklib_trees import column_of, tree_of_text
from rescora.model.parsing.columns import distinct
from rescora.model.parsing.decimals import double_of_text
from rescora.model.parsing.nested import MOST_FEATURES

if TYPE_CHECKING:
    from rescora.model.parsing.source import Source

NAME = "ranklib"

_RANDOM_FORESTS = "Random Forests"
_OF_TREES = ("LambdaMART", "MART", _RANDOM_FORESTS)
_LINEAR = ("Linear Regression", "Coordinate Ascent")
_OTHERS = ("RankNet", "RankBoost", "AdaRank", "ListNet", "LambdaRank")
_NUMBER = re.compile(r"[0-9]{1,9}")
_END_OF_TREE = re.compile(r"</tree[ \t\r\n]*>")
_BLANK = re.compile(r"[ \t\r\n]+")  # what XML takes for it


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
    end = text.find("\n", text.rfind("#") + 1)  # no comment is beyond
    head, rest = (text, "") if end < 0 else (text[:end], text[end:])
    lines = head.splitlines()
    comments = [line.lstrip("# ").strip() for line in lines if line.startswith("#")]
    ranker = comments[0] if comments else ""
    if ranker not in (*_OF_TREES, *_LINEAR):
        hint = did_you_mean(ranker, (*_OF_TREES, *_LINEAR))
        raise ModelError(f"RankLib's ranker [{show(ranker)}] is not supported{hint}")
    return ranker, "\n".join(line for line in lines if not line.startswith("#")) + rest


def _highest(model: Ensemble | Linear) -> int:
    """Return how many features there are at least."""
    used = [model.feature] if isinstance(model, Linear) else [tree.feature for tree in model.trees]
    return max((int(numbers.max()) + 1 for numbers in used if len(numbers)), default=0)


def _linear(ranker: str, body: str, most: int) -> Linear:
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) != 1:
        raise ModelError(f"[{ranker}] must have one line of weights, not {len(lines)}")
    pairs = [_pair(part) for part in lines[0].split()]
    constants = [weight for key, weight in pairs if _is_zero(key)]
    if len(constants) != (ranker == "Linear Regression"):
        raise ModelError(f"[{ranker}] must have {int(not constants)} constants (0:…), not {len(constants)}")
    terms = [(column_of(key, most), weight) for key, weight in pairs if not _is_zero(key)]
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
    groups = _groups(body)
    if ranker != _RANDOM_FORESTS and len(groups) != 1:
        raise ModelError(f"[{ranker}] must have one <ensemble>, not {len(groups)}")
    trees = [
        tree_of_text(text, most, f"ensemble {i}, tree {j}")
        for i, group in enumerate(groups)
        for j, text in enumerate(group)
    ]
    sizes = [len(group) for group in groups] if ranker == _RANDOM_FORESTS else []
    return Ensemble(trees, "float32_rounded", groups=sizes)


def _groups(body: str) -> list[list[str]]:
    """
    Return each <ensemble>'s trees as text; there is no element around the ensembles.

    A tree at a time is faster than the whole: there are fewer objects at once, through which Python's garbage
    collector goes again and again.
    """
    for markup in ("<!", "<?"):  # with no document type there is no entity to expand, nor any tag in a CDATA
        if markup in body:
            raise ModelError(f"[{show(body[body.index(markup) :], 20)}] is not supported in a RankLib model")
    *trees, rest = _END_OF_TREE.split(body)
    groups: list[list[str]] = []
    for text in trees:
        before, begin, tree = text.partition("<tree")
        opened = _BLANK.sub("", before)
        if opened == ("</ensemble><ensemble>" if groups else "<ensemble>"):
            groups.append([])
        elif opened or not groups:
            raise _no_ensembles(before)
        groups[-1].append(f"{begin}{tree}</tree>")
    closed = _BLANK.sub("", rest)
    if closed == ("</ensemble>" if groups else "") + "<ensemble></ensemble>":
        raise ModelError("an <ensemble> must have a <tree>", path=f"ensemble {len(groups)}")
    if not groups:
        raise _no_ensembles(body)
    if closed != "</ensemble>":
        raise ModelError(f"the XML is damaged: </ensemble> must follow its trees, not {show(rest.strip())}")
    return groups


def _no_ensembles(found: str) -> ModelError:
    said = f"not {show(found.strip())}"
    return ModelError(f"a RankLib model must be <ensemble> elements that hold <tree> elements, {said}")
