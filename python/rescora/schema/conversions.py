"""What a JSON value means to a field of some type: the same rules for documents and for queries."""

from __future__ import annotations

import math
import struct
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from rescora.errors import show
from rescora.reading.values import scalar_text

INTEGER_LIMITS = {
    "byte": (-(2**7), 2**7 - 1),
    "short": (-(2**15), 2**15 - 1),
    "integer": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
}
REALS = ("double", "float")
LEAST_NORMAL = 2.0**-126  # of float32
_float32 = struct.Struct("<f")
_DIGITS = frozenset("0123456789+-.eE")


def exact(value: Any) -> Decimal:
    """
    Return the number that a JSON value or a numeric string is, without rounding.

    Raises
    ------
    ValueError
        If it is none, or not finite.
    """
    if isinstance(value, bool):
        raise ValueError(f"Current token (VALUE_{str(value).upper()}) not numeric")
    if isinstance(value, str):
        text = value.strip()
        # Decimal also reads "1_000", "nan" and the digits of other scripts
        if not text or not _DIGITS.issuperset(text) or len(text) > 400:
            raise ValueError(f'For input string: "{show(value)}"')
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(f'For input string: "{show(value)}"') from None
    elif isinstance(value, int):
        return Decimal(value)
    elif isinstance(value, float):
        number = Decimal(value)
    else:
        raise ValueError(f"Current token ({type(value).__name__}) not numeric")
    # an exponent of millions would take as many digits to write out
    if not number.is_finite() or (number and abs(number.adjusted()) > 400):
        raise ValueError(f"[{show(value)}] is not a finite number")
    return number


def to_integer(value: Any, kind: str) -> int:
    """Return a document's value for an integer field: strings are read, fractions cut off, ranges checked."""
    if type(value) is int:
        number = value
    elif type(value) is float and math.isfinite(value):
        number = int(value)
    else:
        number = int(exact(value))
    low, high = INTEGER_LIMITS[kind]
    if not low <= number <= high:
        raise ValueError(f"Value [{show(value)}] is out of range for {_article(kind)} [{low}, {high}]")
    return number


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "integer" else f"a {kind}"


def to_real(value: Any, kind: str) -> float:
    """Return a value for a double or float field; a float field keeps what a float32 can hold."""
    number = value if type(value) is float else float(exact(value))
    if kind == "float":
        try:
            number = _float32.unpack(_float32.pack(number))[0]
        except OverflowError:
            number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"[{kind}] supports only finite values, but got [{show(value)}]")
    return number


def float_text(number: Any) -> str:
    """Return a float32 as Java prints it."""
    value = float(number)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return scalar_text(float(str(np.float32(value))))


def to_feature(value: Any, name: str, positive_score_impact: bool) -> int:
    """
    Return what a rank_feature field keeps of a value: the bits of its float32 without the lowest 15.

    Examples
    --------
    >>> to_feature(1.0, "pagerank", True) << 15 == 0x3F800000
    True
    """
    number = float(np.float32(_exact_or_infinite(value)))
    if not positive_score_impact:  # the smaller, the better: kept as its reciprocal
        number = float(np.float32(1 / number)) if number else math.inf
    if not math.isfinite(number):
        raise ValueError(
            f"featureValue must be finite, got: {float_text(number)} for feature {name} on field _feature"
        )
    if number < LEAST_NORMAL:
        raise ValueError(
            f"featureValue must be a positive normal float, got: {float_text(number)} for feature {name} "
            "on field _feature which is less than the minimum positive normal float: "
            f"{float_text(LEAST_NORMAL)}"
        )
    bits: int = struct.unpack("<I", _float32.pack(number))[0]
    return bits >> 15


def _exact_or_infinite(value: Any) -> float:
    """Return a number as a double that a float32 can be made of; too large ones become infinite."""
    number = value if type(value) is float else float(exact(value))
    return math.copysign(math.inf, number) if abs(number) >= 2.0**128 else number


def to_boolean(value: Any) -> int:
    """Return 1 or 0; the empty string is false."""
    if value is True or value == "true":
        return 1
    if value is False or value == "false" or value == "":
        return 0
    raise ValueError(f"Failed to parse value [{show(value)}] as only [true] or [false] are allowed.")


def next_real(number: float, kind: str, direction: int) -> float:
    """
    Return the next larger (`direction` 1) or smaller (-1) value that a field of this type can hold.

    As in Lucene, -0.0 and 0.0 are two values, one next to the other.
    """
    towards = math.inf * direction
    if number == 0 and math.copysign(1, number) != direction:
        return -number
    if kind == "double":
        return math.nextafter(number, towards)
    if number == 0:
        return direction * 2.0**-149
    bits = _float32.unpack(_float32.pack(number))[0]
    step = struct.unpack("<i", _float32.pack(bits))[0] + (direction if bits > 0 else -direction)
    moved: float = _float32.unpack(struct.pack("<i", step))[0]
    return moved
