"""Look-up of fields and methods by type, with errors for unknown names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.dates import DATE, ENUMERATED, INSTANT, UNIT
from rescora.script.documents import Documents, DocValues, VectorField, doc_values
from rescora.script.errors import CompileError
from rescora.script.growing import BEGIN, GROWN
from rescora.script.lists import (
    DOC_FIELDS,
    DOC_METHODS,
    FIELD,
    LIST_FIELDS,
    LIST_METHODS,
    MAP,
    VECTOR_METHODS,
    doc_contains,
    doc_get,
    empty,
    list_get,
    magnitude,
    map_get,
    size,
)
from rescora.script.literals import Grown, MadeList, MadeMap, refuse_made
from rescora.script.makers import Arguments, Make, operation
from rescora.script.methods import BOOLEAN, DEF, NUMBER, TEXT, WHOLE_NUMBER
from rescora.script.operators import chosen, is_null
from rescora.script.parameters import ListValue, MapValue
from rescora.script.types import NUMERIC, Value, java_name, said_missing

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled


_POINT: dict[str, Any] = {
    "getLat": ((), operation("double", "latitude")),
    "getLon": ((), operation("double", "longitude")),
}

METHODS: dict[str, dict[str, Any]] = {
    "String": TEXT,
    "def": DEF,
    **dict.fromkeys(("byte", "short", "char", "int", "long"), WHOLE_NUMBER),
    **dict.fromkeys(("float", "double"), NUMBER),
    "boolean": BOOLEAN,
    "ZonedDateTime": DATE,
    "Instant": INSTANT,
    "GeoPoint": _POINT,
    "Month": ENUMERATED,
    "DayOfWeek": ENUMERATED,
    "ChronoUnit": UNIT,
    "Map": MAP,
    "Field": FIELD,
}

FIELDS: dict[str, dict[str, Make]] = {
    "List": LIST_FIELDS,
    "DenseVector": {"magnitude": magnitude, "empty": empty, "length": size},
    "GeoPoint": {"lat": operation("double", "latitude"), "lon": operation("double", "longitude")},
}


def field_of(compiler: Compiler, of: Compiled, node: tree.Field) -> Compiled:
    """Compile ``of.name``."""
    refuse_made(of, node.place)
    if of.type == "null":
        return _of_null(of, node)
    if isinstance(of, Documents):
        return doc_values(compiler, compiler.literal("String", node.name), node.place)
    if isinstance(of, MapValue):
        return of.named(compiler, node.name, node.place)
    table = FIELDS.get(of.type if not isinstance(of, VectorField) else "DenseVector", {})
    if isinstance(of, DocValues):
        table = {**DOC_FIELDS, **LIST_FIELDS}
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


# Painless has them.
_UNSUPPORTED = frozenset(
    [
        "putAll",
        "remove",
        "vectorValue",
        "getVectorValue",
        "geohashDistance",
        "geohashDistanceWithDefault",
        "format",
        "stream",
        "getZone",
        "toLocalDate",
        "toLocalDateTime",
        "withZoneSameInstant",
        "truncatedTo",
        "matches",
        "split",
        "chars",
        "keySet",
        "entrySet",
        "replaceAll",
        "splitOnToken",
        "encodeBase64",
        "decodeBase64",
        "getDayOfWeekDisplayName",
    ]
)


def _no_member(
    compiler: Compiler, of: Compiled, name: str, known: list[str], place: int, sort: str
) -> CompileError:
    if name.partition("/")[0] in _UNSUPPORTED:
        return CompileError.unsupported(f"[{name.partition('/')[0]}]", place)
    if of.type == "def":
        return CompileError.unsupported(f"a {sort} of a [def] that may be of several types", place)
    return CompileError(
        f"dynamic {sort} [{java_name(of.type)}, {name}] not found{compiler.near(name, known)}",
        place,
        when_run=of.loose,
    )


def index_of(compiler: Compiler, of: Compiled, node: tree.Index) -> Compiled:
    """Compile ``of[index]``."""
    refuse_made(of, node.place)
    if of.type == "null":
        return _of_null(of, node)
    key = compiler.value(node.index)
    if isinstance(of, Documents):
        return doc_values(compiler, key, node.index.place)
    if isinstance(of, MapValue):
        return map_get(compiler, of, node.place, key)
    if isinstance(of, ListValue):
        return list_get(
            compiler, of, node.place, _from_the_end(compiler, of, _whole(compiler, key, node.place))
        )
    if isinstance(of, DocValues):
        return list_get(compiler, of, node.place, _whole(compiler, key, node.place))
    raise CompileError(
        f"Attempting to address a non-array type [{java_name(of.type)}] as an array.",
        node.place,
        when_run=of.loose,
    )


def _whole(compiler: Compiler, key: Compiled, place: int) -> Value:
    return compiler.convert(key, "int", place)


def _from_the_end(compiler: Compiler, of: ListValue, at: Value) -> Value:
    """Count a negative index from the end, as Painless does."""
    count = Value("int", of.count)
    if at.constant is not None:
        return at if at.constant >= 0 else compiler.emit("int", "add_long", at, count)
    negative = compiler.emit("boolean", "less_long", at, compiler.literal("int", 0))
    return compiler.emit("int", "select", compiler.emit("int", "add_long", at, count), at, negative)


def call_method(compiler: Compiler, of: Compiled, node: tree.Method) -> Compiled:
    """Compile ``of.name(…)``."""
    if of.type == "null":
        return _of_null(of, node)
    if node.name in ("add", "addAll", "put") and isinstance(of, ListValue | MapValue | MadeList | MadeMap):
        raise CompileError.unsupported(f"[{node.name}]", node.place, BEGIN)
    if not isinstance(of, Grown) or node.name not in GROWN[of.type]:
        refuse_made(of, node.place)
    table = _table(of)
    found = table.get(node.name)
    if isinstance(found, list):  # overloads, by how many arguments
        found = next((one for one in found if len(one[0]) == len(node.arguments)), found[0])
    if found is None and of.type == "def" and node.name in TEXT:
        return call_method(compiler, compiler.convert(of, "String", node.place), node)
    if found is None:
        if isinstance(of, DocValues) and node.name in ("add", "remove", "set", "clear", "sort", "addAll"):
            raise CompileError("doc values are unmodifiable", node.place, "unsupported_operation_exception")
        raise _no_member(
            compiler, of, f"{node.name}/{len(node.arguments)}", list(table), node.place, "method"
        )
    types, make = found
    if len(types) != len(node.arguments) and isinstance(of, Grown):
        raise CompileError.unsupported(f"[{node.name}] of {len(node.arguments)} arguments", node.place)
    if len(types) != len(node.arguments):
        raise CompileError(
            f"method [{java_name(of.type)}, {node.name}] takes {len(types)} arguments, "
            f"not {len(node.arguments)}",
            node.place,
            when_run=of.loose,
        )
    if node.safe and isinstance(of, Value) and of.type in ("String", "def"):
        return _safely(compiler, of, types, make, node)
    made: Compiled = make(compiler, of, node.place, *_arguments(compiler, types, node))
    return made.declared(of.loose) if isinstance(made, Value) and made.type in (*NUMERIC, "boolean") else made


def _arguments(compiler: Compiler, types: Arguments, node: tree.Method) -> list[Compiled]:
    values = compiler.values(node.arguments, [kind or "" for kind in types])
    return [
        value if kind is None else compiler.convert(value, kind, one.place)
        for kind, value, one in zip(types, values, node.arguments, strict=True)
    ]


def _safely(compiler: Compiler, of: Value, types: Arguments, make: Make, node: tree.Method) -> Compiled:
    null = is_null(compiler, of, node.place)
    with compiler.under(compiler.but(null.register)), compiler.failing() as failed:
        found = make(compiler, of, node.place, *_arguments(compiler, types, node))
    if failed():
        return Value("null", compiler.zero("null").register, True)
    if not isinstance(found, Value):
        raise CompileError.unsupported(f"[?.] before what gives a [{found.type}]", node.place)
    return chosen(compiler, null, compiler.zero("null"), found, node.place)


def _table(of: Compiled) -> dict[str, Any]:
    if isinstance(of, Grown):
        return GROWN[of.type]
    if isinstance(of, DocValues | ListValue):
        return DOC_METHODS if isinstance(of, DocValues) else LIST_METHODS
    if isinstance(of, Documents):
        return {"containsKey": ((None,), doc_contains), "get": ((None,), doc_get)}
    if isinstance(of, VectorField):
        return VECTOR_METHODS
    return METHODS.get(of.type, {})
