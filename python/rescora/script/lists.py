"""Methods of lists, maps and vectors: of documents and of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.documents import DocValues, FieldAccess, VectorField, doc_values, has_field
from rescora.script.errors import CompileError
from rescora.script.functions import inline, predefined
from rescora.script.makers import Make, itself
from rescora.script.operators import chosen
from rescora.script.types import Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.parameters import MapValue
    from rescora.script.types import Compiled


def size(_compiler: Compiler, of: Any, _place: int) -> Value:
    """Return the number of values."""
    return Value("int", of.count, True)


def empty(compiler: Compiler, of: Any, _place: int) -> Value:
    """Return whether there are no values."""
    return compiler.emit("boolean", "equal_long", Value("int", of.count), compiler.literal("int", 0))


def list_get(compiler: Compiler, of: Any, place: int, at: Value) -> Value:
    """Return the item at an index."""
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
    if of.kind in ("def", "other"):
        raise CompileError.unsupported("[indexOf] in a list of values of several types", place)
    if not isinstance(value, Value) or value.type != of.kind:
        return compiler.literal("int", -1)
    return inline(compiler, predefined()["indexOf"], [of, value], place)


LIST_METHODS: dict[str, Any] = {
    "size": ((), size),
    "isEmpty": ((), empty),
    "get": (("int",), list_get),
    "contains": ((None,), _list_has),
    "indexOf": ((None,), _list_index),
}
LIST_FIELDS: dict[str, Make] = {"length": size, "empty": empty}


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


DOC_FIELDS: dict[str, Make] = {
    "value": _doc_value,
    "values": itself,
}
DOC_METHODS: dict[str, Any] = {
    **LIST_METHODS,
    "getValue": ((), _doc_value),
    "getLength": ((), size),
    "getValues": ((), itself),
    "arcDistance": (("double", "double"), _first_point("arc_distance")),
    "planeDistance": (("double", "double"), _first_point("plane_distance")),
    "arcDistanceWithDefault": (("double", "double", "double"), _first_point_or("arc_distance")),
    "planeDistanceWithDefault": (("double", "double", "double"), _first_point_or("plane_distance")),
}


def magnitude(compiler: Compiler, of: VectorField, place: int) -> Value:
    """Return the length of a document's vector."""
    register = compiler.emitter.emit("vector_magnitude", mask=compiler.mask, aux=of.slot, place=place)
    return Value("float", register, True)


VECTOR_METHODS: dict[str, Any] = {
    "size": ((), size),
    "isEmpty": ((), empty),
    "getMagnitude": ((), magnitude),
}


def doc_contains(compiler: Compiler, _of: Any, place: int, key: Compiled) -> Value:
    """Return whether the index has a field."""
    return has_field(compiler, key, place)


def doc_get(compiler: Compiler, _of: Any, place: int, key: Compiled) -> Compiled:
    """Return the values of a field."""
    return doc_values(compiler, key, place)


# Maps.


def map_get(compiler: Compiler, of: MapValue, place: int, key: Compiled) -> Compiled:
    """Return the value of a key."""
    if not isinstance(key, Value) or key.type != "String":
        return compiler.zero("null")
    if key.constant is not None:
        return of.named(compiler, key.constant, place)
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


MAP: dict[str, Any] = {
    "get": ((None,), map_get),
    "getOrDefault": ((None, None), _map_get_or),
    "containsKey": ((None,), _map_has),
    "size": ((), lambda compiler, of, _place: compiler.literal("int", len(of.items))),
    "isEmpty": ((), lambda compiler, of, _place: compiler.literal("boolean", not of.items)),
}


# ``field('f')``.


def _field_get(compiler: Compiler, of: FieldAccess, place: int, default: Value) -> Value:
    return of.get(compiler, default, place)


def _field_size(compiler: Compiler, of: FieldAccess, place: int) -> Value:
    return compiler.literal("int", 0) if of.values is None else size(compiler, of.values, place)


def _field_empty(compiler: Compiler, of: FieldAccess, place: int) -> Value:
    return compiler.literal("boolean", True) if of.values is None else empty(compiler, of.values, place)


FIELD: dict[str, Any] = {
    "get": ((None,), _field_get),
    "size": ((), _field_size),
    "isEmpty": ((), _field_empty),
}
