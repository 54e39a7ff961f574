"""Durations and distances as Elasticsearch writes them: ``10d``, ``2km``."""

from __future__ import annotations

import re

from rescora.errors import show
from rescora.reading.values import parse_number

LONG_MAX = 2**63 - 1
# Longer suffixes first: "ms" ends with "s". As in Elasticsearch, only minutes heed case: "M" would be months.
_DURATIONS = (
    ("nanos", 1, 1_000_000),
    ("micros", 1, 1_000),
    ("ms", 1, 1),
    ("s", 1_000, 1),
    ("m", 60_000, 1),
    ("h", 3_600_000, 1),
    ("d", 86_400_000, 1),
)
# In the order in which Elasticsearch tries them.
_DISTANCES = (
    (("in", "inch"), 0.0254),
    (("yd", "yards"), 0.9144),
    (("ft", "feet"), 0.3048),
    (("km", "kilometers"), 1_000.0),
    (("NM", "nmi", "nauticalmiles"), 1_852.0),
    (("mm", "millimeters"), 0.001),
    (("cm", "centimeters"), 0.01),
    (("mi", "miles"), 1_609.344),
    (("m", "meters"), 1.0),
)


def duration(text: str, setting: str) -> int:
    """
    Return the milliseconds of a duration, cut to whole ones; `setting` is what messages call it.

    Raises
    ------
    ValueError
        If it has no unit, or is not a whole number of them.

    Examples
    --------
    >>> duration("10d", "scale"), duration("90s", "scale"), duration("0", "scale")
    (864000000, 90000, 0)
    """
    return _duration(text, setting, 1)


def nanoseconds(text: str, setting: str) -> int:
    """
    Return the nanoseconds of a duration.

    Examples
    --------
    >>> nanoseconds("50ms", "timeout"), nanoseconds("3micros", "timeout"), nanoseconds("-1", "timeout")
    (50000000, 3000, -1000000)
    """
    return _duration(text, setting, 1_000_000)


def _duration(text: str, setting: str, per_milli: int) -> int:
    """Return a duration in units of which `per_milli` are a millisecond."""
    lowered = text.lower().strip()
    for suffix, factor, divisor in _DURATIONS:
        if text.endswith(suffix) if suffix == "m" else lowered.endswith(suffix):
            count = _count(text, lowered.removesuffix(suffix).strip(), setting)
            units = abs(count) * factor * per_milli // divisor
            return min(units, LONG_MAX) if count >= 0 else -units
    if re.fullmatch(r"-0*1", lowered):
        return -per_milli
    if re.fullmatch(r"0+", lowered):
        return 0
    raise ValueError(
        f"failed to parse setting [{setting}] with value [{show(text)}] as a time value: "
        "unit is missing or unrecognized"
    )


def _count(text: str, digits: str, setting: str) -> int:
    if re.fullmatch(r"[+-]?\d{1,19}", digits, re.ASCII):
        count = int(digits)
        if count < -1:
            raise ValueError(
                f"failed to parse setting [{setting}] with value [{show(text)}] as a time value: "
                "negative durations are not supported"
            )
        if count <= LONG_MAX:
            return count
    try:
        parse_number(digits)
    except ValueError:
        raise ValueError(f"failed to parse [{show(text)}]") from None
    raise ValueError(f"failed to parse [{show(text)}], fractional time values are not supported")


def distance(text: str) -> float:
    """
    Return the metres of a distance; without a unit it is in metres.

    Raises
    ------
    ValueError
        If there is no number before the unit.

    Examples
    --------
    >>> distance("2km"), distance("1mi"), distance("5")
    (2000.0, 1609.344, 5.0)
    """
    for suffixes, metres in _DISTANCES:
        for suffix in suffixes:
            if text.endswith(suffix):
                return parse_number(text.removesuffix(suffix)) * metres
    return parse_number(text)
