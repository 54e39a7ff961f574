"""Dates: a moment in milliseconds, seen as a ZonedDateTime in UTC or as an Instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.makers import Make, operation
from rescora.script.methods import compared
from rescora.script.operators import chosen
from rescora.script.types import Static, Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

# In the order of plan::DatePart and plan::DateUnit.
DATE_PARTS = (
    "year", "month", "day_of_month", "day_of_year", "day_of_week", "hour", "minute", "second", "nano",
    "epoch_second", "milli_of_second", "minute_of_day", "second_of_day",
)  # fmt: skip
DATE_UNITS = ("millis", "seconds", "minutes", "hours", "days", "weeks", "months", "years")


_NAMES = {
    "Month": (
        *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER"),
        *("OCTOBER", "NOVEMBER", "DECEMBER"),
    ),
    "DayOfWeek": ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"),
}


class Enumerated(Static):
    """A Month or a DayOfWeek: its number, and its name in capitals."""

    def __init__(self, type: str, number: Value) -> None:
        self.type = type
        self.number = number

    def text(self, compiler: Compiler, place: int) -> Value:
        """Return the name."""
        first, *others = _NAMES[self.type]
        made = compiler.literal("String", first)
        for number, name in enumerate(others, 2):
            same = compiler.emit("boolean", "equal_long", self.number, compiler.literal("int", number))
            made = chosen(compiler, same, compiler.literal("String", name), made, place)
        return made


def _part(name: str, type: str = "int") -> Make:
    return operation(type, "date_part", aux=DATE_PARTS.index(name))


def _named_part(name: str, type: str) -> Make:
    aux = DATE_PARTS.index(name)
    return lambda compiler, of, _place: Enumerated(type, compiler.emit("int", "date_part", of, aux=aux))


def _plus(unit: str, sign: int) -> Make:
    def make(compiler: Compiler, of: Value, place: int, count: Value) -> Value:
        if sign < 0:
            count = compiler.emit("long", "negate_long", count)
        return compiler.masked(of.type, "date_plus", of, count, place=place, aux=DATE_UNITS.index(unit))

    return make


def _order(swapped: bool) -> Make:
    def make(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
        other = compiler.convert(other, of.type, place)
        pair = (other, of) if swapped else (of, other)
        return compiler.emit("boolean", "less_long", *pair)

    return make


def _same_moment(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
    return compiler.emit("boolean", "equal_long", of, compiler.convert(other, of.type, place))


def _retyped(type: str) -> Make:
    return lambda _compiler, of, _place: Value(type, of.register, of.loose)


_MOMENT: dict[str, Any] = {
    "isBefore": ((None,), _order(False)),
    "isAfter": ((None,), _order(True)),
    "equals": ((None,), _same_moment),
    "compareTo": ((None,), compared),
    "toString": ((), operation("String", "date_text")),
    "getNano": ((), _part("nano")),
    **{f"plus{unit.capitalize()}": (("long",), _plus(unit, 1)) for unit in ("millis", "seconds")},
    **{f"minus{unit.capitalize()}": (("long",), _plus(unit, -1)) for unit in ("millis", "seconds")},
}
DATE: dict[str, Any] = {
    **{name: found for name, found in _MOMENT.items() if "Millis" not in name},
    "toInstant": ((), _retyped("Instant")),
    "getMillis": ((), _retyped("long")),
    "toEpochSecond": ((), _part("epoch_second", "long")),
    "isEqual": ((None,), _same_moment),
    "getYear": ((), _part("year")),
    "getMonthValue": ((), _part("month")),
    "getMonthOfYear": ((), _part("month")),
    "getMonth": ((), _named_part("month", "Month")),
    "getDayOfMonth": ((), _part("day_of_month")),
    "getDayOfYear": ((), _part("day_of_year")),
    "getDayOfWeek": ((), _named_part("day_of_week", "DayOfWeek")),
    "getDayOfWeekEnum": ((), _named_part("day_of_week", "DayOfWeek")),
    "getHour": ((), _part("hour")),
    "getHourOfDay": ((), _part("hour")),
    "getMinute": ((), _part("minute")),
    "getMinuteOfHour": ((), _part("minute")),
    "getSecond": ((), _part("second")),
    "getSecondOfMinute": ((), _part("second")),
    "getMillisOfSecond": ((), _part("milli_of_second")),
    "getMinuteOfDay": ((), _part("minute_of_day")),
    "getSecondOfDay": ((), _part("second_of_day")),
    **{
        f"{verb}{unit.capitalize()}": (("long",), _plus(unit, sign))
        for verb, sign in (("plus", 1), ("minus", -1))
        for unit in DATE_UNITS[1:]
    },
}
INSTANT: dict[str, Any] = {
    **_MOMENT,
    "toEpochMilli": ((), _retyped("long")),
    "getEpochSecond": ((), _part("epoch_second", "long")),
}


def _between(compiler: Compiler, of: Any, place: int, first: Compiled, second: Compiled) -> Value:
    first = compiler.convert(first, second.type if second.type == "Instant" else "ZonedDateTime", place)
    second = compiler.convert(second, first.type, place)
    return compiler.emit("long", "date_between", first, second, aux=DATE_UNITS.index(of.name))


UNIT: dict[str, Any] = {"between": ((None, None), _between)}


def _name(compiler: Compiler, of: Enumerated, place: int) -> Value:
    return of.text(compiler, place)


ENUMERATED: dict[str, Any] = {
    "getValue": ((), lambda _compiler, of, _place: of.number),
    "toString": ((), _name),
    "name": ((), _name),
}
