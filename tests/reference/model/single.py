"""The float32 nearest to a decimal number, rounded once; ``np.float32("…")`` rounds to float64 before."""

from decimal import Decimal
from fractions import Fraction

import numpy as np


def single(number: str | float | Decimal) -> np.float32:
    """
    Return what C's ``strtof`` and Java's ``Float.parseFloat`` return, ties going to the even one.

    >>> [f"{number.view(np.uint32):x}" for number in (single("7.038531e-26"), np.float32(7.038531e-26))]
    ['15ae43fd', '15ae43fe']
    """
    with np.errstate(over="ignore"):
        near = np.float32(float(number))
    if not np.isfinite(near):
        return near
    exact = Fraction(Decimal(number) if isinstance(number, str) else number)
    around = [near, np.nextafter(near, np.float32(-np.inf)), np.nextafter(near, np.float32(np.inf))]

    def distance(candidate: np.float32) -> tuple[Fraction, int]:
        return abs(Fraction(float(candidate)) - exact), int(candidate.view(np.uint32)) & 1

    return min(filter(np.isfinite, around), key=distance)
