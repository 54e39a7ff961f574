"""
A running script's values: Java's, each with its type.

Integers and chars are Python ints within their bounds, a double is a float, a float a numpy float32. A
string is a str of code points, where half a surrogate pair can stand alone, as it can in Java. Dates and
instants are milliseconds since 1970.
"""

import math
from typing import NamedTuple

import numpy as np

from .errors import ScriptError

BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}


class Value(NamedTuple):
    type: str
    value: object


NULL = Value("null", None)
MILLISECONDS_OF_DAY = 86_400_000


def of_json(value: object) -> Value:
    """Make a parameter's value: the narrower of int and long that holds it, double for fractions."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Value("boolean", value)
    if isinstance(value, int):
        return of_integer(value)
    if isinstance(value, float):
        return Value("double", value)
    if isinstance(value, str):
        return Value("string", value)
    if isinstance(value, list | tuple):
        return Value("list", [of_json(one) for one in value])
    return Value("map", {name: of_json(one) for name, one in value.items()})


def of_integer(value: int) -> Value:
    for kind in ("int", "long"):
        if value == wrap(value, BITS[kind]):
            return Value(kind, value)
    raise ScriptError("illegal_argument_exception", f"the parameter {value} is no long")


def wrap(value: int, bits: int) -> int:
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half


def text_of(given: Value) -> str:
    """Write a value as Java's String.valueOf does."""
    return WRITERS[given.type](given.value)


def units(text: str) -> list[int]:
    """Return the UTF-16 units of a string."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[i : i + 2], "little") for i in range(0, len(data), 2)]


def of_units(given: list[int]) -> str:
    data = b"".join(unit.to_bytes(2, "little") for unit in given)
    return data.decode("utf-16-le", "surrogatepass")


def real_text(value: float) -> str:
    """Write a double, or a float that prints its own digits, as Java: 1.0, 1.0E10, 1.0E-5."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if math.copysign(1, value) < 0 else ""
    if value == 0:
        return sign + "0.0"
    mantissa, exponent = np.format_float_scientific(abs(value), unique=True, trim="-").split("e")
    if len(mantissa) == 1:  # one digit is enough, but Java takes the nearest of those with two
        mantissa, exponent = f"{abs(float(value)):.1e}".split("e")
        mantissa = mantissa.removesuffix(".0")
    digits, exponent = mantissa.replace(".", ""), int(exponent)
    if not -3 <= exponent < 7:
        return f"{sign}{digits[0]}.{digits[1:] or '0'}E{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    digits = digits.ljust(exponent + 2, "0")
    return f"{sign}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"


def list_text(values: list) -> str:
    return "[" + ", ".join(map(text_of, values)) + "]"


def map_text(values: dict) -> str:
    return "{" + ", ".join(f"{name}={text_of(value)}" for name, value in values.items()) + "}"


WRITERS = {
    "null": lambda _value: "null",
    "boolean": lambda value: "true" if value else "false",
    "char": lambda value: of_units([value]),
    **dict.fromkeys(BITS, str),
    "float": real_text,
    "double": real_text,
    "string": str,
    "list": list_text,
    "map": map_text,
}


def equal(left: Value, right: Value) -> bool:
    """Compare as Java's `equals`: numbers of different types differ, NaN is NaN, and -0.0 is not 0.0."""
    if left.type != right.type:
        return False
    if left.type in ("float", "double"):
        both_nan = math.isnan(left.value) and math.isnan(right.value)
        same_sign = math.copysign(1, left.value) == math.copysign(1, right.value)
        return both_nan or (left.value == right.value and same_sign)
    if left.type == "list":
        pairs = zip(left.value, right.value, strict=False)
        return len(left.value) == len(right.value) and all(equal(*pair) for pair in pairs)
    if left.type == "map":
        same_names = left.value.keys() == right.value.keys()
        return same_names and all(equal(value, right.value[name]) for name, value in left.value.items())
    return left.value == right.value
