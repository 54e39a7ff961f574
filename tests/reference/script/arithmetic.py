"""Java's operators on numbers: promotion, wrapping, truncating division, IEEE floats, shifts, casts."""

import math
import operator

import numpy as np

from .errors import arithmetic, class_cast, null_pointer
from .types import NUMERIC, RANKS
from .values import BITS, Value, equal, text_of, units, wrap

REALS = {"float": np.float32, "double": np.float64}
COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
BITWISE = {"&": operator.and_, "|": operator.or_, "^": operator.xor}


def need_not_null(*given: Value) -> None:
    for one in given:
        if one.type == "null":
            raise null_pointer("an operand")


def cannot(symbol: str, *given: Value):
    types = " and ".join(f"[{one.type}]" for one in given)
    return class_cast(f"Cannot apply [{symbol}] operation to types {types}")


def promoted(symbol: str, *given: Value, decimal: bool = True) -> str:
    """Find the type in which an operation is done; int at least."""
    need_not_null(*given)
    types = [one.type for one in given]
    if not NUMERIC.issuperset(types) or (not decimal and {"float", "double"} & set(types)):
        raise cannot(symbol, *given)
    return max(*types, "int", key=RANKS.__getitem__)


def convert(given: Value, to: str) -> Value:
    """Convert a number to another type as Java's casts do: integers wrap, reals saturate and lose NaN."""
    value = given.value
    if given.type == to:
        return given
    if to in REALS:
        return Value(to, to_real(value, to))
    if given.type in REALS:
        value = truncate(value, 64 if to == "long" else 32)
    return Value(to, value & 0xFFFF if to == "char" else wrap(value, BITS[to]))


def to_real(value, to: str):
    with np.errstate(all="ignore"):
        if to == "double":
            return float(value)
        # An int64 becomes a float in one rounding; by way of a double it would be two.
        return np.int64(value).astype(np.float32) if isinstance(value, int) else np.float32(value)


def truncate(value: float, bits: int) -> int:
    if math.isnan(value):
        return 0
    limit = 1 << (bits - 1)
    if math.isinf(value):
        return limit - 1 if value > 0 else -limit
    return max(-limit, min(limit - 1, int(value)))


def number(to: str, value) -> Value:
    return Value(to, float(value) if to == "double" else value)


def binary(symbol: str, left: Value, right: Value) -> Value:
    """Apply one of + - * / % & ^ | << >> >>>."""
    if symbol == "+" and "string" in (left.type, right.type):
        return Value("string", joined(text_of(left), text_of(right)))
    if symbol in ("<<", ">>", ">>>"):
        return shift(symbol, left, right)
    if symbol in BITWISE:
        return bitwise(symbol, left, right)
    to = promoted(symbol, left, right)
    a, b = convert(left, to).value, convert(right, to).value
    if to in REALS:
        return real_arithmetic(symbol, to, a, b)
    return Value(to, wrap(INTEGER[symbol](a, b), BITS[to]))


def joined(*texts: str) -> str:
    """Join strings; halves of a pair that meet become one character."""
    return "".join(texts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def real_arithmetic(symbol: str, to: str, a, b) -> Value:
    real = REALS[to]
    with np.errstate(all="ignore"):
        return number(to, REAL[symbol](real(a), real(b)))


def quotient(a: int, b: int) -> int:
    if b == 0:
        raise arithmetic("/ by zero")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


INTEGER = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": quotient,
    "%": lambda a, b: a - quotient(a, b) * b,
}
REAL = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": np.fmod}


def bitwise(symbol: str, left: Value, right: Value) -> Value:
    need_not_null(left, right)
    if left.type == right.type == "boolean":
        return Value("boolean", BITWISE[symbol](left.value, right.value))
    to = promoted(symbol, left, right, decimal=False)
    return Value(to, BITWISE[symbol](left.value, right.value))


def shift(symbol: str, left: Value, right: Value) -> Value:
    """Shift by the lowest five or six bits of the count; the result has the left side's type."""
    need_not_null(left, right)
    promoted(symbol, right, decimal=False)
    to = promoted(symbol, left, decimal=False)
    count = right.value & (BITS[to] - 1)
    if symbol == "<<":
        return Value(to, wrap(left.value << count, BITS[to]))
    if symbol == ">>":
        return Value(to, left.value >> count)
    return Value(to, wrap((left.value & ((1 << BITS[to]) - 1)) >> count, BITS[to]))


def unary(symbol: str, operand: Value) -> Value:
    """Apply one of + - ~."""
    to = promoted(symbol, operand, decimal=symbol != "~")
    value = convert(operand, to).value
    if symbol == "+":
        return Value(to, value)
    if symbol == "~":
        return Value(to, ~value)
    return Value(to, -value if to in REALS else wrap(-value, BITS[to]))


def less(symbol: str, left: Value, right: Value) -> Value:
    """Compare two numbers in the type they promote to."""
    to = promoted(symbol, left, right)
    return Value("boolean", bool(COMPARE[symbol](convert(left, to).value, convert(right, to).value)))


def same(left: Value, right: Value) -> bool:
    """Compare as ==: numbers by what they promote to, all else by `equals`."""
    if {left.type, right.type} <= NUMERIC:
        to = promoted("==", left, right)
        return bool(convert(left, to).value == convert(right, to).value)
    return equal(left, right)


# What may become what with no cast, when the type is known only at run time.
IMPLICIT = {
    "byte": "byte",
    "short": "byte short",
    "char": "byte char",
    "int": "byte short char int",
    "long": "byte short char int long",
    "float": "byte short char int long float",
    "double": "byte short char int long float double",
}


def cast(given: Value, to: str, explicit: bool) -> Value:
    """Convert a value of a type not known before to a primitive type."""
    need_not_null(given)
    if to == "boolean" and given.type == "boolean":
        return given
    if to == "char" and given.type == "string" and explicit:
        return char_of(given)
    if to == "boolean" or given.type not in NUMERIC or not (explicit or given.type in IMPLICIT[to].split()):
        how = "explicitly" if explicit else "implicitly"
        raise class_cast(f"cannot {how} cast def [{given.type}] to {to}")
    return convert(given, to)


def char_of(given: Value) -> Value:
    found = units(given.value)
    if len(found) != 1:
        raise class_cast("cannot cast String with length not equal to one to char")
    return Value("char", found[0])
