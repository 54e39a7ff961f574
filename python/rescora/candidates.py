"""Candidates of other engines: ids, document numbers and scores, in the shapes of vector libraries."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.errors import RequestError, show

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rescora.core import _core

    Documents = NDArray[np.uint32]
    Scores = NDArray[np.float32]
    Offsets = NDArray[np.int64]

NO_HIT = -1  # what vector libraries write where they have found fewer hits than were asked for
_MOST_DOCUMENTS = 2**32 - 1  # as a number


class Candidates(NamedTuple):
    """
    Hits of one list, or of many lists one after another.

    Attributes
    ----------
    docs, scores : ndarray of uint32 and float32, shape (n,)
        Document numbers and their scores.
    offsets : ndarray of int64, shape (lists + 1,)
        List i is ``docs[offsets[i]:offsets[i + 1]]``.
    """

    docs: Documents
    scores: Scores
    offsets: Offsets


# -- one list


def as_documents(docs: ArrayLike) -> Documents:
    """Return document numbers as the core takes them."""
    array = _as_array(docs, "iu", "docs", "integers")
    if array.size and array.dtype != np.uint32 and (array.min() < 0 or array.max() > _MOST_DOCUMENTS):
        raise RequestError("docs must be document numbers, from 0 to 4294967295", path="docs")
    return np.ascontiguousarray(array, np.uint32)


def as_scores(scores: ArrayLike) -> Scores:
    """Return scores as the core takes them."""
    array = _as_array(scores, "fiu", "scores", "numbers")
    if array.dtype == np.float32:
        return np.ascontiguousarray(array)
    with np.errstate(over="ignore"):  # what a float32 cannot hold is infinite
        return np.ascontiguousarray(array, np.float32)


def as_offsets(offsets: ArrayLike) -> Offsets:
    """Return where lists begin and end as the core takes it."""
    return np.ascontiguousarray(_as_array(offsets, "iu", "offsets", "integers"), np.int64)


def as_pairs(docs: ArrayLike, scores: ArrayLike) -> tuple[Documents, Scores]:
    """Return the hits of one list as the core takes them, without the places that have none."""
    numbers, values = _as_array(docs, "iu", "docs", "integers"), as_scores(scores)
    if numbers.ndim != 1 or numbers.shape != values.shape or not _has_holes(numbers):
        return as_documents(numbers), values
    kept = _without_holes(numbers, values, np.array([0, len(numbers)]), None)
    return kept.docs, kept.scores


def _as_array(values: ArrayLike, kinds: str, name: str, wanted: str) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:  # lists of different lengths
        raise TypeError(f"{name} must be {wanted}, in one dimension") from None
    if array.size and array.dtype.kind not in kinds:
        raise TypeError(f"{name} must be {wanted}, not {array.dtype}")
    return array


# -- many lists


def as_lists(docs: Any, scores: Any, offsets: ArrayLike | None, num_docs: int, missing: str) -> Candidates:
    """
    Return lists of hits as the core takes them, without the places that have none.

    Parameters
    ----------
    docs, scores : array_like
        A row a list, or all lists one after another, which `offsets` cuts.
    num_docs : int
        Documents of the index.
    missing : str
        "drop" leaves out numbers that no document has, and hits whose score is NaN.
    """
    if offsets is not None:
        numbers, values = _as_array(docs, "iu", "docs", "integers"), as_scores(scores)
        bounds = as_offsets(offsets)
    elif not _is_in_rows(docs):
        raise RequestError("docs has one dimension, so [offsets] must cut it into lists", path="offsets")
    else:
        rows, row_scores = _rows(docs, scores, "docs")
        numbers = joined([_as_array(row, "iu", "docs", "integers") for row in rows], np.int64)
        values = joined([as_scores(row) for row in row_scores], np.float32)
        bounds = np.cumsum([0, *map(len, rows)], dtype=np.int64)
    plain = numbers.ndim == values.ndim == 1 and numbers.shape == values.shape
    if not plain or not (_drops(missing) or _has_holes(numbers)) or not _cut(bounds, len(numbers)):
        return Candidates(as_documents(numbers), values, bounds)
    return _without_holes(numbers, values, bounds, num_docs if _drops(missing) else None)


def _cut(bounds: Offsets, size: int) -> bool:
    """Tell whether offsets cut lists; what is wrong with others the core says."""
    return (
        bounds.ndim == 1
        and len(bounds) > 0
        and bounds[0] == 0
        and bounds[-1] == size
        and bool((np.diff(bounds) >= 0).all())
    )


def _is_in_rows(values: Any) -> bool:
    """Tell whether values come as rows, in an array of two dimensions or as a sequence of sequences."""
    if hasattr(values, "ndim"):
        return bool(values.ndim == 2)
    if not isinstance(values, list | tuple) or not values:
        return False
    return isinstance(values[0], list | tuple) or bool(getattr(values[0], "ndim", 0))


def _rows(values: Any, scores: Any, name: str) -> tuple[list[Any], list[Any]]:
    """Return the rows of values, and of the scores that must be as many."""
    if not _is_in_rows(scores):
        raise RequestError(f"{name} has a row a query, so must scores", path="scores")
    rows, row_scores = ([*np.asarray(one)] if hasattr(one, "ndim") else [*one] for one in (values, scores))
    if len(rows) != len(row_scores):
        raise RequestError(f"{name} has {len(rows)} rows, scores has {len(row_scores)}", path="scores")
    for place, (row, given) in enumerate(zip(rows, row_scores, strict=True)):
        if len(row) != len(given):
            reason = f"row {place} of {name} has {len(row)} entries, that of scores has {len(given)}"
            raise RequestError(reason, path="scores")
    return rows, row_scores


def joined(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    """Return arrays one after the other, of this dtype if there are none."""
    return np.concatenate([np.zeros(0, dtype), *parts])


# -- places without a hit


def _drops(missing: str) -> bool:
    if missing not in ("error", "drop"):
        raise ValueError(f'missing must be "error" or "drop", not {missing!r}')
    return missing == "drop"


def _has_holes(numbers: NDArray[Any]) -> bool:
    return bool(numbers.size) and bool(numbers.min() == NO_HIT)


def _without_holes(
    numbers: NDArray[Any], scores: Scores, bounds: Offsets, num_docs: int | None
) -> Candidates:
    """Leave out places without a hit; with `num_docs`, numbers beyond it too and scores that are NaN."""
    keep = numbers != NO_HIT
    if num_docs is not None:
        keep &= (numbers < num_docs) & ~np.isnan(scores)
    wrong = np.isnan(scores) & keep
    if wrong.any():
        raise RequestError(f"{_named('scores', int(np.argmax(wrong)), bounds)} is NaN", path="scores")
    kept = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
    return Candidates(as_documents(numbers[keep]), scores[keep], kept[bounds])


def _named(name: str, place: int, bounds: Offsets) -> str:
    """Return how messages call an entry of one list or of many."""
    if len(bounds) == 2:
        return f"{name}[{place}]"
    window = int(np.searchsorted(bounds, place, side="right")) - 1
    return f"window {window}: {name}[{place - int(bounds[window])}]"


# -- ids


def find_documents(core: _core.Snapshot, ids: Any, missing: str = "error") -> NDArray[Any]:
    """
    Return the numbers of ids.

    Parameters
    ----------
    ids : sequence of str or int, or rows of them
        -1, NaN and None stand for no hit.
    missing : str
        "drop" leaves out ids that are not in the index and places without one; "error" names the first.

    Returns
    -------
    ndarray of uint32, shape (found,)
        Or of int64 and the shape of the rows, -1 where there is no document.
    """
    if _is_in_rows(ids):
        rows = [_look_up(core, row, missing, f"ids[{place}]")[0] for place, row in enumerate(_id_rows(ids))]
        if len({*map(len, rows)}) > 1:
            raise RequestError("the rows of ids must be equally long", path="ids")
        return np.stack(rows) if rows else np.zeros((0, 0), np.int64)
    found, has_holes = _look_up(core, ids, missing, "ids")
    if has_holes and not _drops(missing):
        place = int(np.argmin(found))
        raise RequestError(f'ids[{place}] stands for no hit: missing="drop" leaves it out', path="ids")
    return np.ascontiguousarray(found[found != NO_HIT], np.uint32)


def find_candidates(core: _core.Snapshot, ids: Any, scores: Any, missing: str) -> tuple[Candidates, bool]:
    """Return hits that come by id, and whether they are many lists, a row each."""
    if not _is_in_rows(ids):
        return _one_list(core, ids, scores, missing), False
    found, values = [], []
    for place, (row, given) in enumerate(zip(*_rows(ids, scores, "ids"), strict=True)):
        found.append(_look_up(core, row, missing, f"ids[{place}]")[0])
        values.append(as_scores(given))
    bounds = np.cumsum([0, *map(len, found)], dtype=np.int64)
    num_docs = len(core) if _drops(missing) else None
    return _without_holes(joined(found, np.int64), joined(values, np.float32), bounds, num_docs), True


def _one_list(core: _core.Snapshot, ids: Any, scores: Any, missing: str) -> Candidates:
    found, has_holes = _look_up(core, ids, missing, "ids")
    values = as_scores(scores)
    if found.shape != values.shape:
        reason = f"ids has {len(found)} entries, scores has the shape {values.shape}"
        raise RequestError(reason, path="scores")
    bounds = np.array([0, len(found)])
    if _drops(missing):
        return _without_holes(found, values, bounds, len(core))
    if has_holes:
        return _without_holes(found, values, bounds, None)
    return Candidates(found.astype(np.uint32), values, bounds)


def _id_rows(ids: Any) -> list[Any]:
    return [*np.asarray(ids)] if hasattr(ids, "ndim") else [*ids]


def _look_up(core: _core.Snapshot, ids: Any, missing: str, path: str) -> tuple[NDArray[np.int64], bool]:
    """
    Return the number of each id, -1 where there is none, and whether there are such places.

    Ids that are not found are named, unless dropped.
    """
    texts = _texts(ids, path)
    try:
        found = core.look_up(["" if text is None else text for text in texts])
    except UnicodeEncodeError as error:
        reason = f"[{show(error.object)}] is not valid Unicode, so no document has it"
        raise RequestError(reason, path=path) from None
    has_holes = _has_holes(found)
    if has_holes and not _drops(missing):
        for place, text in enumerate(texts):
            if text is not None and found[place] == NO_HIT:
                raise RequestError(f"{path}[{place}] is [{show(text)}], which is not in the index", path="")
    return found, has_holes


def _texts(ids: Any, path: str) -> list[str | None]:
    """Return ids as the texts that documents have; None where there is no hit."""
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        found = "one string" if isinstance(ids, str) else type(ids).__name__
        raise TypeError(f"{path} must be a sequence of strings or integers, not {found}")
    tolist = getattr(ids, "tolist", None)
    values = tolist() if callable(tolist) else list(ids)
    if {*map(type, values)} <= {str}:
        return values
    return [_text(value, f"{path}[{place}]") for place, value in enumerate(values)]


def _text(value: Any, path: str) -> str | None:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, str):
        return plain
    if plain is None or (isinstance(plain, float) and math.isnan(plain)):
        return None
    whole = isinstance(plain, int) or (isinstance(plain, float) and plain.is_integer())
    if isinstance(plain, bool) or not whole:
        raise TypeError(f"{path} must be a string or an integer, not {type(value).__name__}")
    return None if plain == NO_HIT else str(int(plain))
