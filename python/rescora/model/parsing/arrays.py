"""Lists of a model's file as arrays, checked for kind and length, with the place in errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rescora.errors import ModelError, show

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Categories are at most these many in XGBoost: float32 holds no odd number beyond.
MOST_CATEGORIES = 1 << 24
# Words of all category sets of a model, 128 MB: a set of one high category is long, and its text is short.
MOST_WORDS = 1 << 25


def integers(given: object, name: str, path: str, length: int | None = None) -> NDArray[np.int64]:
    """Return a list of whole numbers or of truth values; `name` and `path` say where it stands."""
    array = _array(given, name, path, length)
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.dtype.kind not in "biu" or (array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max):
        raise ModelError(f"{name} must hold whole numbers, not {show(given)}", path=path)
    return array.astype(np.int64)


def floats(
    given: object, name: str, path: str, length: int | None = None, *, infinite: bool = False
) -> NDArray[np.float64]:
    """Return a list of numbers, `infinite` ones only if told so; `name` and `path` say where it stands."""
    array = _array(given, name, path, length)
    if array.size and array.dtype.kind not in "iuf":
        raise ModelError(f"{name} must hold numbers, not {show(given)}", path=path)
    with np.errstate(invalid="ignore"):  # of a signalling NaN, which is refused like any other
        numbers = array.astype(np.float64)
    refuse_infinite(np.where(np.isinf(numbers), 0, numbers) if infinite else numbers, name, path)
    return numbers


def refuse_infinite(numbers: NDArray[Any], name: str, path: str) -> None:
    """Raise ModelError if a number is infinite or NaN."""
    finite = np.isfinite(numbers)
    if not finite.all():
        place = int(np.argmin(finite))
        raise ModelError(f"{name}[{place}] must be a finite number, not {numbers[place]}", path=path)


def _array(given: object, name: str, path: str, length: int | None) -> NDArray[Any]:
    if not isinstance(given, (list, tuple, np.ndarray)):
        raise ModelError(f"{name} must be a list, not {show(given)}", path=path)
    try:
        array = np.asarray(given)
    except (ValueError, TypeError, OverflowError, RecursionError):  # lists in the list, of several lengths
        raise ModelError(f"{name} must be a list of numbers, not {show(given)}", path=path) from None
    if array.ndim != 1:
        raise ModelError(f"{name} must be a list of numbers, not {show(given)}", path=path)
    if length is not None and len(array) != length:
        raise ModelError(f"{name} has {len(array)} entries, not {length}", path=path)
    return array


def children(given: NDArray[np.int64], nodes: int, leaves: int, name: str, path: str) -> NDArray[np.int32]:
    """Return children as a tree has them; refuse what is neither a node (from 0 up) nor a leaf (below)."""
    wrong = (given >= nodes) | (given < -leaves)
    if wrong.any():
        node = int(np.argmax(wrong))
        reason = f"{name} {given[node]} is none of {nodes} nodes and {leaves} leaves"
        raise ModelError(reason, path=f"{path}, node {node}")
    return given.astype(np.int32)


def numbered_apart(is_leaf: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return each part's number in a `Tree`: nodes from 0 up, leaves from -1 down, both in this order."""
    return np.where(is_leaf, ~(np.cumsum(is_leaf) - 1), np.cumsum(~is_leaf) - 1).astype(np.int32)


class CategorySets:
    """Makes the category sets of one model, and stops when they would take too much memory."""

    def __init__(self) -> None:
        self._left = MOST_WORDS

    def make(self, categories: NDArray[np.int64], path: str) -> NDArray[np.uint32]:
        """Return the set of these categories as bits: category c is bit ``c % 32`` of word ``c // 32``."""
        if len(categories) == 0:
            return np.zeros(1, np.uint32)
        lowest, highest = int(categories.min()), int(categories.max())
        if lowest < 0 or highest >= MOST_CATEGORIES:
            wrong = lowest if lowest < 0 else highest
            raise ModelError(f"a category must be from 0 to {MOST_CATEGORIES - 1}, not {wrong}", path=path)
        words = highest // 32 + 1
        self._left -= words
        if self._left < 0:
            raise ModelError(f"the model's category sets need more than {MOST_WORDS:,} words", path=path)
        bits = np.zeros(32 * words, np.bool_)
        bits[categories] = True
        return np.packbits(bits, bitorder="little").view("<u4").astype(np.uint32)
