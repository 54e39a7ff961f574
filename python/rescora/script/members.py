"""Fields and methods of values: of texts, numbers, dates, points, lists and maps. One table a type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rescora.script.documents import Documents, DocValues, FieldAccess, VectorField, doc_values, has_field
from rescora.script.errors import CompileError
from rescora.script.functions import inline, predefined
from rescora.script.operators import chosen, equal, is_null, text_of
from rescora.script.parameters import ListValue, MapValue
from rescora.script.types import Static, Value, java_name, said_missing

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

# A method: the types that its arguments are converted to (None: left as they are), and what it becomes.
Arguments = tuple[str | None, ...]
Make = Callable[..., "Compiled"]

# In the order of plan::DatePart and plan::DateUnit.
DATE_PARTS = (
    "year", "month", "day_of_month", "day_of_year", "day_of_week", "hour", "minute", "second", "nano",
    "epoch_second", "milli_of_second", "minute_of_day", "second_of_day",
)  # fmt: skip
DATE_UNITS = ("millis", "seconds", "minutes", "hours", "days", "weeks", "months", "years")


class Enumerated(Static):
    """A Month or a DayOfWeek: only its number can be asked for."""

    def __init__(self, type: str, number: Value) -> None:
        self.type = type
        self.number = number


def field_of(compiler: Compiler, of: Compiled, node: tree.Field) -> Compiled:
    """Compile ``of.name``."""
    if of.type == "null":
        return _of_null(of, node)
    if isinstance(of, Documents):
        return doc_values(compiler, compiler.literal("String", node.name), node.place)
    if isinstance(of, MapValue):
        return of.named(compiler, node.name)
    table = FIELDS.get(of.type if not isinstance(of, VectorField) else "DenseVector", {})
    if isinstance(of, DocValues):
        table = {**_DOC_FIELDS, **_LIST_FIELDS}
    make = table.get(node.name)
    if make is not None:
        found: Compiled = make(compiler, of, node.place)
        return found
    getter = "get" + node.name[:1].upper() + node.name[1:]  # Painless reads a property by its getter
    if getter in METHODS.get(of.type, {}) or (isinstance(of, DocValues) and node.name in ("lat", "lon")):
        return _getter(compiler, of, getter, node)
    raise _no_member(compiler, of, node.name, [*table, *METHODS.get(of.type, {})], node.place, "field")


def _getter(compiler: Compiler, of: Compiled, getter: str, node: tree.Field) -> Compiled:
    if isinstance(of, DocValues):  # doc['at'].lat
        of = of.first(compiler, node.place)
    methods = METHODS.get(of.type, {})
    if getter not in methods:
        raise _no_member(compiler, of, node.name, list(methods), node.place, "field")
    arguments, make = methods[getter]
    if arguments:
        raise CompileError(f"[{getter}] takes {len(arguments)} arguments", node.place)
    found: Compiled = make(compiler, of, node.place)
    return found


def _of_null(of: Compiled, node: tree.Field | tree.Method | tree.Index) -> Compiled:
    if getattr(node, "safe", False):
        return of
    what = getattr(node, "name", "[…]")
    raise CompileError(
        f"cannot ask null for [{what}]{said_missing(of)}", node.place, "null_pointer_exception"
    )


def _no_member(
    compiler: Compiler, of: Compiled, name: str, known: list[str], place: int, sort: str
) -> CompileError:
    if of.type == "def":
        return CompileError.unsupported(f"a {sort} of a [def] that may be of several types", place)
    return CompileError(
        f"dynamic {sort} [{java_name(of.type)}, {name}] not found{compiler.near(name, known)}", place
    )


def index_of(compiler: Compiler, of: Compiled, node: tree.Index) -> Compiled:
    """Compile ``of[index]``."""
    if of.type == "null":
        return _of_null(of, node)
    key = compiler.value(node.index)
    if isinstance(of, Documents):
        return doc_values(compiler, key, node.place)
    if isinstance(of, MapValue):
        return _map_get(compiler, of, node.place, key)
    if isinstance(of, ListValue):
        return _list_get(
            compiler, of, node.place, _from_the_end(compiler, of, _whole(compiler, key, node.place))
        )
    if isinstance(of, DocValues):
        return _list_get(compiler, of, node.place, _whole(compiler, key, node.place))
    raise CompileError(
        f"Attempting to index a non-list, non-map [{java_name(of.type)}].", node.place, "class_cast_exception"
    )


def _whole(compiler: Compiler, key: Compiled, place: int) -> Value:
    return compiler.convert(key, "int", place)


def _from_the_end(compiler: Compiler, of: ListValue, at: Value) -> Value:
    """Painless counts a negative index from the end."""
    count = Value("int", of.count)
    if at.constant is not None:
        return at if at.constant >= 0 else compiler.emit("int", "add_long", at, count)
    negative = compiler.emit("boolean", "less_long", at, compiler.literal("int", 0))
    return compiler.emit("int", "select", compiler.emit("int", "add_long", at, count), at, negative)


def call_method(compiler: Compiler, of: Compiled, node: tree.Method) -> Compiled:
    """Compile ``of.name(…)``."""
    if of.type == "null":
        return _of_null(of, node)
    table = _table(of)
    found = table.get(node.name)
    if isinstance(found, list):  # overloads, by how many arguments
        found = next((one for one in found if len(one[0]) == len(node.arguments)), found[0])
    if found is None:
        if isinstance(of, DocValues) and node.name in ("add", "remove", "set", "clear", "sort", "addAll"):
            raise CompileError("doc values are unmodifiable", node.place, "unsupported_operation_exception")
        raise _no_member(
            compiler, of, f"{node.name}/{len(node.arguments)}", list(table), node.place, "method"
        )
    types, make = found
    if len(types) != len(node.arguments):
        raise CompileError(
            f"method [{java_name(of.type)}, {node.name}] takes {len(types)} arguments, "
            f"not {len(node.arguments)}",
            node.place,
        )
    if node.safe and isinstance(of, Value) and of.type in ("String", "def"):
        return _safely(compiler, of, types, make, node)
    made: Compiled = make(compiler, of, node.place, *_arguments(compiler, types, node))
    return made


def _arguments(compiler: Compiler, types: Arguments, node: tree.Method) -> list[Compiled]:
    values = [compiler.value(one) for one in node.arguments]
    return [
        value if kind is None else compiler.convert(value, kind, one.place)
        for kind, value, one in zip(types, values, node.arguments, strict=True)
    ]


def _safely(compiler: Compiler, of: Value, types: Arguments, make: Make, node: tree.Method) -> Compiled:
    null = is_null(compiler, of, node.place)
    with compiler.under(compiler.but(null.register)):
        found = make(compiler, of, node.place, *_arguments(compiler, types, node))
    if not isinstance(found, Value):
        raise CompileError.unsupported(f"[?.] before what gives a [{found.type}]", node.place)
    return chosen(compiler, null, compiler.zero("null"), found, node.place)


def _table(of: Compiled) -> dict[str, Any]:
    if isinstance(of, DocValues | ListValue):
        return _DOC_METHODS if isinstance(of, DocValues) else _LIST_METHODS
    if isinstance(of, Documents):
        return {"containsKey": ((None,), _doc_contains), "get": ((None,), _doc_get)}
    if isinstance(of, VectorField):
        return _VECTOR_METHODS
    return METHODS.get(of.type, {})


# Makers for the tables below.


def _operation(type: str, name: str, **options: Any) -> Make:
    def make(compiler: Compiler, of: Value, _place: int, *arguments: Value) -> Value:
        return compiler.emit(type, name, of, *arguments, **options)

    return make


def _masked(type: str, name: str, **options: Any) -> Make:
    def make(compiler: Compiler, of: Value, place: int, *arguments: Value) -> Value:
        return compiler.masked(type, name, of, *arguments, place=place, **options)

    return make


def _cast(type: str) -> Make:
    return lambda compiler, of, place: compiler.cast(of, type, place)


# Texts.


def _text_equals(compiler: Compiler, of: Value, _place: int, other: Compiled) -> Value:
    if not isinstance(other, Value) or other.type != "String":
        return compiler.literal("boolean", False)
    return compiler.emit("boolean", "text_equal", of, other)


def _text_index(compiler: Compiler, of: Value, place: int, what: Value) -> Value:
    return compiler.masked("int", "text_index_of", of, what, compiler.literal("int", 0), place=place)


def _text_rest(compiler: Compiler, of: Value, place: int, begin: Value) -> Value:
    length = compiler.masked("int", "text_length", of, place=place)
    return compiler.masked("String", "text_substring", of, begin, length, place=place)


def _text_empty(compiler: Compiler, of: Value, place: int) -> Value:
    length = compiler.masked("int", "text_length", of, place=place)
    return compiler.emit("boolean", "equal_long", length, compiler.literal("int", 0))


_TEXT: dict[str, Any] = {
    "length": ((), _masked("int", "text_length")),
    "isEmpty": ((), _text_empty),
    "equals": ((None,), _text_equals),
    "equalsIgnoreCase": (("String",), _masked("boolean", "text_equal_ignoring_case")),
    "compareTo": (("String",), _masked("int", "text_compare")),
    "contains": (("String",), _masked("boolean", "text_contains")),
    "startsWith": (("String",), _masked("boolean", "text_starts_with")),
    "endsWith": (("String",), _masked("boolean", "text_ends_with")),
    "indexOf": [(("String",), _text_index), (("String", "int"), _masked("int", "text_index_of"))],
    "lastIndexOf": (("String",), _masked("int", "text_last_index_of")),
    "charAt": (("int",), _masked("char", "text_char_at")),
    "substring": [(("int",), _text_rest), (("int", "int"), _masked("String", "text_substring"))],
    "toLowerCase": ((), _masked("String", "text_lower")),
    "toUpperCase": ((), _masked("String", "text_upper")),
    "trim": ((), _masked("String", "text_trim")),
    "concat": (("String",), _masked("String", "text_concat")),
    "replace": (("String", "String"), _masked("String", "text_replace")),
    "hashCode": ((), _masked("int", "text_hash")),
    "toString": ((), lambda _compiler, of, _place: of),
}


# Numbers: what a boxed one can be asked.


def _number_equals(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
    return (
        equal(compiler, "==", of, other, place)
        if other.type == of.type
        else compiler.literal("boolean", False)
    )


def _compared(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
    other = compiler.convert(other, of.type, place)
    name = "compare_double" if of.type in ("float", "double") else "compare_long"
    return compiler.emit("int", name, of, other)


_NUMBER: dict[str, Any] = {
    "intValue": ((), _cast("int")),
    "longValue": ((), _cast("long")),
    "floatValue": ((), _cast("float")),
    "doubleValue": ((), _cast("double")),
    "shortValue": ((), _cast("short")),
    "byteValue": ((), _cast("byte")),
    "compareTo": ((None,), _compared),
    "equals": ((None,), _number_equals),
    "toString": ((), text_of),
    "isNaN": ((), _operation("boolean", "is_nan")),
    "isInfinite": ((), _operation("boolean", "is_infinite")),
}
_WHOLE_NUMBER = {name: found for name, found in _NUMBER.items() if name not in ("isNaN", "isInfinite")}
_DEF: dict[str, Any] = {
    name: _NUMBER[name] for name in ("intValue", "longValue", "floatValue", "doubleValue", "toString")
}


# Dates. An Instant is the same moment with other questions.


def _part(name: str, type: str = "int") -> Make:
    return _operation(type, "date_part", aux=DATE_PARTS.index(name))


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
    "compareTo": ((None,), _compared),
    "toString": ((), _operation("String", "date_text")),
    "getNano": ((), _part("nano")),
    **{f"plus{unit.capitalize()}": (("long",), _plus(unit, 1)) for unit in ("millis", "seconds")},
    **{f"minus{unit.capitalize()}": (("long",), _plus(unit, -1)) for unit in ("millis", "seconds")},
}
_DATE: dict[str, Any] = {
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
_INSTANT: dict[str, Any] = {
    **_MOMENT,
    "toEpochMilli": ((), _retyped("long")),
    "getEpochSecond": ((), _part("epoch_second", "long")),
}


# Points.


def _distance(name: str) -> Make:
    return lambda compiler, of, _place, lat, lon: compiler.emit("double", name, of, lat, lon)


_POINT: dict[str, Any] = {
    "getLat": ((), _operation("double", "latitude")),
    "getLon": ((), _operation("double", "longitude")),
}

METHODS: dict[str, dict[str, Any]] = {
    "String": _TEXT,
    "def": _DEF,
    **dict.fromkeys(("byte", "short", "char", "int", "long"), _WHOLE_NUMBER),
    **dict.fromkeys(("float", "double"), _NUMBER),
    "boolean": {
        "equals": ((None,), _number_equals),
        "booleanValue": ((), lambda _compiler, of, _place: of),
        "toString": ((), text_of),
    },
    "ZonedDateTime": _DATE,
    "Instant": _INSTANT,
    "GeoPoint": _POINT,
    "Month": {"getValue": ((), lambda _compiler, of, _place: of.number)},
    "DayOfWeek": {"getValue": ((), lambda _compiler, of, _place: of.number)},
}
METHODS["Map"] = {}


def _between(compiler: Compiler, of: Any, place: int, first: Compiled, second: Compiled) -> Value:
    first = compiler.convert(first, second.type if second.type == "Instant" else "ZonedDateTime", place)
    second = compiler.convert(second, first.type, place)
    return compiler.emit("long", "date_between", first, second, aux=DATE_UNITS.index(of.name))


METHODS["ChronoUnit"] = {"between": ((None, None), _between)}


# Lists: a document's values, and those of parameters.


def _size(_compiler: Compiler, of: Any, _place: int) -> Value:
    return Value("int", of.count, True)


def _empty(compiler: Compiler, of: Any, _place: int) -> Value:
    return compiler.emit("boolean", "equal_long", Value("int", of.count), compiler.literal("int", 0))


def _list_get(compiler: Compiler, of: Any, place: int, at: Value) -> Value:
    if isinstance(of, DocValues):
        of.require(compiler, place)
    found: Value = of.item(compiler, at.register, place)
    return found


def _list_has(compiler: Compiler, of: Any, place: int, value: Compiled) -> Value:
    if not isinstance(value, Value) or value.type == "null":
        return compiler.literal("boolean", False)
    found: Value = of.has(compiler, value, place)
    return found


def _list_index(compiler: Compiler, of: Any, place: int, value: Compiled) -> Compiled:
    if not isinstance(value, Value) or value.type != of.kind:
        return compiler.literal("int", -1)
    return inline(compiler, predefined()["indexOf"], [of, value], place)


_LIST_METHODS: dict[str, Any] = {
    "size": ((), _size),
    "isEmpty": ((), _empty),
    "get": (("int",), _list_get),
    "contains": ((None,), _list_has),
    "indexOf": ((None,), _list_index),
}
_LIST_FIELDS: dict[str, Make] = {"length": _size, "empty": _empty}


def _doc_value(compiler: Compiler, of: DocValues, place: int) -> Value:
    return of.first(compiler, place)


def _first_point(name: str) -> Make:
    def make(compiler: Compiler, of: DocValues, place: int, lat: Value, lon: Value) -> Value:
        if of.kind != "GeoPoint":
            raise CompileError(
                f"[{name}] is a method of geo points: [{of.field.name}] is of type [{of.field.type}]", place
            )
        return compiler.emit("double", name, of.first(compiler, place), lat, lon)

    return make


def _first_point_or(name: str) -> Make:
    def make(compiler: Compiler, of: DocValues, place: int, lat: Value, lon: Value, default: Value) -> Value:
        if of.kind != "GeoPoint":
            raise CompileError(f"[{of.field.name}] is no geo point", place)
        has = compiler.emit("boolean", "less_long", compiler.literal("long", 0), Value("long", of.count))
        distance = compiler.emit("double", name, of.first_or_nothing(compiler), lat, lon)
        return chosen(compiler, has, distance, default, place)

    return make


_DOC_FIELDS: dict[str, Make] = {
    "value": _doc_value,
    "values": lambda _compiler, of, _place: of,
}
_DOC_METHODS: dict[str, Any] = {
    **_LIST_METHODS,
    "getValue": ((), _doc_value),
    "getLength": ((), _size),
    "getValues": ((), lambda _compiler, of, _place: of),
    "arcDistance": (("double", "double"), _first_point("arc_distance")),
    "planeDistance": (("double", "double"), _first_point("plane_distance")),
    "arcDistanceWithDefault": (("double", "double", "double"), _first_point_or("arc_distance")),
    "planeDistanceWithDefault": (("double", "double", "double"), _first_point_or("plane_distance")),
}


def _magnitude(compiler: Compiler, of: VectorField, place: int) -> Value:
    register = compiler.emitter.emit("vector_magnitude", mask=compiler.mask, aux=of.slot, place=place)
    return Value("float", register, True)


_VECTOR_METHODS: dict[str, Any] = {
    "size": ((), _size),
    "isEmpty": ((), _empty),
    "getMagnitude": ((), _magnitude),
}


def _doc_contains(compiler: Compiler, _of: Any, place: int, key: Compiled) -> Value:
    return has_field(compiler, key, place)


def _doc_get(compiler: Compiler, _of: Any, place: int, key: Compiled) -> Compiled:
    return doc_values(compiler, key, place)


# Maps.


def _map_get(compiler: Compiler, of: MapValue, place: int, key: Compiled) -> Compiled:
    if not isinstance(key, Value) or key.type != "String":
        return compiler.zero("null")
    if key.constant is not None:
        return of.named(compiler, key.constant)
    return of.under(compiler, key, place)


def _map_get_or(compiler: Compiler, of: MapValue, place: int, key: Compiled, default: Compiled) -> Compiled:
    if not isinstance(key, Value) or key.type != "String":
        return default
    if key.constant is not None:
        return of.named(compiler, key.constant) if key.constant in of.items else default
    if not isinstance(default, Value):
        raise CompileError.unsupported("a default that is a list or a map", place)
    return of.under_or(compiler, key, default, place)


def _map_has(compiler: Compiler, of: MapValue, place: int, key: Compiled) -> Value:
    if not isinstance(key, Value) or key.type != "String":
        return compiler.literal("boolean", False)
    if key.constant is not None:
        return compiler.literal("boolean", key.constant in of.items)
    return of.has(compiler, key, place)


METHODS["Map"].update(
    {
        "get": ((None,), _map_get),
        "getOrDefault": ((None, None), _map_get_or),
        "containsKey": ((None,), _map_has),
        "size": ((), lambda compiler, of, _place: compiler.literal("int", len(of.items))),
        "isEmpty": ((), lambda compiler, of, _place: compiler.literal("boolean", not of.items)),
    }
)


# ``field('f')``.


def _field_get(compiler: Compiler, of: FieldAccess, place: int, default: Value) -> Value:
    return of.get(compiler, default, place)


def _field_size(compiler: Compiler, of: FieldAccess, place: int) -> Value:
    return compiler.literal("int", 0) if of.values is None else _size(compiler, of.values, place)


def _field_empty(compiler: Compiler, of: FieldAccess, place: int) -> Value:
    return compiler.literal("boolean", True) if of.values is None else _empty(compiler, of.values, place)


METHODS["Field"] = {
    "get": ((None,), _field_get),
    "size": ((), _field_size),
    "isEmpty": ((), _field_empty),
}

FIELDS: dict[str, dict[str, Make]] = {
    "List": _LIST_FIELDS,
    "DenseVector": {"magnitude": _magnitude, "empty": _empty, "length": _size},
    "GeoPoint": {"lat": _operation("double", "latitude"), "lon": _operation("double", "longitude")},
}
