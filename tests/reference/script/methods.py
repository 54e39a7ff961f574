"""Methods of values: by class, name and count of arguments, with static types."""

import math
from collections.abc import Callable
from typing import NamedTuple

from . import calendar, strings
from .arithmetic import convert
from .documents import DocValues
from .errors import ScriptError, illegal_argument, out_of_bounds, unsupported
from .types import BOX_OF, NUMERIC
from .values import BITS, NULL, WRITERS, Value, equal, text_of, wrap


class Method(NamedTuple):
    """A `def` parameter and a `def` result are values with their types, all others bare."""

    parameters: tuple[str, ...]
    returns: str
    call: Callable


Table = dict[tuple[str, int], Method]


def table(*entries: tuple) -> Table:
    """Make a table of (name, types of parameters, type of result, function)."""
    found = {}
    for name, types, returns, call in entries:
        parameters = tuple(types.split())
        found[name, len(parameters)] = Method(parameters, returns, call)
    return found


# Objects


def compared(left, right) -> int:
    return (left > right) - (left < right)


def hash_of(given: Value) -> int:
    if given.type == "string":
        return strings.hash_code(given.value)
    if given.type == "boolean":
        return 1231 if given.value else 1237
    if given.type == "long":
        return wrap(given.value ^ ((given.value & (2**64 - 1)) >> 32), 32)
    if given.type in BITS:
        return given.value
    msg = f"the hash of a {given.type} is not supported"
    raise illegal_argument(msg)


OBJECT = {
    ("equals", 1): Method(("def",), "boolean", None),  # on the value itself: see call()
    ("toString", 0): Method((), "String", None),
    ("hashCode", 0): Method((), "int", None),
}
ON_VALUES = {"equals": equal, "toString": text_of, "hashCode": hash_of}

STRING = table(
    ("length", "", "int", strings.length),
    ("isEmpty", "", "boolean", lambda text: text == ""),
    ("charAt", "int", "char", strings.char_at),
    ("codePointAt", "int", "int", strings.code_point_at),
    ("substring", "int", "String", strings.substring),
    ("substring", "int int", "String", strings.substring),
    ("indexOf", "String", "int", strings.index_of),
    ("indexOf", "String int", "int", strings.index_of),
    ("lastIndexOf", "String", "int", strings.last_index_of),
    ("lastIndexOf", "String int", "int", strings.last_index_of),
    ("contains", "String", "boolean", strings.contains),
    ("contentEquals", "String", "boolean", lambda text, other: text == other),
    ("startsWith", "String", "boolean", strings.starts_with),
    ("startsWith", "String int", "boolean", strings.starts_with),
    ("endsWith", "String", "boolean", strings.ends_with),
    ("toLowerCase", "", "String", strings.lower),
    ("toUpperCase", "", "String", strings.upper),
    ("trim", "", "String", strings.trim),
    ("concat", "String", "String", lambda text, other: strings.of_units(strings.units(text + other))),
    ("replace", "String String", "String", strings.replace),
    ("compareTo", "String", "int", strings.compare),
    (
        "compareToIgnoreCase",
        "String",
        "int",
        lambda text, other: strings.compare(strings.folded(text), strings.folded(other)),
    ),
)
# Java's equalsIgnoreCase alone takes a null.
STRING["equalsIgnoreCase", 1] = Method(
    ("def",),
    "boolean",
    lambda text, other: other.type == "string" and strings.folded(text) == strings.folded(other.value),
)


# Lists, maps and the values of a field


def element(values: list, index: int) -> Value:
    if not 0 <= index < len(values):
        raise out_of_bounds(index, len(values))
    return values[index]


def place_of(values: list, wanted: Value, backwards: bool = False) -> int:
    places = range(len(values))
    for place in reversed(places) if backwards else places:
        if equal(values[place], wanted):
            return place
    return -1


def find(entries: dict, key: Value) -> Value:
    return entries.get(key.value, NULL) if key.type == "string" else NULL


def find_or(entries: dict, key: Value, default: Value) -> Value:
    return find(entries, key) if key.type == "string" and key.value in entries else default


LIST = table(
    ("size", "", "int", len),
    ("getLength", "", "int", len),
    ("isEmpty", "", "boolean", lambda values: not values),
    ("get", "int", "def", element),
    ("contains", "def", "boolean", lambda values, wanted: place_of(values, wanted) >= 0),
    ("indexOf", "def", "int", place_of),
    ("lastIndexOf", "def", "int", lambda values, wanted: place_of(values, wanted, backwards=True)),
)
MAP = table(
    ("size", "", "int", len),
    ("isEmpty", "", "boolean", lambda entries: not entries),
    ("get", "def", "def", find),
    ("getOrDefault", "def def", "def", find_or),
    ("containsKey", "def", "boolean", lambda entries, key: key.type == "string" and key.value in entries),
    (
        "containsValue",
        "def",
        "boolean",
        lambda entries, value: any(equal(one, value) for one in entries.values()),
    ),
)
DOC = table(
    ("get", "def", "def", lambda doc, key: doc.get(key)),
    ("containsKey", "def", "boolean", lambda doc, key: doc.contains(key)),
)
DOC_VALUES = table(
    ("size", "", "int", lambda field: len(field.values)),
    ("getLength", "", "int", lambda field: len(field.values)),
    ("isEmpty", "", "boolean", lambda field: not field.values),
    ("get", "int", "def", DocValues.get),
    ("getValue", "", "def", DocValues.first),
    ("getValues", "", "List", lambda field: field.values),
    ("contains", "def", "boolean", lambda field, wanted: place_of(field.values, wanted) >= 0),
    ("indexOf", "def", "int", lambda field, wanted: place_of(field.values, wanted)),
    ("getLat", "", "double", lambda field: field.point()[0]),
    ("getLon", "", "double", lambda field: field.point()[1]),
    ("arcDistance", "double double", "double", DocValues.arc_distance),
    ("arcDistanceWithDefault", "double double double", "double", DocValues.arc_distance_or),
    ("planeDistance", "double double", "double", DocValues.plane_distance),
    ("planeDistanceWithDefault", "double double double", "double", DocValues.plane_distance_or),
    ("add", "def", "boolean", unsupported),
    ("remove", "int", "def", unsupported),
    ("clear", "", "def", unsupported),
    ("getMagnitude", "", "float", DocValues.magnitude),
    ("getVectorValue", "", "float[]", DocValues.vector),
)
GEO_POINT = table(
    ("getLat", "", "double", lambda point: point[0]),
    ("getLon", "", "double", lambda point: point[1]),
    ("lat", "", "double", lambda point: point[0]),
    ("lon", "", "double", lambda point: point[1]),
)


# Dates


def checked(milliseconds: int) -> int:
    calendar.milliseconds_of(calendar.date_of(milliseconds))
    return milliseconds


def part(name: str):
    return lambda at: getattr(calendar.date_of(at), name)


def mover(step: Callable[[int, int], int], sign: int):
    return lambda at, amount: checked(step(at, sign * amount))


def by_length(length: int):
    return lambda at, amount: at + amount * length


STEPS = {
    "Years": lambda at, amount: calendar.add_months(at, 12 * amount),
    "Months": calendar.add_months,
    "Weeks": by_length(7 * calendar.DAY),
    "Days": by_length(calendar.DAY),
    "Hours": by_length(calendar.HOUR),
    "Minutes": by_length(calendar.MINUTE),
    "Seconds": by_length(calendar.SECOND),
}
WITH = {
    "Year": "year",
    "Month": "month",
    "DayOfMonth": "day",
    "Hour": "hour",
    "Minute": "minute",
    "Second": "second",
}


def move(sign: int):
    def moved(at: int, amount: int, unit: str) -> int:
        if unit in calendar.LONGER:
            return calendar.add_months(at, sign * amount * calendar.LONGER[unit])
        if unit not in calendar.LENGTHS:
            raise illegal_argument(f"steps of {unit} are not supported")
        return checked(at + sign * amount * calendar.LENGTHS[unit])

    return moved


DATE = table(
    ("getYear", "", "int", part("year")),
    ("getMonthValue", "", "int", part("month")),
    ("getMonth", "", "Month", part("month")),
    ("getDayOfMonth", "", "int", part("day")),
    ("getDayOfYear", "", "int", calendar.day_of_year),
    ("getDayOfWeek", "", "DayOfWeek", calendar.day_of_week),
    ("getDayOfWeekEnum", "", "DayOfWeek", calendar.day_of_week),
    ("getHour", "", "int", lambda at: at // calendar.HOUR % 24),
    ("getMinute", "", "int", lambda at: at // calendar.MINUTE % 60),
    ("getSecond", "", "int", lambda at: at // calendar.SECOND % 60),
    ("getNano", "", "int", lambda at: at % 1000 * 1_000_000),
    ("getMillis", "", "long", lambda at: at),
    ("toEpochSecond", "", "long", lambda at: at // 1000),
    ("toInstant", "", "Instant", lambda at: at),
    ("isBefore", "ZonedDateTime", "boolean", lambda at, other: at < other),
    ("isAfter", "ZonedDateTime", "boolean", lambda at, other: at > other),
    ("isEqual", "ZonedDateTime", "boolean", lambda at, other: at == other),
    ("compareTo", "ZonedDateTime", "int", compared),
    ("truncatedTo", "ChronoUnit", "ZonedDateTime", calendar.truncated),
    ("plus", "long ChronoUnit", "ZonedDateTime", move(1)),
    ("minus", "long ChronoUnit", "ZonedDateTime", move(-1)),
    *((f"plus{name}", "long", "ZonedDateTime", mover(step, 1)) for name, step in STEPS.items()),
    *((f"minus{name}", "long", "ZonedDateTime", mover(step, -1)) for name, step in STEPS.items()),
    *(
        (
            f"with{name}",
            "int",
            "ZonedDateTime",
            lambda at, value, name=field: calendar.with_part(at, name, value),
        )
        for name, field in WITH.items()
    ),
)
INSTANT = table(
    ("toEpochMilli", "", "long", lambda at: at),
    ("getEpochSecond", "", "long", lambda at: at // 1000),
    ("getNano", "", "int", lambda at: at % 1000 * 1_000_000),
    ("isBefore", "Instant", "boolean", lambda at, other: at < other),
    ("isAfter", "Instant", "boolean", lambda at, other: at > other),
    ("compareTo", "Instant", "int", compared),
    ("atZone", "ZoneId", "ZonedDateTime", lambda at, _zone: at),
    *(
        (f"plus{name}", "long", "Instant", mover(by_length(ms), 1))
        for name, ms in (("Millis", 1), ("Seconds", 1000))
    ),
    *(
        (f"minus{name}", "long", "Instant", mover(by_length(ms), -1))
        for name, ms in (("Millis", 1), ("Seconds", 1000))
    ),
)
CHRONO_UNIT = table(("between", "ZonedDateTime ZonedDateTime", "long", calendar.between))
ENUM = {
    name: table(
        ("getValue", "", "int", lambda number: number),
        ("ordinal", "", "int", lambda number: number - 1),
        ("name", "", "String", lambda number, names=names: names[number - 1]),
        ("compareTo", name, "int", lambda number, other: number - other),
    )
    for name, names in (("DayOfWeek", calendar.DAYS_OF_WEEK), ("Month", calendar.MONTHS))
}


def zone_of(name: str) -> str:
    if name not in ("Z", "UTC", "GMT", "Etc/UTC"):
        raise illegal_argument(f"the zone [{name}] is not supported")
    return name


WRITERS.update(
    date=calendar.date_text,
    instant=calendar.instant_text,
    day_of_week=lambda number: calendar.DAYS_OF_WEEK[number - 1],
    month=lambda number: calendar.MONTHS[number - 1],
    chrono_unit=lambda unit: unit.capitalize().replace("Half_days", "HalfDays"),
    doc_values=lambda field: text_of(Value("list", field.values)),
)


# Boxed numbers


def number_methods(kind: str) -> Table:
    def to(wanted: str):
        return lambda value: convert(Value(kind, value), wanted).value

    found = table(*((f"{wanted}Value", "", wanted, to(wanted)) for wanted in NUMERIC - {"char"}))
    found["compareTo", 1] = Method((kind,), "int", compare_reals if kind in ("float", "double") else compared)
    if kind in ("float", "double"):
        found["isNaN", 0] = Method((), "boolean", lambda value: bool(math.isnan(value)))
        found["isInfinite", 0] = Method((), "boolean", lambda value: bool(math.isinf(value)))
    return found


def compare_reals(left: float, right: float) -> int:
    """Order as Java's compare: -0.0 before 0.0, NaN last."""

    def key(x: float) -> tuple:
        return (bool(math.isnan(x)), 0.0 if math.isnan(x) else float(x), math.copysign(1, x))

    if math.isnan(left) and math.isnan(right):
        return 0
    return compared(key(left), key(right))


METHODS: dict[str, Table] = {
    "Object": {},
    "String": STRING,
    "List": LIST,
    "Map": MAP,
    "doc": DOC,
    "DocValues": DOC_VALUES,
    "GeoPoint": GEO_POINT,
    "ZonedDateTime": DATE,
    "Instant": INSTANT,
    "ChronoUnit": CHRONO_UNIT,
    **ENUM,
    "ZoneId": {},
    "float[]": {},
    "Boolean": table(
        ("booleanValue", "", "boolean", lambda value: value), ("compareTo", "boolean", "int", compared)
    ),
    "Character": table(
        ("charValue", "", "char", lambda value: value), ("compareTo", "char", "int", lambda a, b: a - b)
    ),
    **{BOX_OF[kind]: number_methods(kind) for kind in ("byte", "short", "int", "long", "float", "double")},
}
# Which of them runs is decided by the value.
METHODS["Number"] = {key: method for key, method in METHODS["Integer"].items() if key[0].endswith("Value")}


def find_method(class_name: str, name: str, count: int) -> Method | None:
    return METHODS[class_name].get((name, count)) or OBJECT.get((name, count))


def getters(name: str) -> tuple[str, ...]:
    """Return the methods that `.name` may mean."""
    capital = name[:1].upper() + name[1:]
    return f"get{capital}", f"is{capital}"


def known_anywhere(name: str, count: int) -> bool:
    return any((name, count) in methods for methods in (*METHODS.values(), OBJECT))


def no_method(class_name: str, name: str, count: int) -> ScriptError:
    return illegal_argument(f"dynamic method [{class_name}, {name}/{count}] not found")
