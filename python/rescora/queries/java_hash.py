"""Java's hashCode of strings and longs."""

from __future__ import annotations


def java_hash(text: str) -> int:
    """
    Return Java's hashCode of a string, a signed 32-bit integer.

    Examples
    --------
    >>> java_hash("index"), java_hash("a seed")
    (100346066, -1484860720)
    """
    total = 0
    units = text.encode("utf-16-le", "surrogatepass")
    for i in range(0, len(units), 2):
        total = (31 * total + units[i] + (units[i + 1] << 8)) & 0xFFFFFFFF
    return _signed(total)


def _signed(bits: int) -> int:
    return bits - 2**32 if bits >= 2**31 else bits


def long_hash(number: int) -> int:
    """Return Java's hashCode of a long: both halves of its 64 bits, one upon the other."""
    bits = number & 0xFFFFFFFFFFFFFFFF
    return _signed((bits ^ bits >> 32) & 0xFFFFFFFF)
