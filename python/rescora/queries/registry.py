"""From the name of a query to its parser, and the rules all queries share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rescora.errors import UnsupportedError, did_you_mean, show
from rescora.queries.query import Query
from rescora.reading.limits import Levels
from rescora.reading.values import Table, boost, illegal, kind, options, parsing, string

Parser = Callable[[dict[Any, Any], str, int], Query]

PARSERS: dict[str, Parser] = {}

# What every query takes, whatever else it takes.
COMMON: Table = {"boost": ("boost", boost), "_name": ("name", string)}

UNSUPPORTED = frozenset(
    [
        "combined_fields",
        "common",
        "field_masking_span",
        "fuzzy",
        "geo_bounding_box",
        "geo_distance",
        "geo_grid",
        "geo_polygon",
        "geo_shape",
        "has_child",
        "has_parent",
        "intervals",
        "knn",
        "match_bool_prefix",
        "more_like_this",
        "nested",
        "parent_id",
        "percolate",
        "pinned",
        "query_string",
        "regexp",
        "rule",
        "semantic",
        "shape",
        "simple_query_string",
        "span_containing",
        "span_field_masking",
        "span_first",
        "span_multi",
        "span_near",
        "span_not",
        "span_or",
        "span_term",
        "span_within",
        "sparse_vector",
        "terms_set",
        "text_expansion",
        "weighted_tokens",
        "wildcard",
        "wrapper",
    ]
)


def query_parser(name: str) -> Callable[[Parser], Parser]:
    """Enter a parser under its name in the query language."""

    def enter(parser: Parser) -> Parser:
        PARSERS[name] = parser
        return parser

    return enter


def read_options(body: dict[Any, Any], table: Table, name: str, path: str) -> dict[str, Any]:
    """Read the object of query `name`; its path comes with what was read."""
    found = options(body, table, path, lambda key: f"[{name}] query does not support [{key}]")
    found["path"] = path
    return found


def field_and_body(body: dict[Any, Any], name: str, path: str) -> tuple[str, Any, str]:
    """Read ``{field: ...}``, the form of a query about one field; return field, inner value and its path."""
    if len(body) == 1:
        [(field, inner)] = body.items()
        return string(field, path), inner, f"{path}.{field}"
    if not body:
        raise illegal(f"[{name}] fieldName is null or empty: a field's name is wanted", path)
    first, second, *_ = body
    raise parsing(
        f"[{name}] query doesn't support multiple fields, found [{show(first)}] and [{show(second)}]", path
    )


def parse_query(body: Any, path: str, levels: int) -> Query:
    """
    Read one query, ``{"match": {...}}``.

    Parameters
    ----------
    body : object
        What stands in the request.
    path : str
        The place where it stands.
    levels : int
        How many queries may still lie inside one another; `Levels` has the limit of clauses, too.

    Raises
    ------
    RequestError
        If it is no query, nested too deeply, or of too many clauses.
    """
    left = levels if isinstance(levels, Levels) else Levels(levels)
    if type(body) is not dict and not isinstance(body, dict):
        raise parsing(f"[_na] query malformed, must start with start_object, not {kind(body)}", path)
    if len(body) != 1:
        raise _malformed(body, path)
    [(name, inner)] = body.items()
    parser = PARSERS.get(name)
    if parser is None:
        raise _unknown(name, path)
    if levels <= 0:
        raise illegal(
            "The nested depth of the query exceeds the maximum nested depth for queries set in "
            "[indices.query.bool.max_nested_depth]",
            path,
        )
    if type(inner) is not dict and not isinstance(inner, dict):
        found = show(inner)
        raise parsing(
            f"[{name}] query malformed, no start_object after query name but {kind(inner)} [{found}]",
            f"{path}.{name}",
        )
    before = left.clauses
    query: Query = parser(inner, f"{path}.{name}", left.deeper())
    if left.clauses == before:  # no query inside has been counted
        left.count(path)
    return query


def parse_query_list(body: Any, path: str, levels: int) -> tuple[Query, ...]:
    """Read an array of queries; one query stands for an array of one."""
    if isinstance(body, list | tuple):
        return tuple([parse_query(item, f"{path}[{i}]", levels) for i, item in enumerate(body)])
    return (parse_query(body, path, levels),)


def _malformed(body: dict[Any, Any], path: str) -> Exception:
    if not body:
        return illegal("query malformed, empty clause found", path)
    first, second, *_ = body
    return parsing(
        f"[{show(first)}] malformed query, expected [END_OBJECT] but found [FIELD_NAME] [{show(second)}]: "
        "a query has one name; several are joined by [bool]",
        path,
    )


def _unknown(name: object, path: str) -> Exception:
    if name == "sltr":  # of the o19s plugin
        hint = ": load the model by rescora.Model, and rank by the [learning_to_rank] rescorer"
        return UnsupportedError("query [sltr]", path=f"{path}.sltr", hint=hint)
    if name in UNSUPPORTED:
        return UnsupportedError(f"query [{name}]", path=f"{path}.{name}")
    return parsing(f"unknown query [{show(name)}]{did_you_mean(name, PARSERS)}", f"{path}.{show(name)}")
