"""Elasticsearch's rewrite of a query per shard, before Lucene's: date ranges against the shard's dates."""

from dataclasses import replace

from .functions import FunctionScore
from .queries import (
    FILTER,
    MUST,
    MUST_NOT,
    SHOULD,
    Bool,
    Boost,
    Boosting,
    ConstantScore,
    DateRange,
    DisMax,
    Exists,
    MatchNone,
)
from .scripts import ScriptScore


def shard_form(query, shard):
    """Put every range of dates into the form that it has in this shard; what that empties is empty."""
    if isinstance(query, DateRange):
        return held_to_limits(query, shard)
    if isinstance(query, Boost):
        return Boost(shard_form(query.query, shard), query.boost)
    if isinstance(query, DisMax):
        return DisMax(tuple(shard_form(one, shard) for one in query.queries), query.tie_breaker)
    if isinstance(query, Bool):
        clauses = tuple((occur, shard_form(clause, shard)) for occur, clause in query.clauses)
        return MatchNone() if is_empty(clauses) else replace(query, clauses=clauses)
    if isinstance(query, ConstantScore):
        return ConstantScore(shard_form(query.query, shard))
    if isinstance(query, Boosting):
        positive, negative = shard_form(query.positive, shard), shard_form(query.negative, shard)
        return emptied(replace(query, positive=positive, negative=negative), positive)
    if isinstance(query, FunctionScore):
        functions = tuple(
            replace(one, filter=one.filter and shard_form(one.filter, shard)) for one in query.functions
        )
        inner = shard_form(query.query, shard)
        return emptied(replace(query, query=inner, functions=functions), inner)
    if isinstance(query, ScriptScore):
        inner = shard_form(query.query, shard)
        return emptied(replace(query, query=inner), inner)
    return query


def emptied(query, inner):
    return inner if isinstance(inner, MatchNone) else query


def is_empty(clauses) -> bool:
    none = {occur: [] for occur in (MUST, FILTER, SHOULD, MUST_NOT)}
    for occur, clause in clauses:
        none[occur].append(isinstance(clause, MatchNone))
    return any(none[MUST] + none[FILTER]) or (
        not none[MUST] + none[FILTER] and bool(none[SHOULD]) and all(none[SHOULD])
    )


def held_to_limits(query: DateRange, shard):
    """
    Ask only whether there is a date where all are in the range; nothing matches where all lie on one side.

    A range that is the wrong way round can be neither, and stays as it is.
    """
    dates = [date for dates in shard.field(query.field).numbers.values() for date in dates]
    if not dates or max(dates) < query.low or min(dates) > query.high:
        return MatchNone()
    if query.low <= min(dates) and max(dates) <= query.high:
        return ConstantScore(Exists(query.field))
    return query
