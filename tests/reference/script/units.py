"""How distances and lengths of time are written."""

import re

from .errors import illegal_argument

METRES = {
    "mm": 0.001,
    "cm": 0.01,
    "m": 1.0,
    "meters": 1.0,
    "km": 1000.0,
    "kilometers": 1000.0,
    "in": 0.0254,
    "inch": 0.0254,
    "ft": 0.3048,
    "feet": 0.3048,
    "yd": 0.9144,
    "yards": 0.9144,
    "mi": 1609.344,
    "miles": 1609.344,
    "nmi": 1852.0,
    "NM": 1852.0,
    "nauticalmiles": 1852.0,
}


def metres(text: str) -> float:
    """Read a distance, in metres where no unit stands."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)\s*", text)
    if not match or (match[2] or "m") not in METRES:
        raise illegal_argument(f"failed to parse the distance [{text}]")
    return float(match[1]) * METRES[match[2] or "m"]


DURATIONS = {"nanos": 1e-6, "micros": 1e-3, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def duration(text: str) -> int:
    """Read a length of time as milliseconds."""
    plain = text.strip().lower()
    if plain in ("0", "-1"):
        return int(plain)
    for unit, length in DURATIONS.items():  # the longest names first
        number = plain.removesuffix(unit)
        if number != plain and number.strip().replace(".", "", 1).isdigit():
            return int(float(number) * length) if "." in number else int(int(number) * length)
    msg = f"failed to parse setting [{text}] as a time value"
    raise illegal_argument(msg)
