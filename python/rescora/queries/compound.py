"""Queries made of queries: bool, dis_max, constant_score, boosting; and those about every or no document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.queries.compiler import compiles
from rescora.queries.minimum import minimum_should_match, required
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, parse_query, parse_query_list, query_parser, read_options
from rescora.reading.values import Table, boolean, illegal, parsing, real32

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler


class MatchAll(Query, frozen=True, kw_only=True):
    """Every document, score 1."""


@query_parser("match_all")
def read_match_all(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_all``."""
    return MatchAll(**read_options(body, COMMON, "match_all", path))


@compiles(MatchAll)
def compile_match_all(compiler: Compiler, query: MatchAll) -> Any:
    """Compile ``match_all``."""
    compiler.count(1, query.path)
    return compiler.make("match_all")


class MatchNone(Query, frozen=True, kw_only=True):
    """No document."""


@query_parser("match_none")
def read_match_none(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_none``."""
    return MatchNone(**read_options(body, COMMON, "match_none", path))


@compiles(MatchNone)
def compile_match_none(compiler: Compiler, query: MatchNone) -> Any:
    """Compile ``match_none``."""
    compiler.count(1, query.path)
    return compiler.make("match_none")


class Bool(Query, frozen=True, kw_only=True):
    """Clauses combined: the heart of most requests."""

    must: tuple[Query, ...] = ()
    filter: tuple[Query, ...] = ()
    should: tuple[Query, ...] = ()
    must_not: tuple[Query, ...] = ()
    minimum_should_match: str | None = None
    adjust_pure_negative: bool = True


@query_parser("bool")
def read_bool(body: dict[Any, Any], path: str, levels: int) -> Query:
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


@compiles(Bool)
def compile_bool(compiler: Compiler, query: Bool) -> Any:
    """Compile ``bool``."""
    make, node = compiler.make, compiler.node
    must, must_not = [node(inner) for inner in query.must], [node(inner) for inner in query.must_not]
    should, filters = [node(inner) for inner in query.should], [node(inner) for inner in query.filter]
    if not (must or filters or should or must_not):
        return make("match_all")
    spec = query.minimum_should_match
    minimum = 0 if spec is None else required(spec, len(should))
    if query.adjust_pure_negative and not (must or filters or should):
        filters = [make("match_all")]  # what is not excluded, at score 0
    return make("boolean", must, filters, should, must_not, minimum)


class DisMax(Query, frozen=True, kw_only=True):
    """The best of several queries, plus a share of the others."""

    queries: tuple[Query, ...]
    tie_breaker: float = 0.0


@query_parser("dis_max")
def read_dis_max(body: dict[Any, Any], path: str, levels: int) -> Query:
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


@compiles(DisMax)
def compile_dis_max(compiler: Compiler, query: DisMax) -> Any:
    """Compile ``dis_max``."""
    return compiler.make("dis_max", [compiler.node(inner) for inner in query.queries], query.tie_breaker)


class ConstantScore(Query, frozen=True, kw_only=True):
    """A query whose matches all score 1."""

    filter: Query


@query_parser("constant_score")
def read_constant_score(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``constant_score``."""

    def inner(value: Any, place: str) -> Query:
        if isinstance(value, list | tuple):
            raise parsing("unexpected token [START_ARRAY]: [constant_score] takes one filter", place)
        return parse_query(value, place, levels)

    found = read_options(body, {"filter": ("filter", inner), **COMMON}, "constant_score", path)
    if "filter" not in found:
        raise parsing("[constant_score] requires a 'filter' element", path)
    return ConstantScore(**found)


@compiles(ConstantScore)
def compile_constant_score(compiler: Compiler, query: ConstantScore) -> Any:
    """Compile ``constant_score``."""
    return compiler.make("constant_score", compiler.node(query.filter))


class Boosting(Query, frozen=True, kw_only=True):
    """A query whose matches are pulled down where another matches too."""

    positive: Query
    negative: Query
    negative_boost: float


@query_parser("boosting")
def read_boosting(body: dict[Any, Any], path: str, levels: int) -> Query:
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


@compiles(Boosting)
def compile_boosting(compiler: Compiler, query: Boosting) -> Any:
    """Compile ``boosting``."""
    positive, negative = compiler.node(query.positive), compiler.node(query.negative)
    return compiler.make("boosting", positive, negative, query.negative_boost)
