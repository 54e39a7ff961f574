"""Read and check judgment lists, query by query, with the place in every error."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.candidates import as_documents, as_scores
from rescora.errors import RequestError, did_you_mean, show
from rescora.reading.limits import check_size
from rescora.reading.values import utf8

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Lookup = Callable[[Sequence[str]], NDArray[np.uint32]]

_KEYS = ("query_id", "params", "ids", "docs", "scores", "grades")
_MOST_ID = 2**63 - 1  # an int64 has no larger one


class Judged(NamedTuple):
    """One query of a judgment list; scores are of a first pass."""

    query_id: str | int
    params: Mapping[str, Any]
    docs: NDArray[np.uint32]
    scores: NDArray[np.float32] | None
    grades: NDArray[np.float32] | None


def read_judged(given: object, number: int, docs_of: Lookup, path: str) -> Judged:
    """
    Read a query and its documents.

    Parameters
    ----------
    given : object
        What should be an object with ``ids`` or ``docs``.
    number : int
        Its id if it has none.
    docs_of : callable
        Gives the numbers of ids.
    path : str
        The place, for messages.

    Raises
    ------
    RequestError
        If anything is wrong in it, an id that is unknown included.
    """
    if not isinstance(given, Mapping):
        raise RequestError(f"must be an object, not [{show(given)}]", path=path)
    for key in given:
        if key not in _KEYS:
            raise RequestError(f"unknown key [{show(key)}]{did_you_mean(key, _KEYS)}", path=path)
    params = given.get("params")
    if params is not None and not isinstance(params, Mapping):
        raise RequestError(f"must be an object, not [{show(params)}]", path=f"{path}.params")
    docs = _docs(given, docs_of, path)
    scores, grades = (_numbers(given.get(key), len(docs), f"{path}.{key}") for key in ("scores", "grades"))
    check_size(params, f"{path}.params")
    return Judged(_query_id(given.get("query_id"), number, path), params or {}, docs, scores, grades)


def _docs(given: Mapping[str, Any], docs_of: Lookup, path: str) -> NDArray[np.uint32]:
    named = given.get("ids") is not None
    if named == (given.get("docs") is not None):
        raise RequestError("must have either [ids] or [docs]", path=path)
    key = "ids" if named else "docs"
    place = f"{path}.{key}"
    try:
        docs = docs_of(given[key]) if named else as_documents(given[key])
    except RequestError as error:
        place = f"{path}.{error.path}" if error.path else path  # else the reason says it: ids[3]
        raise RequestError(error.reason, path=place, type=error.type, status=error.status) from None
    except TypeError:
        docs = None
    if docs is None or docs.ndim != 1:
        what = "strings or integers" if named else "document numbers"
        raise RequestError(f"must be a list of {what}, not [{show(given[key])}]", path=place)
    return docs


def _numbers(given: Any, size: int, path: str) -> NDArray[np.float32] | None:
    """Return a number for each document, or None if none are given."""
    if given is None:
        return None
    try:
        values = as_scores(given)
    except TypeError:
        raise RequestError(f"must be numbers, not [{show(given)}]", path=path) from None
    if values.shape != (size,):
        raise RequestError(f"must be {size} numbers, not of shape {values.shape}", path=path)
    return values


def _query_id(given: Any, number: int, path: str) -> str | int:
    """Return what names a query, in a type that a column can have."""
    if given is None:
        return number
    if isinstance(given, str):
        return utf8(given, f"{path}.query_id")
    try:
        whole = None if isinstance(given, (bool, np.bool_)) else operator.index(given)
    except TypeError:
        whole = None
    if whole is None or not -_MOST_ID - 1 <= whole <= _MOST_ID:
        reason = f"must be a string or a whole number of 64 bits, not [{show(given)}]"
        raise RequestError(reason, path=f"{path}.query_id")
    return whole
