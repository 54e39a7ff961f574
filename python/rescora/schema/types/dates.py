"""Dates: kept as milliseconds since 1970; what says a day in a query means all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.dates.formats import date_format
from rescora.dates.zones import UTC, zone
from rescora.errors import MappingError
from rescora.reading.values import only, scalar_text, string
from rescora.schema.columns import as_integers
from rescora.schema.conversions import INTEGER_LIMITS
from rescora.schema.field import (
    Bounds,
    Field,
    FieldType,
    Now,
    Scalar,
    Seen,
    converted,
    demand_scalar,
    refused,
)
from rescora.schema.parameters import LENIENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink

LONG_MIN, LONG_MAX = INTEGER_LIMITS["long"]
DEFAULT_FORMAT = "strict_date_optional_time||epoch_millis"


def _format(value: Any, path: str) -> str:
    text = string(value, path)
    try:
        date_format(text)
    except ValueError as error:
        raise MappingError(str(error), path=path) from None
    return text


class DateField(Field, frozen=True, eq=False):
    """
    A date field.

    Attributes
    ----------
    format : str
        How a date is written.
    """

    format: str = DEFAULT_FORMAT


class Date(FieldType):
    """``date``."""

    name = "date"
    field_class = DateField
    parameters: ClassVar[Table] = {
        "format": ("format", _format),
        "locale": ("", only("ENGLISH", "en", "ROOT", "")),
        **LENIENT,
    }
    is_searched = has_numbers = keeps_numbers = True
    distances = "date"
    seen = Seen("ZonedDateTime", "integer", "long")

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        demand_scalar(given)
        text = scalar_text(given)
        date_format(attributes.get("format", DEFAULT_FORMAT)).millis(text)
        return text

    def leaf(self, field: DateField) -> Leaf:
        number = field.number
        millis = date_format(field.format).millis

        def read(value: Any) -> int:
            return millis(str(value))

        def put(value: Any, sink: Sink) -> None:
            if value.__class__ is bool:
                raise refused(field, value, "a date is wanted")
            sink.integer(number, converted(field, value, read))

        return put

    def from_array(
        self, array: NDArray[Any], field: Field, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[np.int64]:
        return as_integers(array, field, (LONG_MIN, LONG_MAX), docs)

    def term(self, make: Any, field: DateField, value: Scalar, now: Now) -> Any:
        return make("integer_range", field.number, *_span(field, value, now))

    def terms(self, make: Any, field: DateField, values: Sequence[Scalar], now: Now) -> Any:
        spans = sorted({_span(field, value, now) for value in values})
        ranges = [make("integer_range", field.number, low, high) for low, high in spans]
        return (
            ranges[0] if len(ranges) == 1 else make("constant_score", make("boolean", [], [], ranges, [], 0))
        )

    def between(self, make: Any, field: DateField, bounds: Bounds, now: Now) -> Any:
        dates = date_format(bounds.format or field.format)
        place = zone(bounds.time_zone) if bounds.time_zone else UTC
        first, last = LONG_MIN, LONG_MAX
        # missing parts are filled away from what is excluded
        if bounds.low is not None:
            up = not bounds.include_low
            first = dates.math(scalar_text(bounds.low), now(), up=up, default_zone=place) + up
        if bounds.high is not None:
            up = bounds.include_high
            last = dates.math(scalar_text(bounds.high), now(), up=up, default_zone=place) - (not up)
        return make("date_range", field.number, max(first, LONG_MIN), min(last, LONG_MAX))


def _span(field: DateField, value: Scalar, now: Now) -> tuple[int, int]:
    """Return the first and last millisecond of what a date says: a day is a day long."""
    return date_format(field.format).span(scalar_text(value), now())


DATE = Date()
