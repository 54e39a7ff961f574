"""Queries for values as they were indexed, by the type of the field: term, terms, prefix."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rescora.dates.formats import date_format
from rescora.errors import RequestError, UnsupportedError, show
from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, field_and_body, query_parser, read_options
from rescora.reading.values import Table, illegal, kind, only, parsing, scalar, scalar_text, text
from rescora.schema.conversions import INTEGER_LIMITS, exact, to_boolean, to_real

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field

Scalar = str | int | float | bool
MAX_TERMS = 65_536  # index.max_terms_count
FLAGS = ("F", "T")  # how Lucene's index spells booleans


def failed(cause: str, path: str) -> RequestError:
    """Return the error for a value that its field cannot have."""
    return RequestError(
        f"failed to create query: {cause}",
        path=path,
        type="query_shard_exception",
        caused_by=illegal(cause, path),
        shard_level=True,
    )


# What Elasticsearch says to those who look for a value of such a field.
_NOT_SEARCHED = {
    "dense_vector": "Field [{name}] of type [dense_vector] doesn't support term queries",
    "geo_point": (
        "Geometry fields do not support exact searching, use dedicated geometry queries instead: [{name}]"
    ),
    "rank_feature": "Queries on [rank_feature] fields are not supported",
}


def is_searched(field: Field) -> bool:
    """Tell whether a field has values that a word or a number can be compared with."""
    return field.type not in _NOT_SEARCHED


def _demand_searched(field: Field) -> None:
    if field.type in _NOT_SEARCHED:
        raise ValueError(_NOT_SEARCHED[field.type].format(name=field.name))


def value_query(compiler: Compiler, field: Field, value: Scalar, path: str, *, lenient: bool = False) -> Any:
    """Return the query for one value of a field: scored for words, constant for numbers."""
    make = compiler.make
    if field.type in ("text", "keyword"):
        return make("term", field.number, scalar_text(value, path))
    try:
        _demand_searched(field)
        if field.type == "date":
            low, high = _whole_moment(compiler, field, value)
            return make("integer_range", field.number, low, high)
        if field.storage == "real":
            return make("reals", field.number, [to_real(value, field.type)], field.type == "float")
        if field.type == "boolean":  # a word of the index, scored as one
            return make("term", field.number, flag_of(value))
        number = _whole(field, value)
        return make("match_none") if number is None else make("integers", field.number, [number])
    except ValueError as error:
        if lenient:
            return make("match_none")
        raise failed(str(error), path) from None


def _whole(field: Field, value: Scalar) -> int | None:
    """Return the integer that a column can hold, or None for a number that it cannot."""
    number = exact(value)
    low, high = INTEGER_LIMITS[field.type]
    return int(number) if number == number.to_integral_value() and low <= number <= high else None


def flag_of(value: Scalar) -> str:
    """Return how Lucene's index spells a boolean; ValueError for another value."""
    try:
        return FLAGS[to_boolean(value)]
    except ValueError:  # Elasticsearch says it in other words to a query than to a document
        raise ValueError(f"Can't parse boolean value [{show(value)}], expected [true] or [false]") from None


def flag_term(value: Scalar, path: str, *, lenient: bool = False) -> str | None:
    """Return how Lucene's index spells a boolean; None for another value, if that is no error."""
    try:
        return flag_of(value)
    except ValueError as error:
        if lenient:
            return None
        raise failed(str(error), path) from None


def _whole_moment(compiler: Compiler, field: Field, value: Scalar) -> tuple[int, int]:
    """Return the first and last millisecond of what a date says: a day is a day long."""
    dates, text = date_format(field.format), scalar_text(value)
    return dates.span(text, compiler.now)


class Term(Query, frozen=True, kw_only=True):
    """One value of a field, as it was indexed."""

    field: str
    value: str | int | float | bool


_TERM: Table = {
    "value": ("value", scalar),
    "term": ("value", scalar),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("term")
def read_term(body: dict[Any, Any], path: str, _levels: int) -> Query:
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


@compiles(Term)
def compile_term(compiler: Compiler, query: Term) -> Any:
    """Compile ``term``."""
    compiler.count(1, query.path)
    field = compiler.mappings.field(query.field)
    if field is not None:
        return value_query(compiler, field, query.value, query.path)
    if query.field == "_id":
        return compiler.make("ids", [scalar_text(query.value)])
    return compiler.make("match_none")


class Terms(Query, frozen=True, kw_only=True):
    """Any of several values of a field."""

    field: str
    values: tuple[str | int | float | bool, ...]


@query_parser("terms")
def read_terms(body: dict[Any, Any], path: str, _levels: int) -> Query:
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


@compiles(Terms)
def compile_terms(compiler: Compiler, query: Terms) -> Any:
    """Compile ``terms``: any of the values, score 1."""
    make, path = compiler.make, query.path
    compiler.count(1, path)
    field = compiler.mappings.field(query.field)
    if field is None and query.field == "_id" and query.values:
        return make("ids", sorted({scalar_text(value) for value in query.values}))
    if field is None or not query.values:
        return make("match_none")
    if field.type in ("text", "keyword"):
        return make("terms", field.number, sorted({scalar_text(value, path) for value in query.values}))
    try:
        _demand_searched(field)
        if field.type == "date":
            return _any_date(compiler, field, query.values)
        if field.storage == "real":
            numbers = _distinct(to_real(value, field.type) for value in query.values)
            return make("reals", field.number, numbers, field.type == "float")
        if field.type == "boolean":
            return make("terms", field.number, sorted({flag_of(value) for value in query.values}))
        wholes = {_whole(field, value) for value in query.values} - {None}
    except ValueError as error:
        raise failed(str(error), path) from None
    numbers = sorted(number for number in wholes if number is not None)
    return make("integers", field.number, numbers) if numbers else make("match_none")


def _distinct(numbers: Iterable[float]) -> list[float]:
    """Return each number once, ascending; -0.0 is another than 0.0 and comes before it."""
    signed = {(number, math.copysign(1, number)) for number in numbers}
    return [number for number, _ in sorted(signed)]


def _any_date(compiler: Compiler, field: Field, values: tuple[Scalar, ...]) -> Any:
    make = compiler.make
    spans = sorted({_whole_moment(compiler, field, value) for value in values})
    ranges = [make("integer_range", field.number, low, high) for low, high in spans]
    return ranges[0] if len(ranges) == 1 else make("constant_score", make("boolean", [], [], ranges, [], 0))


class Prefix(Query, frozen=True, kw_only=True):
    """Values of a field that begin so."""

    field: str
    value: str


_PREFIX: Table = {
    "value": ("value", text),
    "prefix": ("value", text),
    "rewrite": ("", only("constant_score")),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("prefix")
def read_prefix(body: dict[Any, Any], path: str, _levels: int) -> Query:
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


@compiles(Prefix)
def compile_prefix(compiler: Compiler, query: Prefix) -> Any:
    """Compile ``prefix``."""
    compiler.count(1, query.path)
    field = compiler.mappings.field(query.field)
    if field is None:
        return compiler.make("match_none")
    if field.type not in ("text", "keyword"):
        raise RequestError(
            f"Can only use prefix queries on keyword, text and wildcard fields - not on [{field.name}] "
            f"which is of type [{field.type}]",
            path=query.path,
            type="query_shard_exception",
            shard_level=True,
        )
    return compiler.make("prefix", field.number, query.value)
