"""range: values between two, by the type of the field."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR
from typing import TYPE_CHECKING, Any

from rescora.dates.formats import DateFormat, date_format
from rescora.dates.zones import UTC, Zone, zone
from rescora.errors import show
from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, field_and_body, query_parser, read_options
from rescora.queries.term import failed, flag_of, is_searched
from rescora.reading.values import Table, parsing, refused, scalar, scalar_text, string
from rescora.schema.conversions import INTEGER_LIMITS, exact, next_real, to_real

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field

LONG_MIN, LONG_MAX = INTEGER_LIMITS["long"]


class Range(Query, frozen=True, kw_only=True):
    """Values between two; None is no limit."""

    field: str
    low: str | int | float | bool | None = None
    high: str | int | float | bool | None = None
    include_low: bool = True
    include_high: bool = True
    format: str | None = None
    time_zone: str | None = None


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
def read_range(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``range``; boost and _name may also stand beside the field."""
    outer = {key: value for key, value in body.items() if key in COMMON}
    field, limits, place = field_and_body(
        {key: value for key, value in body.items() if key not in COMMON}, "range", path
    )
    if not isinstance(limits, dict):
        raise parsing(f"[range] query does not support [{show(field)}]: an object is wanted", place)
    found = {**read_options(outer, COMMON, "range", path), **read_options(limits, _RANGE, "range", place)}
    for closed, open_ in (("gte", "gt"), ("lte", "lt")):
        if found.get(closed) is not None and found.get(open_) is not None:
            raise parsing(f"[range] has both [{closed}] and [{open_}]: only one can hold", f"{place}.{open_}")
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


@compiles(Range)
def compile_range(compiler: Compiler, query: Range) -> Any:
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
            low, high = (None if end is None else flag_of(end) for end in (query.low, query.high))
            return make("term_range", field.number, low, high, query.include_low, query.include_high)
        if field.type == "date":
            return make("date_range", field.number, *_date_limits(compiler, field, query))
        limits = _limits(field, query)
    except ValueError as error:
        raise failed(str(error), path) from None
    return make("match_none") if limits is None else make("integer_range", field.number, *limits)


def _limits(field: Field, query: Range) -> tuple[int, int] | None:
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


def _real_limits(field: Field, query: Range) -> tuple[float, float]:
    """Return the ends that a range includes, as values the column can hold."""
    least, most = -math.inf, math.inf
    if query.low is not None:
        least = to_real(query.low, field.type)
        least = least if query.include_low else next_real(least, field.type, 1)
    if query.high is not None:
        most = to_real(query.high, field.type)
        most = most if query.include_high else next_real(most, field.type, -1)
    return least, most


def _date_limits(compiler: Compiler, field: Field, query: Range) -> tuple[int, int]:
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
