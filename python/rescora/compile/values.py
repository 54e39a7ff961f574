"""Queries about values as they were indexed, by the type of the field."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.dates.formats import DateFormat, date_format
from rescora.dates.zones import UTC, Zone, zone
from rescora.errors import RequestError, show
from rescora.reading.values import illegal, scalar_text
from rescora.request import nodes
from rescora.schema.conversions import INTEGER_LIMITS, exact, next_real, to_boolean, to_real

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rescora.compile.compiler import Compiler
    from rescora.schema.field import Field

Scalar = str | int | float | bool
LONG_MIN, LONG_MAX = INTEGER_LIMITS["long"]
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


@compiles(nodes.Term)
def term(compiler: Compiler, query: nodes.Term) -> Any:
    """Compile ``term``."""
    compiler.count(1, query.path)
    field = compiler.mappings.field(query.field)
    if field is not None:
        return value_query(compiler, field, query.value, query.path)
    if query.field == "_id":
        return compiler.make("ids", [scalar_text(query.value)])
    return compiler.make("match_none")


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
            return make("term", field.number, FLAGS[_truth(value)])
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


def _truth(value: Scalar) -> int:
    try:
        return to_boolean(value)
    except ValueError:  # Elasticsearch says it in other words to a query than to a document
        raise ValueError(f"Can't parse boolean value [{show(value)}], expected [true] or [false]") from None


def flag_term(value: Scalar, path: str, *, lenient: bool = False) -> str | None:
    """Return how Lucene's index spells a boolean; None for another value, if that is no error."""
    try:
        return FLAGS[_truth(value)]
    except ValueError as error:
        if lenient:
            return None
        raise failed(str(error), path) from None


def _whole_moment(compiler: Compiler, field: Field, value: Scalar) -> tuple[int, int]:
    """Return the first and last millisecond of what a date says: a day is a day long."""
    dates, text = date_format(field.format), scalar_text(value)
    return dates.span(text, compiler.now)


@compiles(nodes.Terms)
def terms(compiler: Compiler, query: nodes.Terms) -> Any:
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
            return make("terms", field.number, sorted({FLAGS[_truth(value)] for value in query.values}))
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


@compiles(nodes.Range)
def range_(compiler: Compiler, query: nodes.Range) -> Any:
    """Compile ``range``."""
    make, path = compiler.make, query.path
    compiler.count(1, path)
    field = compiler.mappings.field(query.field)
    if field is None:
        return make("match_none")
    if field.type in ("text", "keyword"):
        low, high = (None if end is None else scalar_text(end, path) for end in (query.low, query.high))
        return make("term_range", field.number, low, high, query.include_low, query.include_high)
    try:
        if not is_searched(field):
            raise ValueError(f"Field [{field.name}] of type [{field.type}] does not support range queries")
        if field.storage == "real":
            return make("real_range", field.number, *_real_limits(field, query), field.type == "float")
        if field.type == "boolean":
            low, high = (None if end is None else FLAGS[_truth(end)] for end in (query.low, query.high))
            return make("term_range", field.number, low, high, query.include_low, query.include_high)
        if field.type == "date":
            return make("date_range", field.number, *_date_limits(compiler, field, query))
        limits = _limits(field, query)
    except ValueError as error:
        raise failed(str(error), path) from None
    return make("match_none") if limits is None else make("integer_range", field.number, *limits)


def _limits(field: Field, query: nodes.Range) -> tuple[int, int] | None:
    """Return the whole numbers that a range includes at its ends; None if none can be there."""
    least, most = INTEGER_LIMITS["long" if field.type == "long" else "integer"]
    first, last = least, most
    if query.low is not None:
        low = exact(query.low)
        whole = int(low.to_integral_value(ROUND_CEILING))
        first = max(first, whole + (not query.include_low and whole == low))
    if query.high is not None:
        high = exact(query.high)
        whole = int(high.to_integral_value(ROUND_FLOOR))
        last = min(last, whole - (not query.include_high and whole == high))
    return (first, last) if first <= most and last >= least else None


def _real_limits(field: Field, query: nodes.Range) -> tuple[float, float]:
    """Return the ends that a range includes, as values the column can hold."""
    least, most = -math.inf, math.inf
    if query.low is not None:
        least = to_real(query.low, field.type)
        least = least if query.include_low else next_real(least, field.type, 1)
    if query.high is not None:
        most = to_real(query.high, field.type)
        most = most if query.include_high else next_real(most, field.type, -1)
    return least, most


def _date_limits(compiler: Compiler, field: Field, query: nodes.Range) -> tuple[int, int]:
    """Return the first and last millisecond; missing parts are filled away from what is excluded."""
    dates: DateFormat = date_format(query.format or field.format)
    place: Zone = zone(query.time_zone) if query.time_zone else UTC
    first, last = LONG_MIN, LONG_MAX
    if query.low is not None:
        up = not query.include_low
        first = dates.math(scalar_text(query.low), compiler.now, up=up, default_zone=place) + up
    if query.high is not None:
        up = query.include_high
        last = dates.math(scalar_text(query.high), compiler.now, up=up, default_zone=place) - (not up)
    return max(first, LONG_MIN), min(last, LONG_MAX)


@compiles(nodes.Exists)
def exists(compiler: Compiler, query: nodes.Exists) -> Any:
    """Compile ``exists``: a field, an object (any field in it), or a pattern."""
    make, mappings = compiler.make, compiler.mappings
    fields = mappings.match_pattern(query.field) or mappings.under(query.field)
    compiler.count(max(len(fields), 1), query.path)
    if not fields:
        return make("match_none")
    queries = [make("exists", field.number) for field in fields]
    return make(
        "constant_score", queries[0] if len(queries) == 1 else make("boolean", [], [], queries, [], 0)
    )


@compiles(nodes.Ids)
def ids(compiler: Compiler, query: nodes.Ids) -> Any:
    """Compile ``ids``."""
    compiler.count(1, query.path)
    return compiler.make("ids", sorted(set(query.values))) if query.values else compiler.make("match_none")


@compiles(nodes.Prefix)
def prefix(compiler: Compiler, query: nodes.Prefix) -> Any:
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
