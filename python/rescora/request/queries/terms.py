"""Queries about values as they were indexed: term, terms, range, exists, ids, prefix."""

from __future__ import annotations

from typing import Any

from rescora.errors import UnsupportedError, show
from rescora.reading.values import (
    Table,
    illegal,
    kind,
    only,
    options,
    parsing,
    refused,
    scalar,
    string,
    text,
)
from rescora.request.nodes import Exists, Ids, Prefix, Query, Range, Term, Terms
from rescora.request.queries.registry import COMMON, field_and_body, query_parser, read_options

MAX_TERMS = 65_536  # index.max_terms_count

_TERM: Table = {
    "value": ("value", scalar),
    "term": ("value", scalar),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("term")
def term(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``term``: ``{field: value}`` or ``{field: {"value": value}}``."""
    field, inner, path = field_and_body(body, "term", path)
    if isinstance(inner, list | tuple):
        raise parsing("[term] query does not support array of values", path)
    if not isinstance(inner, dict):
        return Term(field=field, value=_value(inner, path), path=path)
    found = read_options(inner, _TERM, "term", path)
    if "value" not in found:
        raise illegal("value cannot be null: [term] wants [value]", path)
    return Term(field=field, **found)


def _value(value: Any, path: str) -> str | int | float | bool:
    if value is None:
        raise illegal("value cannot be null", path)
    return scalar(value, path)


@query_parser("terms")
def terms(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``terms``: one field with an array, beside the common options."""
    rest = {key: value for key, value in body.items() if key in COMMON}
    fields = {key: value for key, value in body.items() if key not in COMMON}
    found = read_options(rest, COMMON, "terms", path)
    if not fields:
        raise parsing(
            "[terms] query requires a field name, followed by array of terms "
            "or a document lookup specification",
            path,
        )
    field, values, place = field_and_body(fields, "terms", path)
    if isinstance(values, dict):
        raise UnsupportedError("a terms lookup", path=place)
    if not isinstance(values, list | tuple):
        raise parsing(
            f"[terms] query does not support [{field}]: an array is wanted, not {kind(values)}", place
        )
    if len(values) > MAX_TERMS:
        raise illegal(
            f"The number of terms [{len(values)}] used in the Terms Query request has exceeded "
            f"the allowed maximum of [{MAX_TERMS}].",
            place,
        )
    found["values"] = tuple([_value(value, f"{place}[{i}]") for i, value in enumerate(values)])
    return Terms(field=field, **found)


def _limit(value: Any, path: str) -> str | int | float | bool | None:
    return None if value is None else scalar(value, path)


_RANGE: Table = {
    "gt": ("gt", _limit),
    "gte": ("gte", _limit),
    "lt": ("lt", _limit),
    "lte": ("lte", _limit),
    "format": ("format", string),
    "time_zone": ("time_zone", string),
    "relation": ("", refused),
    "from": ("", refused),
    "to": ("", refused),
    "include_lower": ("", refused),
    "include_upper": ("", refused),
    **COMMON,
}


@query_parser("range")
def range_(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``range``; boost and _name may also stand beside the field."""
    outer = {key: value for key, value in body.items() if key in COMMON}
    field, limits, place = field_and_body(
        {key: value for key, value in body.items() if key not in COMMON}, "range", path
    )
    if not isinstance(limits, dict):
        raise parsing(f"[range] query does not support [{show(field)}]: an object is wanted", place)
    found = {**read_options(outer, COMMON, "range", path), **read_options(limits, _RANGE, "range", place)}
    for exact, open_ in (("gte", "gt"), ("lte", "lt")):
        if found.get(exact) is not None and found.get(open_) is not None:
            raise parsing(f"[range] has both [{exact}] and [{open_}]: only one can hold", f"{place}.{open_}")
    low, below = found.pop("gte", None), found.pop("gt", None)
    high, above = found.pop("lte", None), found.pop("lt", None)
    return Range(
        field=field,
        low=below if low is None else low,
        high=above if high is None else high,
        include_low=below is None,
        include_high=above is None,
        **found,
    )


@query_parser("exists")
def exists(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``exists``."""
    found = read_options(body, {"field": ("field", string), **COMMON}, "exists", path)
    if not found.get("field"):
        raise parsing("[exists] must be provided with a [field]", path)
    return Exists(**found)


def _ids(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return (text(value, path),)
    return tuple([text(item, f"{path}[{i}]") for i, item in enumerate(value)])


@query_parser("ids")
def ids(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``ids``."""
    found = options(
        body, {"values": ("values", _ids), **COMMON}, path, lambda key: f"[ids] unknown field [{key}]"
    )
    if "values" not in found:
        raise illegal("Required [values]: [ids] wants an array of ids", path)
    return Ids(path=path, **found)


_PREFIX: Table = {
    "value": ("value", text),
    "prefix": ("value", text),
    "rewrite": ("", only("constant_score")),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("prefix")
def prefix(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``prefix``: ``{field: value}`` or ``{field: {"value": value}}``."""
    field, inner, path = field_and_body(body, "prefix", path)
    if not isinstance(inner, dict):
        if inner is None:
            raise illegal("value cannot be null", path)
        return Prefix(field=field, value=text(inner, path), path=path)
    found = read_options(inner, _PREFIX, "prefix", path)
    if "value" not in found:
        raise illegal("value cannot be null: [prefix] wants [value]", path)
    return Prefix(field=field, **found)
