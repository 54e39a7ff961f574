"""Queries made of queries: bool, dis_max, constant_score, boosting; and those about every or no document."""

from __future__ import annotations

from typing import Any

from rescora.reading.values import Table, boolean, illegal, parsing, real32
from rescora.request.nodes import Bool, Boosting, ConstantScore, DisMax, MatchAll, MatchNone, Query
from rescora.request.queries.minimum import minimum_should_match
from rescora.request.queries.registry import (
    COMMON,
    parse_query,
    parse_query_list,
    query_parser,
    read_options,
)


@query_parser("match_all")
def match_all(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_all``."""
    return MatchAll(**read_options(body, COMMON, "match_all", path))


@query_parser("match_none")
def match_none(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_none``."""
    return MatchNone(**read_options(body, COMMON, "match_none", path))


@query_parser("bool")
def bool_(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``bool``: each of its four lists is an array or one query."""

    def clauses(value: Any, place: str) -> tuple[Query, ...]:
        return parse_query_list(value, place, levels)

    table: Table = {
        "must": ("must", clauses),
        "filter": ("filter", clauses),
        "should": ("should", clauses),
        "must_not": ("must_not", clauses),
        "mustNot": ("must_not", clauses),
        "minimum_should_match": ("minimum_should_match", minimum_should_match),
        "adjust_pure_negative": ("adjust_pure_negative", boolean),
        **COMMON,
    }
    return Bool(**read_options(body, table, "bool", path))


@query_parser("dis_max")
def dis_max(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``dis_max``."""

    def queries(value: Any, place: str) -> tuple[Query, ...]:
        return parse_query_list(value, place, levels)

    table: Table = {"queries": ("queries", queries), "tie_breaker": ("tie_breaker", tie_breaker), **COMMON}
    found = read_options(body, table, "dis_max", path)
    if not found.get("queries"):
        raise parsing("[dis_max] requires 'queries' field with at least one clause", path)
    return DisMax(**found)


def tie_breaker(value: Any, path: str) -> float:
    """Read the share of the others' scores: a float32 in [0, 1]."""
    tie = real32(value, path)
    if not 0 <= tie <= 1:
        raise illegal(f"tieBreakerMultiplier must be in [0, 1], not [{tie:g}]", path)
    return tie


@query_parser("constant_score")
def constant_score(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``constant_score``."""

    def inner(value: Any, place: str) -> Query:
        if isinstance(value, list | tuple):
            raise parsing("unexpected token [START_ARRAY]: [constant_score] takes one filter", place)
        return parse_query(value, place, levels)

    found = read_options(body, {"filter": ("filter", inner), **COMMON}, "constant_score", path)
    if "filter" not in found:
        raise parsing("[constant_score] requires a 'filter' element", path)
    return ConstantScore(**found)


@query_parser("boosting")
def boosting(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``boosting``."""

    def inner(value: Any, place: str) -> Query:
        return parse_query(value, place, levels)

    def negative_boost(value: Any, place: str) -> float:
        number = real32(value, place)
        if number < 0:
            raise parsing(
                "[boosting] query requires 'negative_boost' to be set to be a positive value", place
            )
        return number

    table: Table = {
        "positive": ("positive", inner),
        "negative": ("negative", inner),
        "negative_boost": ("negative_boost", negative_boost),
        **COMMON,
    }
    found = read_options(body, table, "boosting", path)
    for key in ("positive", "negative"):
        if key not in found:
            raise parsing(f"[boosting] query requires '{key}' query to be set", path)
    if "negative_boost" not in found:
        raise parsing("[boosting] query requires 'negative_boost' to be set to be a positive value", path)
    return Boosting(**found)
