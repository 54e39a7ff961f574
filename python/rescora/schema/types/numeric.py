"""Numbers: integers of four widths, doubles and floats."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rescora.errors import show
from rescora.schema.columns import as_integers, as_reals
from rescora.schema.conversions import INTEGER_LIMITS, exact, next_real, to_integer, to_real
from rescora.schema.field import Bounds, Field, FieldType, Now, Scalar, Seen, converted, demand_scalar
from rescora.schema.parameters import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.reading.values import Table
    from rescora.schema.sink import Leaf, Sink


class Number(FieldType):
    """What the types of numbers have in common."""

    parameters: ClassVar[Table] = NUMBER
    is_searched = has_numbers = keeps_numbers = True
    distances = "number"


class Integer(Number):
    """``long``, ``integer``, ``short`` or ``byte``."""

    array_kinds = "i"
    seen = Seen("long", "integer", "long")

    def __init__(self, name: str) -> None:
        self.name = name
        self.limits = INTEGER_LIMITS[name]
        # Elasticsearch compares short and byte as integers
        self.range_limits = INTEGER_LIMITS[name if name == "long" else "integer"]

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        demand_scalar(given)
        if exact(given) % 1:
            raise ValueError(f"Value [{show(given)}] has a decimal part")
        return to_integer(given, self.name)

    def leaf(self, field: Field) -> Leaf:
        number, null = field.number, field.null_value
        low, high = self.limits
        convert = partial(to_integer, kind=self.name)

        def put(value: Any, sink: Sink) -> None:
            if value.__class__ is int and low <= value <= high:
                sink.integer(number, value)
            elif value != "":
                sink.integer(number, converted(field, value, convert))
            elif null is not None:  # an empty string is a null, no error
                sink.integer(number, null)

        return put

    def from_array(
        self, array: NDArray[Any], field: Field, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[np.int64]:
        return as_integers(array, field, self.limits, docs)

    def _whole(self, value: Scalar) -> int | None:
        """Return the integer that a column can hold, or None for a number that it cannot."""
        number = exact(value)
        low, high = self.limits
        return int(number) if number == number.to_integral_value() and low <= number <= high else None

    def term(self, make: Any, field: Field, value: Scalar, now: Now) -> Any:
        number = self._whole(value)
        return make("match_none") if number is None else make("integers", field.number, [number])

    def terms(self, make: Any, field: Field, values: Sequence[Scalar], now: Now) -> Any:
        wholes = {self._whole(value) for value in values}
        numbers = sorted(number for number in wholes if number is not None)
        return make("integers", field.number, numbers) if numbers else make("match_none")

    def between(self, make: Any, field: Field, bounds: Bounds, now: Now) -> Any:
        first, last = least, most = self.range_limits
        if bounds.low is not None:
            low = exact(bounds.low)
            whole = int(low.to_integral_value(ROUND_CEILING))
            first = max(first, whole + (not bounds.include_low and whole == low))
        if bounds.high is not None:
            high = exact(bounds.high)
            whole = int(high.to_integral_value(ROUND_FLOOR))
            last = min(last, whole - (not bounds.include_high and whole == high))
        if first > most or last < least:
            return make("match_none")
        return make("integer_range", field.number, first, last)


class Real(Number):
    """``double`` or ``float``."""

    storage = "real"
    array_kinds = "if"
    seen = Seen("double", "real", "double")

    def __init__(self, name: str, single: bool = False) -> None:
        self.name = name
        self.single = single  # float32

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        demand_scalar(given)
        return to_real(given, self.name)

    def leaf(self, field: Field) -> Leaf:
        number, null = field.number, field.null_value
        convert = partial(to_real, kind=self.name)

        def put(value: Any, sink: Sink) -> None:
            if value != "":
                sink.real(number, converted(field, value, convert))
            elif null is not None:
                sink.real(number, null)

        return put

    def from_array(
        self, array: NDArray[Any], field: Field, docs: NDArray[np.uint32] | None = None
    ) -> NDArray[np.float64]:
        return as_reals(array, field, self.single, docs)

    def term(self, make: Any, field: Field, value: Scalar, now: Now) -> Any:
        return make("reals", field.number, [to_real(value, self.name)], self.single)

    def terms(self, make: Any, field: Field, values: Sequence[Scalar], now: Now) -> Any:
        numbers = _distinct(to_real(value, self.name) for value in values)
        return make("reals", field.number, numbers, self.single)

    def between(self, make: Any, field: Field, bounds: Bounds, now: Now) -> Any:
        least, most = -math.inf, math.inf
        if bounds.low is not None:
            least = to_real(bounds.low, self.name)
            least = least if bounds.include_low else next_real(least, self.name, 1)
        if bounds.high is not None:
            most = to_real(bounds.high, self.name)
            most = most if bounds.include_high else next_real(most, self.name, -1)
        return make("real_range", field.number, least, most, self.single)


def _distinct(numbers: Iterable[float]) -> list[float]:
    """Return each number once, ascending; -0.0 is another than 0.0 and comes before it."""
    signed = {(number, math.copysign(1, number)) for number in numbers}
    return [number for number, _ in sorted(signed)]


NUMBERS = (*map(Integer, ("long", "integer", "short", "byte")), Real("double"), Real("float", single=True))
