"""Methods of texts and numbers, one table per type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.script.makers import Make, itself, masked, operation
from rescora.script.operators import equal, text_of
from rescora.script.types import Value

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

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


TEXT: dict[str, Any] = {
    "length": ((), masked("int", "text_length")),
    "isEmpty": ((), _text_empty),
    "equals": ((None,), _text_equals),
    "equalsIgnoreCase": (("String",), masked("boolean", "text_equal_ignoring_case")),
    "compareTo": (("String",), masked("int", "text_compare")),
    "contains": (("String",), masked("boolean", "text_contains")),
    "startsWith": (("String",), masked("boolean", "text_starts_with")),
    "endsWith": (("String",), masked("boolean", "text_ends_with")),
    "indexOf": [(("String",), _text_index), (("String", "int"), masked("int", "text_index_of"))],
    "lastIndexOf": (("String",), masked("int", "text_last_index_of")),
    "charAt": (("int",), masked("char", "text_char_at")),
    "substring": [(("int",), _text_rest), (("int", "int"), masked("String", "text_substring"))],
    "toLowerCase": ((), masked("String", "text_lower")),
    "toUpperCase": ((), masked("String", "text_upper")),
    "trim": ((), masked("String", "text_trim")),
    "concat": (("String",), masked("String", "text_concat")),
    "replace": (("String", "String"), masked("String", "text_replace")),
    "hashCode": ((), masked("int", "text_hash")),
    "toString": ((), itself),
}


def _cast(type: str) -> Make:
    return lambda compiler, of, place: compiler.cast(of, type, place)


# Numbers: what a boxed one can be asked.


def _number_equals(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
    return (
        equal(compiler, "==", of, other, place)
        if other.type == of.type
        else compiler.literal("boolean", False)
    )


def compared(compiler: Compiler, of: Value, place: int, other: Compiled) -> Value:
    """Return the sign of a comparison with another of the same type."""
    other = compiler.convert(other, of.type, place)
    name = "compare_double" if of.type in ("float", "double") else "compare_long"
    return compiler.emit("int", name, of, other)


NUMBER: dict[str, Any] = {
    "intValue": ((), _cast("int")),
    "longValue": ((), _cast("long")),
    "floatValue": ((), _cast("float")),
    "doubleValue": ((), _cast("double")),
    "shortValue": ((), _cast("short")),
    "byteValue": ((), _cast("byte")),
    "compareTo": ((None,), compared),
    "equals": ((None,), _number_equals),
    "toString": ((), text_of),
    "isNaN": ((), operation("boolean", "is_nan")),
    "isInfinite": ((), operation("boolean", "is_infinite")),
}
WHOLE_NUMBER = {name: found for name, found in NUMBER.items() if name not in ("isNaN", "isInfinite")}
DEF: dict[str, Any] = {
    name: NUMBER[name] for name in ("intValue", "longValue", "floatValue", "doubleValue", "toString")
}

BOOLEAN: dict[str, Any] = {
    "equals": ((None,), _number_equals),
    "booleanValue": ((), itself),
    "toString": ((), text_of),
}
