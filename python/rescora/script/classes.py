"""Static members of classes: java.lang.Math, the number classes, String, ChronoUnit and java.time's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rescora.script.dates import DATE_UNITS
from rescora.script.emitter import Input
from rescora.script.errors import CompileError
from rescora.script.functions import inline, predefined
from rescora.script.operators import text_of
from rescora.script.types import NUMERIC, Static, Value, widens
from rescora.script.whitelist import STATIC

if TYPE_CHECKING:
    from rescora.script import tree
    from rescora.script.compiler import Compiler
    from rescora.script.types import Compiled

# One way to call a method: the types of the arguments, and what makes the result.
Overload = tuple[tuple[str, ...], Callable[..., Any]]

_FLOAT_MAX = float.fromhex("0x1.fffffep+127")

_CONSTANTS: dict[str, dict[str, tuple[str, Any]]] = {
    "Math": {"PI": ("double", math.pi), "E": ("double", math.e)},
    "Integer": {
        "MAX_VALUE": ("int", 2**31 - 1),
        "MIN_VALUE": ("int", -(2**31)),
        "SIZE": ("int", 32),
        "BYTES": ("int", 4),
    },
    "Long": {
        "MAX_VALUE": ("long", 2**63 - 1),
        "MIN_VALUE": ("long", -(2**63)),
        "SIZE": ("int", 64),
        "BYTES": ("int", 8),
    },
    "Short": {
        "MAX_VALUE": ("short", 2**15 - 1),
        "MIN_VALUE": ("short", -(2**15)),
        "SIZE": ("int", 16),
        "BYTES": ("int", 2),
    },
    "Byte": {
        "MAX_VALUE": ("byte", 127),
        "MIN_VALUE": ("byte", -128),
        "SIZE": ("int", 8),
        "BYTES": ("int", 1),
    },
    "Character": {"MAX_VALUE": ("char", 0xFFFF), "MIN_VALUE": ("char", 0)},
    "Boolean": {"TRUE": ("boolean", True), "FALSE": ("boolean", False)},
    "Double": {
        "MAX_VALUE": ("double", float.fromhex("0x1.fffffffffffffp+1023")),
        "MIN_VALUE": ("double", 5e-324),
        "MIN_NORMAL": ("double", 2.0**-1022),
        "NaN": ("double", math.nan),
        "POSITIVE_INFINITY": ("double", math.inf),
        "NEGATIVE_INFINITY": ("double", -math.inf),
        "MAX_EXPONENT": ("int", 1023),
        "MIN_EXPONENT": ("int", -1022),
        "SIZE": ("int", 64),
        "BYTES": ("int", 8),
    },
    "Float": {
        "MAX_VALUE": ("float", _FLOAT_MAX),
        "MIN_VALUE": ("float", 2.0**-149),
        "MIN_NORMAL": ("float", 2.0**-126),
        "NaN": ("float", math.nan),
        "POSITIVE_INFINITY": ("float", math.inf),
        "NEGATIVE_INFINITY": ("float", -math.inf),
        "MAX_EXPONENT": ("int", 127),
        "MIN_EXPONENT": ("int", -126),
        "SIZE": ("int", 32),
        "BYTES": ("int", 4),
    },
    "ChronoUnit": {unit.upper(): (f"ChronoUnit.{unit}", None) for unit in DATE_UNITS},
}


class Unit(Static):
    """A unit of time: what is between two dates can be asked of it."""

    type = "ChronoUnit"

    def __init__(self, name: str) -> None:
        self.name = name


def static_field(compiler: Compiler, name: str, node: tree.Field) -> Compiled:
    """Compile ``Class.NAME``."""
    fields = _CONSTANTS.get(_class(name), {})
    if node.name not in fields:
        raise CompileError(
            f"static field [{name}, {node.name}] not found{compiler.near(node.name, list(fields))}",
            node.place,
        )
    kind, value = fields[node.name]
    if kind.startswith("ChronoUnit."):
        return Unit(kind.partition(".")[2])
    return compiler.literal(kind, value)


def call_static(compiler: Compiler, name: str, node: tree.Method) -> Compiled:
    """Compile ``Class.name(…)``."""
    methods = CLASSES[_class(name)]
    overloads = methods.get(node.name)
    if overloads is None:
        written = predefined().get(f"{name}_{node.name}")
        if written is not None:
            return inline(compiler, written, compiler.values(node.arguments, _wanted(name, node)), node.place)
        if (name, node.name) == ("Math", "random"):
            raise CompileError.unsupported("[Math.random]", node.place, ": use [randomScore], which repeats")
        if f"{node.name}/{len(node.arguments)}" in STATIC.get(name, {}):
            raise CompileError.unsupported(f"[{name}.{node.name}]", node.place)
        raise CompileError(
            f"static method [{name}, {node.name}/{len(node.arguments)}] not found"
            f"{compiler.near(node.name, list(methods))}",
            node.place,
        )
    values = compiler.values(node.arguments, _wanted(name, node))
    types, make = _chosen(name, node, overloads, values)
    converted = [
        compiler.convert(value, kind, one.place)
        for value, kind, one in zip(values, types, node.arguments, strict=True)
    ]
    made: Compiled = make(compiler, node.place, *converted)
    return made.declared() if isinstance(made, Value) else made


def _wanted(name: str, node: tree.Method) -> list[str]:
    """Return the types of a static method's parameters: its arguments may be conditionals."""
    found = STATIC.get(name, {}).get(f"{node.name}/{len(node.arguments)}")
    return [one or "" for one in found[0]] if found is not None else []


def constant_type(name: str, field: str) -> str | None:
    """Return the type of a static field; None if there is none, or a unit of time."""
    kind, _ = _CONSTANTS.get(_class(name), {}).get(field, (None, None))
    return kind if kind in (*NUMERIC, "boolean") else None


def _class(name: str) -> str:
    return "Math" if name == "StrictMath" else name


def _chosen(name: str, node: tree.Method, overloads: list[Overload], values: list[Compiled]) -> Overload:
    """Return the first overload that takes the arguments; they stand in Java's order of preference."""
    fitting = [one for one in overloads if len(one[0]) == len(values)]
    if not fitting:
        counts = sorted({len(types) for types, _ in overloads})
        wanted = " or ".join(map(str, counts))
        raise CompileError(
            f"static method [{name}, {node.name}/{len(values)}] not found: it takes {wanted} arguments",
            node.place,
        )
    for types, make in fitting:
        if all(_takes(kind, value) for kind, value in zip(types, values, strict=True)):
            return types, make
    return fitting[-1]  # its conversion says what is wrong


def _takes(kind: str, value: Compiled) -> bool:
    if kind == value.type or (value.type == "def" and kind in (*NUMERIC, "boolean", "String")):
        return True
    return kind in NUMERIC and value.type in NUMERIC and widens(value.type, kind)


# Makers.


def _operation(type: str, name: str, after: str = "") -> Callable[..., Compiled]:
    def make(compiler: Compiler, _place: int, *values: Value) -> Value:
        made = compiler.emit(type, name, *values)
        return compiler.narrowed(made, after) if after else made

    return make


def _failing(type: str, name: str, after: str = "") -> Callable[..., Compiled]:
    def make(compiler: Compiler, place: int, *values: Value) -> Value:
        made = compiler.masked(type, name, *values, place=place)
        return compiler.narrowed(made, after) if after else made

    return make


def _double(name: str, count: int = 1) -> list[Overload]:
    return [(("double",) * count, _operation("double", name))]


def _same(type: str) -> Callable[..., Compiled]:
    return lambda _compiler, _place, value: Value(type, value.register, value.loose, value.constant)


def _as_text(compiler: Compiler, place: int, value: Value) -> Compiled:
    return text_of(compiler, value, place)


def _finite(compiler: Compiler, _place: int, value: Value) -> Value:
    difference = compiler.emit("double", "subtract_double", value, value)  # NaN but for finite numbers
    return compiler.emit("boolean", "equal_double", difference, compiler.literal("double", 0.0))


def _radix(_compiler: Compiler, place: int, _text: Value, _base: Value) -> Value:
    raise CompileError.unsupported("[parseInt] with a radix", place)


def _sign(compiler: Compiler, _place: int, value: Value) -> Value:
    made = compiler.emit("int", "sign_long", value)
    return Value("int", made.register, made.loose)


def _is_digit(compiler: Compiler, _place: int, value: Value) -> Value:
    low = compiler.emit("boolean", "less_equal_long", compiler.literal("char", ord("0")), value)
    high = compiler.emit("boolean", "less_equal_long", value, compiler.literal("char", ord("9")))
    return compiler.emit("boolean", "and_", low, high)


def _parsed_date(compiler: Compiler, place: int, text: Value) -> Value:
    return Value("ZonedDateTime", derived(compiler, "utc_date", text, "long", place), True)


def derived(compiler: Compiler, kind: str, text: Value, lane: str, place: int) -> int:
    """Return the register of what a constant or parameter means: a date, a duration, a distance, a place."""
    if text.constant is not None:
        source = ("literal", text.constant)
    elif text.register in compiler.paths:
        source = ("param", compiler.paths[text.register])
    else:
        raise CompileError.unsupported(f"{kind} from a text that is no constant and no parameter", place)
    return compiler.emitter.input(Input(kind, source, lane, place))


def _whole_class(kind: str) -> dict[str, list[Overload]]:
    parse = f"parse{'Int' if kind == 'int' else 'Long'}"

    def zeros(operation: str) -> Callable[..., Compiled]:
        def make(compiler: Compiler, _place: int, value: Value) -> Value:
            if kind == "int" and operation == "leading_zeros":
                mask = compiler.literal("long", 0xFFFFFFFF)
                low = compiler.emit("long", "and_", value, mask)
                return compiler.emit(
                    "int", "subtract_long", compiler.emit("int", operation, low), compiler.literal("int", 32)
                )
            if kind == "int":
                guard = compiler.emit("long", "or_", value, compiler.literal("long", 1 << 32))
                return compiler.emit("int", operation, guard)
            return compiler.emit("int", operation, value)

        return make

    def bit_count(compiler: Compiler, _place: int, value: Value) -> Value:
        if kind == "int":
            value = compiler.emit("long", "and_", value, compiler.literal("long", 0xFFFFFFFF))
        return compiler.emit("int", "bit_count", value)

    return {
        parse: [(("String",), _failing(kind, f"parse_{kind}")), (("String", "int"), _radix)],
        "valueOf": [((kind,), _same(kind))],
        "toString": [((kind,), _as_text)],
        "compare": [((kind, kind), _operation("int", "compare_long"))],
        "max": [((kind, kind), _operation(kind, "maximum_long"))],
        "min": [((kind, kind), _operation(kind, "minimum_long"))],
        **({"sum": [((kind, kind), _operation(kind, "add_long"))]} if kind == "long" else {}),
        "signum": [((kind,), _sign)],
        "bitCount": [((kind,), bit_count)],
        "numberOfLeadingZeros": [((kind,), zeros("leading_zeros"))],
        "numberOfTrailingZeros": [((kind,), zeros("trailing_zeros"))],
    }


def _real_class(kind: str) -> dict[str, list[Overload]]:
    bits = "double_bits" if kind == "double" else "float_bits"
    number = "Long" if kind == "double" else "Int"
    whole = number.lower()
    return {
        f"parse{kind.capitalize()}": [(("String",), _failing(kind, f"parse_{kind}"))],
        "valueOf": [((kind,), _same(kind))],
        "toString": [((kind,), _as_text)],
        "compare": [((kind, kind), _operation("int", "compare_double"))],
        "max": [((kind, kind), _operation(kind, "maximum_double"))],
        "min": [((kind, kind), _operation(kind, "minimum_double"))],
        "sum": [((kind, kind), _operation(kind, "add_double", "float" if kind == "float" else ""))],
        "isNaN": [((kind,), _operation("boolean", "is_nan"))],
        "isInfinite": [((kind,), _operation("boolean", "is_infinite"))],
        "isFinite": [((kind,), _finite)],
        f"{kind}To{number}Bits": [((kind,), _operation(whole, bits))],
        f"{whole}BitsTo{kind.capitalize()}": [((whole,), _operation(kind, f"bits_{kind}"))],
    }


_MATH: dict[str, list[Overload]] = {
    # Painless gives these for double alone, whatever Java has beside.
    **{name: _double(name) for name in (
        "sqrt", "floor", "ceil", "rint", "log", "log10", "log1p", "exp", "expm1", "sin", "cos", "tan", "asin",
        "acos", "atan", "sinh", "cosh", "tanh", "cbrt", "signum",
    )},
    **{name: _double(name, 2) for name in ("pow", "atan2", "hypot")},
    "abs": _double("absolute_double"),
    "max": _double("maximum_double", 2),
    "min": _double("minimum_double", 2),
    "toRadians": _double("to_radians"),
    "toDegrees": _double("to_degrees"),
    "round": [(("double",), _operation("long", "round_double"))],
    "ulp": _double("ulp_double"),
    "nextUp": _double("next_up_double"),
    "nextDown": _double("next_down_double"),
    "nextAfter": _double("next_after_double", 2),
    "copySign": _double("copy_sign", 2),
    "IEEEremainder": _double("ieee_remainder", 2),
    "scalb": [(("double", "int"), _operation("double", "scalb_double"))],
}  # fmt: skip

_TEXT_OF: list[Overload] = [
    ((kind,), _as_text) for kind in ("String", "boolean", "char", "int", "long", "float", "double", "def")
]

CLASSES: dict[str, dict[str, list[Overload]]] = {
    "Math": _MATH,
    "StrictMath": _MATH,
    "Integer": _whole_class("int"),
    "Long": _whole_class("long"),
    "Double": _real_class("double"),
    "Float": _real_class("float"),
    "Short": {},
    "Byte": {},
    "Character": {
        "isDigit": [(("int",), _is_digit)],
        "valueOf": [(("char",), _same("char"))],
        "toString": [(("char",), _as_text)],
    },
    "Boolean": {
        "parseBoolean": [(("String",), _operation("boolean", "parse_boolean"))],
        "valueOf": [(("boolean",), _same("boolean"))],
        "toString": [(("boolean",), _as_text)],
        "logicalAnd": [(("boolean", "boolean"), _operation("boolean", "and_"))],
        "logicalOr": [(("boolean", "boolean"), _operation("boolean", "or_"))],
        "logicalXor": [(("boolean", "boolean"), _operation("boolean", "xor_"))],
        "compare": [(("boolean", "boolean"), _operation("int", "compare_long"))],
    },
    "String": {"valueOf": _TEXT_OF},
    "ChronoUnit": {},
    "ZonedDateTime": {"parse": [(("String",), _parsed_date)]},
    "Instant": {"ofEpochMilli": [(("long",), _same("Instant"))]},
}
