"""Durations, distances and points as Elasticsearch writes them: ``10d``, ``2km``, ``48.8,2.3``."""

from __future__ import annotations

import re
from typing import Any

from rescora.errors import show
from rescora.request.values import illegal

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z]*)\s*")
_MILLISECONDS = {
    "nanos": 1e-6, "micros": 1e-3, "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
}  # fmt: skip
_METRES = {
    "": 1.0, "m": 1.0, "meters": 1.0, "km": 1_000.0, "kilometers": 1_000.0, "cm": 0.01, "centimeters": 0.01,
    "mm": 0.001, "millimeters": 0.001, "mi": 1_609.344, "miles": 1_609.344, "yd": 0.9144, "yards": 0.9144,
    "ft": 0.3048, "feet": 0.3048, "in": 0.0254, "inch": 0.0254, "nmi": 1_852.0, "NM": 1_852.0,
    "nauticalmiles": 1_852.0,
}  # fmt: skip


def milliseconds(text: Any) -> int:
    """
    Return a duration in milliseconds.

    Examples
    --------
    >>> milliseconds("10d"), milliseconds("1.5h"), milliseconds("0")
    (864000000, 5400000, 0)
    """
    found = _QUANTITY.fullmatch(text) if isinstance(text, str) else None
    if found is not None and (found[2] in _MILLISECONDS or (found[2] == "" and float(found[1]) == 0)):
        return int(float(found[1]) * _MILLISECONDS.get(found[2], 1))
    raise illegal(
        f"failed to parse [{show(text)}] as a time value: a number and one of d, h, m, s, ms is wanted", ""
    )


def metres(text: Any) -> float:
    """
    Return a distance in metres.

    Examples
    --------
    >>> metres("2km"), metres("5"), metres("1mi")
    (2000.0, 5.0, 1609.344)
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text)
    found = _QUANTITY.fullmatch(text) if isinstance(text, str) else None
    if found is not None and found[2] in _METRES:
        return float(found[1]) * _METRES[found[2]]
    raise illegal(
        f"failed to parse distance [{show(text)}]: a number and a unit such as km, m or mi is wanted", ""
    )


def geo_point(text: Any) -> tuple[float, float]:
    """
    Return latitude and longitude of a point that is written as text.

    Examples
    --------
    >>> geo_point("48.5, 2.25")
    (48.5, 2.25)
    """
    try:
        latitude, longitude = (float(part) for part in str(text).split(","))
    except ValueError:
        raise illegal(f"failed to parse [{show(text)}] as a geo point: [lat,lon] is wanted", "") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise illegal(f"[{show(text)}] is not on the globe: latitudes go to 90, longitudes to 180", "")
    return latitude, longitude
