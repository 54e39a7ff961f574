"""range: values between two, by the type of the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import show
from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, field_and_body, query_parser, read_options
from rescora.queries.term import failed
from rescora.reading.values import Table, parsing, refused, scalar, scalar_text, string

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler


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
    field = compiler.schema.field(query.field)
    if field is None:
        return make("match_none")
    if field.kind.has_words:  # what is no text at all is an error of the request
        for end in (query.low, query.high):
            if end is not None:
                scalar_text(end, path)
    try:
        return field.kind.between(make, field, query, compiler.time)
    except ValueError as error:
        raise failed(str(error), path) from None
