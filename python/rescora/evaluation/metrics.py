"""Ranking metrics: reciprocal rank and nDCG, against judged documents."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from math import log2
from typing import TypeVar

Id = TypeVar("Id", bound=Hashable)


def reciprocal_rank(ranking: Sequence[Id], grades: Mapping[Id, float]) -> float:
    """
    Find how early the first relevant document comes.

        1 / (place of the first document with a grade above zero, counted from 1)

    Parameters
    ----------
    ranking : sequence of ids, shape (n,)
        What was found, best first.
    grades : mapping of id to number
        What was judged; an id that is missing counts as 0.

    Returns
    -------
    float
        In [0, 1]; 0 when no relevant document is in the ranking.

    Examples
    --------
    >>> reciprocal_rank(["b", "a", "c"], {"a": 1})
    0.5
    """
    for place, document in enumerate(ranking, start=1):
        if grades.get(document, 0) > 0:
            return 1 / place
    return 0.0


def ndcg(ranking: Sequence[Id], grades: Mapping[Id, float], *, k: int = 10) -> float:
    """
    Compare a ranking's gain with the best that any ranking could have.

        DCG@k  = sum of grade(i) / log2(i + 1) over the places i = 1 .. k
        nDCG@k = DCG@k / DCG@k of the best order

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002, with the grade itself
    as gain and the discount from the second place on, which is what trec_eval computes.

    Parameters
    ----------
    ranking : sequence of ids, shape (n,)
        What was found, best first, each id once.
    grades : mapping of id to number
        What was judged; an id that is missing, or has a negative grade, counts as 0.
    k : int
        Places looked at.

    Returns
    -------
    float
        In [0, 1]; 0 when nothing relevant was judged.

    Examples
    --------
    >>> ndcg(["a", "b"], {"a": 1})
    1.0
    >>> round(ndcg(["b", "a"], {"a": 1}), 4)
    0.6309
    """
    best = _gain(sorted((max(grade, 0.0) for grade in grades.values()), reverse=True)[:k])
    if best == 0:
        return 0.0
    return _gain([max(grades.get(document, 0.0), 0.0) for document in ranking[:k]]) / best


def _gain(grades: Sequence[float]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades, start=1))


def mean(
    measure: Callable[[Sequence[Id], Mapping[Id, float]], float],
    run: Mapping[str, Sequence[Id]],
    judgments: Mapping[str, Mapping[Id, float]],
) -> float:
    """
    Average a measure over the judged queries.

    Parameters
    ----------
    measure : callable
        `reciprocal_rank`, `ndcg`, or anything called the same way.
    run : mapping of query to ranking
        What was found; a query that is missing found nothing, and counts as that.
    judgments : mapping of query to grades
        What was judged, query by query.

    Returns
    -------
    float
        The mean over all queries of `judgments`.

    Raises
    ------
    ValueError
        If there is no judged query.

    Examples
    --------
    >>> mean(reciprocal_rank, {"q1": ["b", "a"]}, {"q1": {"a": 1}, "q2": {"c": 1}})
    0.25
    """
    if not judgments:
        raise ValueError("there must be at least one judged query")
    return sum(measure(run.get(query, ()), grades) for query, grades in judgments.items()) / len(judgments)
