"""multi_match: one text, several fields."""

from __future__ import annotations

from typing import Any

from rescora.errors import UnsupportedError, show
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
    string,
)
from rescora.request.nodes import MultiMatch, Query
from rescora.request.queries.compound import tie_breaker
from rescora.request.queries.match import (
    FUZZY,
    SYNONYMS,
    max_expansions,
    operator,
    slop,
    zero_terms_query,
)
from rescora.request.queries.minimum import minimum_should_match
from rescora.request.queries.registry import COMMON, query_parser, read_options
from rescora.request.template import scalar_or_hole

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


@query_parser("multi_match")
def multi_match(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``multi_match``."""
    found = read_options(body, TABLE, "multi_match", path)
    if "query" not in found:
        raise parsing("No text specified for multi_match query: [query] is wanted", path)
    if found.get("slop") and found.get("kind") == "cross_fields":
        raise illegal("slop not allowed for type [cross_fields]", f"{path}.slop")
    return MultiMatch(**found)
