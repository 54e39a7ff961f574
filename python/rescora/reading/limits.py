"""Limits on size, depth and clauses of a request; a dict or list that is shared counts at each place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.core import _core
from rescora.errors import RequestError
from rescora.reading.values import illegal

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_VALUES = 1_000_000  # of a body: read at some microseconds each
DEEPEST = 350  # dicts and lists inside one another: a query takes three levels, and may be 100 deep
# Python's own stack allows about 1,000 calls, and each level of a query takes a few, read and when compiled.
HARD_DEPTH = 100  # queries inside one another
MAX_CLAUSES = 4_096  # Elasticsearch's own limit
_RESCORERS = 16  # so many queries of the most clauses may the rescorers of a request have together


def check_size(
    body: Any,
    path: str,
    most: int = MOST_VALUES,
    error: Callable[[str, str], RequestError] = illegal,
) -> None:
    """
    Refuse a tree of dicts and lists that is too large or too deep.

    Parameters
    ----------
    body : object
        The tree. Looking at it costs no more than the limits, though it may hold itself.
    path : str
        The place where it stands.
    most : int
        How many values it may have.
    error : callable
        From the reason and the path to what is raised.
    """
    excess = _core.excess(body, most, DEEPEST)
    if excess == "large":
        raise error(f"more than {most:,} values: what stands in several places counts in each of them", path)
    if excess == "deep":
        raise error(f"nested too deeply, in more than {DEEPEST} levels", path)


class Levels(int):
    """
    How many queries may still lie inside one another; those of one query share a count of its clauses.

    Attributes
    ----------
    max_clauses : int
        How many clauses there may be: queries that hold no other, functions.
    """

    max_clauses: int
    _counted: list[int]

    def __new__(cls, levels: int, max_clauses: int = MAX_CLAUSES) -> Levels:
        """Begin to count."""
        made = super().__new__(cls, levels)
        made.max_clauses = max_clauses
        made._counted = [0]
        return made

    def deeper(self) -> Levels:
        """Return what is left within a query."""
        inner = super().__new__(Levels, self - 1)
        inner.max_clauses, inner._counted = self.max_clauses, self._counted
        return inner

    @property
    def clauses(self) -> int:
        """How many have been counted."""
        return self._counted[0]

    def count(self, path: str) -> None:
        """Count one more; RequestError beyond the limit."""
        self._counted[0] += 1
        if self._counted[0] > self.max_clauses:
            raise too_many_clauses(self.max_clauses, path)

    @property
    def rescorers_clauses(self) -> int:
        """How many the queries of all rescorers may have together."""
        return _RESCORERS * self.max_clauses


def too_many_clauses(limit: int, path: str) -> RequestError:
    """Return Elasticsearch's error for a query with more clauses than the index allows."""
    return RequestError(
        f"Query contains too many nested clauses; maxClauseCount is set to {limit} "
        "by [indices.query.bool.max_clause_count]",
        path=path,
        type="too_many_nested_clauses",
        shard_level=True,
    )
