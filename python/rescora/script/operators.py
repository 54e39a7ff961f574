"""Operators with Java's arithmetic and comparison, for static types and for def."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescora.script.errors import CompileError
from rescora.script.types import KINDS, NUMERIC, REAL, WHOLE, Value, java_name, promoted, said_missing

if TYPE_CHECKING:
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

# In the order of plan::DefOperator.
DEF_OPERATORS = {
    sign: number
    for number, sign in enumerate(
        (
            "+",
            "-",
            "*",
            "/",
            "%",
            "<<",
            ">>",
            ">>>",
            "&",
            "|",
            "^",
            "neg",
            "pos",
            "~",
            "==",
            "!=",
            "<",
            "<=",
            ">",
            ">=",
        )
    )
}
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "remainder"}
_BITS = {"&": "and_", "|": "or_", "^": "xor_"}
_SHIFTS = {"<<": "shift_left", ">>": "shift_right", ">>>": "shift_right_unsigned"}
_ORDER = {"<": ("less", False), "<=": ("less_equal", False), ">": ("less", True), ">=": ("less_equal", True)}
_EQUALITY = {"==": "equal", "===": "equal", "!=": "not_equal", "!==": "not_equal"}


def binary(compiler: Compiler, sign: str, left: Compiled, right: Compiled, place: int) -> Value:
    """Compile one operator."""
    if sign in _EQUALITY:
        return equal(compiler, sign, left, right, place)
    if sign == "+" and "String" in (left.type, right.type):
        return _concatenated(compiler, left, right, place)
    if not (isinstance(left, Value) and isinstance(right, Value)):
        raise _refusal(sign, left, right, place)
    if "def" in (left.type, right.type):
        return _on_defs(compiler, sign, left, right, place)
    if "null" in (left.type, right.type):
        null = left if left.type == "null" else right
        raise CompileError(
            f"Cannot apply [{sign}] to null{said_missing(null)}", place, "null_pointer_exception"
        )
    if sign in _SHIFTS:
        return _shift(compiler, sign, left, right, place)
    if sign in _BITS and left.type == right.type == "boolean":
        return compiler.emit("boolean", _BITS[sign], left, right)
    if left.type not in NUMERIC or right.type not in NUMERIC:
        raise _refusal(sign, left, right, place)
    return _on_numbers(compiler, sign, left, right, place)


def _on_numbers(compiler: Compiler, sign: str, left: Value, right: Value, place: int) -> Value:
    kind = promoted(left.type, right.type)
    left, right = compiler.widened(left, kind), compiler.widened(right, kind)
    if sign in _ORDER:
        name, swapped = _ORDER[sign]
        if swapped:
            left, right = right, left
        return compiler.emit("boolean", f"{name}_{register_lane(kind)}", left, right)
    if sign in _BITS:
        if kind in REAL:
            raise _refusal(sign, left, right, place)
        return compiler.emit(kind, _BITS[sign], left, right)
    if sign in ("/", "%") and kind in WHOLE:
        made = compiler.masked(kind, f"{_ARITHMETIC[sign]}_long", left, right, place=place)
        return compiler.narrowed(made, "int") if kind == "int" and sign == "/" else made
    return rounded(compiler, compiler.emit(kind, f"{_ARITHMETIC[sign]}_{register_lane(kind)}", left, right))


def rounded(compiler: Compiler, value: Value) -> Value:
    """Bring a result back to its type: ints wrap, floats round."""
    if value.type == "int":
        return compiler.narrowed(value, "int")
    return compiler.narrowed(value, "float") if value.type == "float" else value


def register_lane(kind: str) -> str:
    """Return the end of the names of operations on a type of number."""
    return "double" if kind in REAL else "long"


def _shift(compiler: Compiler, sign: str, left: Value, right: Value, place: int) -> Value:
    if left.type not in WHOLE or right.type not in WHOLE:
        raise _refusal(sign, left, right, place)
    kind = promoted(left.type)
    made = compiler.emit(kind, f"{_SHIFTS[sign]}_{kind}", left, right)
    return compiler.narrowed(made, "int") if kind == "int" else made


def _refusal(sign: str, left: Compiled, right: Compiled, place: int) -> CompileError:
    kinds = f"[{java_name(left.type)}] and [{java_name(right.type)}]"
    return CompileError(f"Cannot apply [{sign}] operation to types {kinds}.", place, "class_cast_exception")


def _on_defs(compiler: Compiler, sign: str, left: Value, right: Value, place: int) -> Value:
    aux = DEF_OPERATORS[sign]
    operands = [compiler.boxed(left), compiler.boxed(right)]
    if sign in _ORDER:
        return compiler.masked("boolean", "def_compare", *operands, place=place, aux=aux)
    return compiler.masked("def", "def_binary", *operands, place=place, aux=aux, width=2)


def _concatenated(compiler: Compiler, left: Compiled, right: Compiled, place: int) -> Value:
    return compiler.masked(
        "String", "text_concat", text_of(compiler, left, place), text_of(compiler, right, place), place=place
    )


def text_of(compiler: Compiler, value: Compiled, place: int) -> Value:
    """Return a value as Java writes it beside a text."""
    kind = value.type
    if kind in ("Month", "DayOfWeek"):
        named: Value = value.text(compiler, place)  # type: ignore[union-attr]  # an Enumerated
        return named
    if not isinstance(value, Value) or kind not in (*KINDS, "def", "ZonedDateTime", "Instant"):
        raise CompileError.unsupported(f"a [{kind}] as text", place)
    if kind == "String":
        return value
    if kind == "null":
        return compiler.literal("String", "null")
    if kind == "def":
        return compiler.masked("String", "def_text", value, place=place)
    name = {"boolean": "boolean", "char": "char", "float": "float", "double": "double"}.get(kind, "long")
    operation = "date_text" if kind in ("ZonedDateTime", "Instant") else f"text_of_{name}"
    return compiler.emit("String", operation, value)


def equal(compiler: Compiler, sign: str, left: Compiled, right: Compiled, place: int) -> Value:
    """Compile ``==`` and its kin: by value, numbers in their wider type."""
    operation = _EQUALITY[sign]
    if not (isinstance(left, Value) and isinstance(right, Value)):
        if "null" in (left.type, right.type):  # a list or a map is never null
            return compiler.literal("boolean", operation == "not_equal")
        raise CompileError.unsupported(f"[{sign}] on a [{left.type}] and a [{right.type}]", place)
    if "def" in (left.type, right.type):
        return equal_defs(compiler, sign, left, right, place)
    made = _equal_simple(compiler, left, right, sign, place)
    if operation == "equal":
        return Value("boolean", made.register, constant=made.constant)
    if made.constant is not None:
        return compiler.literal("boolean", not made.constant)
    return Value("boolean", compiler.emitter.emit("not_boolean", made.register))


def equal_defs(compiler: Compiler, sign: str, left: Value, right: Value, place: int) -> Value:
    """Compile ``==`` and ``!=`` where a def may hold anything."""
    if sign in ("===", "!=="):
        raise CompileError.unsupported(f"[{sign}] on a [def] of several types", place)
    aux = DEF_OPERATORS["==" if sign == "==" else "!="]
    return compiler.masked(
        "boolean", "def_compare", compiler.boxed(left), compiler.boxed(right), place=place, aux=aux
    )


def _equal_simple(compiler: Compiler, left: Value, right: Value, sign: str, place: int) -> Value:
    kinds = {left.type, right.type}
    if kinds <= set(NUMERIC):
        if sign in ("===", "!==") and left.type != right.type and (left.loose or right.loose):
            return compiler.literal("boolean", False)
        kind = promoted(*kinds)
        return compiler.emit(
            "boolean",
            f"equal_{register_lane(kind)}",
            compiler.widened(left, kind),
            compiler.widened(right, kind),
        )
    if "null" in kinds and "String" in kinds:
        return compiler.emit("boolean", "text_is_null", left if left.type == "String" else right)
    if "null" in kinds:
        return compiler.literal("boolean", kinds == {"null"})
    if kinds == {"String"}:
        return _equal_texts(compiler, left, right)
    if len(kinds) == 1 and kinds <= {"boolean", "ZonedDateTime", "Instant"}:
        return compiler.emit("boolean", "equal_long", left, right)
    if left.loose or right.loose:
        return compiler.literal("boolean", False)
    raise _refusal(sign, left, right, place)


def _equal_texts(compiler: Compiler, left: Value, right: Value) -> Value:
    """Compare texts; a field's keyword against a constant by ordinals, not by letters."""
    for keyword, other in ((left, right), (right, left)):
        slot = compiler.keywords.get(keyword.register)
        if slot is not None and other.register < 0:
            return compiler.emit("boolean", "equal_ordinal", other, other, aux=slot)
    return compiler.emit("boolean", "text_equal", left, right)


def is_null(compiler: Compiler, value: Value, place: int) -> Value:
    """Return where a text or a def is null."""
    if value.type == "String":
        return compiler.emit("boolean", "text_is_null", value)
    return equal_defs(compiler, "==", value, compiler.zero("null"), place)


def chosen(
    compiler: Compiler, holds: Value, then: Value, otherwise: Value, place: int, *, promote: bool = True
) -> Value:
    """Return one of two values, lane by lane, in a type that both have; unpromoted each keeps its own."""
    kinds = {then.type, otherwise.type}
    loose = then.loose or otherwise.loose or not promote
    if len(kinds) == 1:
        kind = then.type
    elif kinds <= set(NUMERIC) and not loose:
        kind = promoted(*kinds)
    elif kinds == {"null", "String"}:
        kind = "String"
    else:
        kind = "def"
    then, otherwise = compiler.as_type(then, kind, place), compiler.as_type(otherwise, kind, place)
    if kind == "def":
        register = compiler.emitter.varying(2)
        compiler.put(register, otherwise, None)
        compiler.put(register, then, holds.register)
        return Value("def", register, True)
    made = compiler.emit(kind, "select", then, otherwise, holds)
    return Value(kind, made.register, loose)
