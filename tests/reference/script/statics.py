"""Static methods and constants of classes: by class, name and count of arguments, with types."""

import math
import re
from collections.abc import Callable

import numpy as np

from . import calendar, strings
from .errors import arithmetic as arithmetic_failure
from .errors import bad_number
from .mathematics import CONSTANTS, FUNCTIONS, maximum, minimum
from .methods import Method, Table, compare_reals, compared, hash_of, table, zone_of
from .types import BOX_OF
from .values import BITS, Value, text_of, wrap


def integer_of(kind: str):
    def parse(text: str, radix: int = 10) -> int:
        sign, digits = (text[:1], text[1:]) if text[:1] in ("+", "-") else ("", text)
        try:
            if not 2 <= radix <= 36 or not digits or not digits.isalnum():
                raise ValueError
            value = int(sign + digits, radix)
        except ValueError:
            raise bad_number(text) from None
        if value != wrap(value, BITS[kind]):
            raise bad_number(text)
        return value

    return parse


def double_of(text: str) -> float:
    """Read a double as Java does: blanks around it, a d or f behind, NaN and Infinity by their full names."""
    plain = strings.trim(text)
    unsigned = plain[1:] if plain[:1] in ("+", "-") else plain
    if re.fullmatch(r"0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?\d+[dDfF]?", unsigned):
        return float.fromhex(plain.rstrip("dDfF"))
    if unsigned in ("NaN", "Infinity"):
        return float(plain)
    if unsigned[-1:] in ("d", "D", "f", "F") and unsigned[:2].lower() != "0x":
        plain = plain[:-1]
    if not plain or not set(plain) <= set("0123456789.eE+-"):
        raise bad_number(text)
    try:
        return float(plain)
    except ValueError:
        raise bad_number(text) from None


def float_of(text: str) -> np.float32:
    """Round decimal digits once; by way of a double it would be twice."""
    double = double_of(text)  # refuses what is no number
    plain = strings.trim(text).rstrip("dDfF")
    return np.float32(double) if math.isnan(double) or math.isinf(double) else np.float32(plain)


def reverse_bits(value: int, bits: int) -> int:
    return wrap(int(f"{value:0{bits}b}"[::-1], 2), bits)


def rotated(value: int, distance: int, bits: int) -> int:
    distance %= bits
    return wrap(value << distance | value >> (bits - distance), bits)


def divided(a: int, b: int) -> tuple[int, int]:
    if b == 0:
        raise arithmetic_failure("/ by zero")
    return divmod(a, b)


def class_of_integers(kind: str, parser: str) -> Table:
    bits = BITS[kind]
    mask = (1 << bits) - 1
    name = BOX_OF[kind]
    two = f"{kind} {kind}"
    return table(
        ("toHexString", kind, "String", lambda value: f"{value & mask:x}"),
        ("toBinaryString", kind, "String", lambda value: f"{value & mask:b}"),
        ("toOctalString", kind, "String", lambda value: f"{value & mask:o}"),
        ("highestOneBit", kind, kind, lambda value: wrap((1 << (value & mask).bit_length()) >> 1, bits)),
        ("lowestOneBit", kind, kind, lambda value: value & -value),
        ("reverse", kind, kind, lambda value: reverse_bits(value & mask, bits)),
        ("rotateLeft", f"{kind} int", kind, lambda value, by: rotated(value & mask, by, bits)),
        ("rotateRight", f"{kind} int", kind, lambda value, by: rotated(value & mask, -by, bits)),
        ("compareUnsigned", two, "int", lambda a, b: compared(a & mask, b & mask)),
        ("divideUnsigned", two, kind, lambda a, b: wrap(divided(a & mask, b & mask)[0], bits)),
        ("remainderUnsigned", two, kind, lambda a, b: wrap(divided(a & mask, b & mask)[1], bits)),
        (parser, "String", kind, integer_of(kind)),
        (parser, "String int", kind, integer_of(kind)),
        ("valueOf", kind, name, lambda value: value),
        ("toString", kind, "String", str),
        ("hashCode", kind, "int", lambda value: hash_of(Value(kind, value))),
        ("compare", f"{kind} {kind}", "int", compared),
        ("max", f"{kind} {kind}", kind, max),
        ("min", f"{kind} {kind}", kind, min),
        ("signum", kind, "int", lambda value: compared(value, 0)),
        ("bitCount", kind, "int", lambda value: (value & mask).bit_count()),
        ("numberOfLeadingZeros", kind, "int", lambda value: bits - (value & mask).bit_length()),
        (
            "numberOfTrailingZeros",
            kind,
            "int",
            lambda value: bits if value == 0 else (value & -value).bit_length() - 1,
        ),
    )


def class_of_reals(kind: str, parser: str, parse: Callable) -> Table:
    name = BOX_OF[kind]
    real = float if kind == "double" else np.float32
    return table(
        (parser, "String", kind, parse),
        ("valueOf", kind, name, lambda value: value),
        ("toString", kind, "String", lambda value: text_of(Value(kind, value))),
        ("compare", f"{kind} {kind}", "int", compare_reals),
        ("isNaN", kind, "boolean", lambda value: bool(math.isnan(value))),
        ("isInfinite", kind, "boolean", lambda value: bool(math.isinf(value))),
        ("isFinite", kind, "boolean", lambda value: bool(math.isfinite(value))),
        ("max", f"{kind} {kind}", kind, lambda a, b: real(maximum(a, b))),
        ("min", f"{kind} {kind}", kind, lambda a, b: real(minimum(a, b))),
        ("sum", f"{kind} {kind}", kind, lambda a, b: real(np.add(real(a), real(b)))),
    )


BITS_OF = {
    "Double": table(
        ("doubleToLongBits", "double", "long", lambda x: int(np.float64(x).view(np.int64))),
        ("doubleToRawLongBits", "double", "long", lambda x: int(np.float64(x).view(np.int64))),
        ("longBitsToDouble", "long", "double", lambda x: float(np.int64(x).view(np.float64))),
    ),
    "Float": table(
        ("floatToIntBits", "float", "int", lambda x: int(np.float32(x).view(np.int32))),
        ("floatToRawIntBits", "float", "int", lambda x: int(np.float32(x).view(np.int32))),
        ("intBitsToFloat", "int", "float", lambda x: np.int32(x).view(np.float32)),
    ),
}
CHARACTER = table(
    ("isDigit", "char", "boolean", lambda unit: chr(unit).isdecimal()),
    ("isLetter", "char", "boolean", lambda unit: chr(unit).isalpha()),
    ("isLetterOrDigit", "char", "boolean", lambda unit: chr(unit).isalpha() or chr(unit).isdecimal()),
    ("isUpperCase", "char", "boolean", lambda unit: chr(unit).isupper()),
    ("isLowerCase", "char", "boolean", lambda unit: chr(unit).islower()),
    ("toUpperCase", "char", "char", lambda unit: ord(strings.one(chr(unit), str.upper))),
    ("toLowerCase", "char", "char", lambda unit: ord(strings.one(chr(unit), str.lower))),
)
BOOLEAN = table(
    ("parseBoolean", "String", "boolean", lambda text: text.lower() == "true"),
    ("valueOf", "boolean", "Boolean", lambda value: value),
    ("toString", "boolean", "String", lambda value: "true" if value else "false"),
    ("compare", "boolean boolean", "int", compared),
    ("logicalAnd", "boolean boolean", "boolean", lambda a, b: a and b),
    ("logicalOr", "boolean boolean", "boolean", lambda a, b: a or b),
    ("logicalXor", "boolean boolean", "boolean", lambda a, b: a != b),
)
MATH = {
    (name, len(parameters)): Method(parameters, returns, call)
    for name, (parameters, returns, call) in FUNCTIONS.items()
}


STATIC_METHODS: dict[str, Table] = {
    "Math": MATH,
    "Integer": class_of_integers("int", "parseInt"),
    "Long": {
        **class_of_integers("long", "parseLong"),
        **table(("sum", "long long", "long", lambda a, b: wrap(a + b, 64))),
    },
    "Double": {**class_of_reals("double", "parseDouble", double_of), **BITS_OF["Double"]},
    "Float": {**class_of_reals("float", "parseFloat", float_of), **BITS_OF["Float"]},
    "Character": CHARACTER,
    "Boolean": BOOLEAN,
    "String": table(("valueOf", "def", "String", text_of)),
    "Instant": table(
        ("ofEpochMilli", "long", "Instant", lambda at: at),
        ("ofEpochSecond", "long", "Instant", lambda at: at * 1000),
        ("parse", "String", "Instant", calendar.parse_iso),
    ),
    "ZoneId": table(("of", "String", "ZoneId", zone_of)),
    "ZonedDateTime": table(
        ("ofInstant", "Instant ZoneId", "ZonedDateTime", lambda at, _zone: at),
        ("parse", "String", "ZonedDateTime", calendar.parse_iso),
    ),
}


def bounds(kind: str) -> dict[str, Value]:
    bits = BITS[kind]
    return {
        "MAX_VALUE": Value(kind, 2 ** (bits - 1) - 1),
        "MIN_VALUE": Value(kind, -(2 ** (bits - 1))),
        "SIZE": Value("int", bits),
        "BYTES": Value("int", bits // 8),
    }


def limits(kind: str, real) -> dict[str, Value]:
    info = np.finfo(real)
    found = {
        "MAX_VALUE": info.max,
        "MIN_VALUE": info.smallest_subnormal,
        "MIN_NORMAL": info.smallest_normal,
        "NaN": math.nan,
        "POSITIVE_INFINITY": math.inf,
        "NEGATIVE_INFINITY": -math.inf,
    }
    to = float if kind == "double" else real
    return {
        **{name: Value(kind, to(value)) for name, value in found.items()},
        "SIZE": Value("int", info.bits),
        "BYTES": Value("int", info.bits // 8),
        "MAX_EXPONENT": Value("int", int(info.maxexp) - 1),
        "MIN_EXPONENT": Value("int", int(info.minexp)),
    }


STATIC_FIELDS: dict[str, dict[str, Value]] = {
    "Math": {name: Value("double", value) for name, value in CONSTANTS.items()},
    **{BOX_OF[kind]: bounds(kind) for kind in BITS},
    "Double": limits("double", np.float64),
    "Float": limits("float", np.float32),
    "Boolean": {"TRUE": Value("boolean", True), "FALSE": Value("boolean", False)},
    "Character": {"MAX_VALUE": Value("char", 0xFFFF), "MIN_VALUE": Value("char", 0)},
    "ChronoUnit": {name: Value("chrono_unit", name) for name in calendar.UNITS},
    "DayOfWeek": {name: Value("day_of_week", i) for i, name in enumerate(calendar.DAYS_OF_WEEK, 1)},
    "Month": {name: Value("month", i) for i, name in enumerate(calendar.MONTHS, 1)},
    "Instant": {"EPOCH": Value("instant", 0)},
}
