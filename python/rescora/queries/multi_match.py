"""multi_match: one text, several fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import UnsupportedError, show
from rescora.queries.compiler import compiles
from rescora.queries.compound import tie_breaker
from rescora.queries.hole import scalar_or_hole
from rescora.queries.match import FUZZY, SYNONYMS, max_expansions, operator, slop, zero_terms_query
from rescora.queries.minimum import minimum_should_match
from rescora.queries.registry import COMMON, query_parser, read_options
from rescora.queries.term import spelled, value_query
from rescora.queries.text import (
    Text,
    joined,
    known,
    match_in,
    no_words,
    phrase_in,
    phrase_prefix_in,
    words_of,
)
from rescora.reading.values import (
    Table,
    array,
    boolean,
    boost,
    choice,
    illegal,
    parse_number,
    parsing,
    refused,
    scalar_text,
    string,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.queries.compiler import Compiler
    from rescora.queries.query import Query
    from rescora.schema.field import Field

_TYPES = ("best_fields", "most_fields", "cross_fields", "phrase", "phrase_prefix")
_type = choice("failed to parse [multi_match] query type [{value}]. unknown type", (*_TYPES, "bool_prefix"))


def kind(value: Any, path: str) -> str:
    """Read the type."""
    name: str = _type(value, path)
    if name == "bool_prefix":
        raise UnsupportedError("[bool_prefix]", path=path)
    return name


def weighted_field(value: Any, path: str) -> tuple[str, float]:
    """Read ``title`` or ``title^2.5``; the name may be a pattern."""
    name, caret, weight = string(value, path).partition("^")
    if not name:
        raise illegal(f"[{show(value)}] names no field", path)
    if not caret:
        return name, 1.0
    try:
        return name, boost(parse_number(weight), path)
    except ValueError:
        raise illegal(f"[{show(weight)}] in [{show(value)}] is no boost", path) from None


def fields(value: Any, path: str) -> tuple[tuple[str, float], ...]:
    """Read the fields; of a field named twice the last boost counts."""
    items = enumerate(array(value))
    return tuple(dict(weighted_field(item, f"{path}[{i}]") for i, item in items).items())


TABLE: Table = {
    "query": ("query", scalar_or_hole),
    "fields": ("fields", fields),
    "type": ("kind", kind),
    "tie_breaker": ("tie_breaker", tie_breaker),
    "operator": ("operator", operator),
    "minimum_should_match": ("minimum_should_match", minimum_should_match),
    "slop": ("slop", slop),
    "max_expansions": ("max_expansions", max_expansions),
    "zero_terms_query": ("zero_terms_query", zero_terms_query),
    "analyzer": ("analyzer", string),
    "lenient": ("lenient", boolean),
    "cutoff_frequency": ("", refused),
    **FUZZY,
    **SYNONYMS,
    **COMMON,
}


class MultiMatch(Text, frozen=True, kw_only=True):
    """The words of a text in several fields; `fields` are (name or pattern, boost)."""

    fields: tuple[tuple[str, float], ...] = ()
    kind: str = "best_fields"
    tie_breaker: float | None = None
    operator: str = "or"
    minimum_should_match: str | None = None
    slop: int = 0
    max_expansions: int = 50
    lenient: bool | None = None


@query_parser("multi_match")
def read_multi_match(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``multi_match``."""
    found = read_options(body, TABLE, "multi_match", path)
    if "query" not in found:
        raise parsing("No text specified for multi_match query: [query] is wanted", path)
    if found.get("slop") and found.get("kind") == "cross_fields":
        raise illegal("slop not allowed for type [cross_fields]", f"{path}.slop")
    return MultiMatch(**found)


_TIES = {"most_fields": 1.0}


@compiles(MultiMatch)
def compile_multi_match(compiler: Compiler, query: MultiMatch) -> Any:
    """Compile ``multi_match``."""
    patterns = query.fields or (("*", 1.0),)
    lenient = query.lenient
    if lenient is None:  # a text is wanted from all fields, so numbers must let it pass
        lenient = any(pattern == "*" for pattern, _ in patterns)
    weights = _weights(compiler, patterns)
    if not weights:
        compiler.count(1, query.path)
        return compiler.make("match_none")
    tie = _TIES.get(query.kind, 0.0) if query.tie_breaker is None else query.tie_breaker
    if query.kind == "cross_fields":
        queries = _cross_fields(compiler, query, weights, tie, lenient)
    else:
        queries = [
            _boosted(compiler, _of_field(compiler, field, query, lenient), weight)
            for field, weight in weights.items()
        ]
    return queries[0] if len(queries) == 1 else compiler.make("dis_max", queries, tie)


def _weights(compiler: Compiler, patterns: Sequence[tuple[str, float]]) -> dict[Field, float]:
    """Return the mapped fields with their boosts; the boosts of a field named twice multiply."""
    weights: dict[Field, float] = {}
    for pattern, weight in patterns:
        for field in compiler.schema.match_pattern(pattern):
            if "*" in pattern and not field.kind.is_searched:  # only a field that is named can be wrong
                continue
            weights[field] = weights.get(field, 1.0) * weight
    return weights


def _boosted(compiler: Compiler, made: Any, boost: float) -> Any:
    return made if boost == 1 else compiler.make("boost", made, boost)


def _of_field(compiler: Compiler, field: Field, query: MultiMatch, lenient: bool) -> Any:
    if query.kind == "phrase":
        return phrase_in(compiler, field, query, query.slop, lenient)
    if query.kind == "phrase_prefix":
        return phrase_prefix_in(compiler, field, query, query.slop, query.max_expansions, lenient)
    return match_in(compiler, field, query, query.operator, query.minimum_should_match, lenient)


def _cross_fields(
    compiler: Compiler, query: MultiMatch, weights: dict[Field, float], tie: float, lenient: bool
) -> list[Any]:
    """Return a query for each group of fields that share an analyzer."""
    groups: dict[str, list[Field]] = {}
    for field in weights:
        own = field.search_analyzer if field.kind.is_analyzed else ""  # values, whatever their type
        groups.setdefault(query.analyzer or own, []).append(field)
    queries = []
    for group in groups.values():
        if len(group) == 1:
            made = match_in(compiler, group[0], query, query.operator, query.minimum_should_match, lenient)
            queries.append(_boosted(compiler, made, weights[group[0]]))
        else:
            queries.append(_group(compiler, query, {field: weights[field] for field in group}, tie, lenient))
    return queries


def _group(
    compiler: Compiler, query: MultiMatch, weights: dict[Field, float], tie: float, lenient: bool
) -> Any:
    """Return the query of one group: every word is looked for in all fields at once."""
    words = words_of(compiler, next(iter(weights)), query)
    if words is None:
        words = [(scalar_text(known(query.query), query.path), 0)]
    if not words:
        return no_words(compiler, query.zero_terms_query)
    clauses = [_blend(compiler, word, query.path, weights, tie, lenient) for word, _ in words]
    return joined(compiler, words, clauses, query.operator, query.minimum_should_match, query.path)


def _blend(
    compiler: Compiler, word: str, path: str, weights: dict[Field, float], tie: float, lenient: bool
) -> Any:
    """Return one word's query over several fields: those with words blend, numbers and dates stand beside."""
    compiler.count(len(weights) - 1, path)
    make = compiler.make
    queries: list[Any] = []
    terms: dict[Field, tuple[int, str]] = {}
    for field, weight in weights.items():
        term = spelled(field, word, path, lenient=lenient)
        if term is None:
            queries.append(
                _boosted(compiler, value_query(compiler, field, word, path, lenient=lenient), weight)
            )
        else:
            terms[field] = (field.number, term)
    if terms:
        queries.append(make("blended", list(terms.values()), [weights[field] for field in terms], tie))
    return queries[0] if len(queries) == 1 else make("dis_max", queries, tie)
