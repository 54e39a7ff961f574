"""Points: every way to write one, and the limits of the sphere."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from rescora.errors import show
from rescora.reading.values import parse_number, scalar_text

Point = tuple[float, float]  # latitude, longitude

_BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"
_HASH_LENGTH = 12  # what stands behind is below the resolution of a point
_WKT = re.compile(
    r"\s*point\s*(?:z\s*)?\(\s*(?P<lon>[^\s()]+)\s+(?P<lat>[^\s()]+)(?:\s+(?P<z>[^\s()]+))?\s*\)\s*",
    re.IGNORECASE | re.ASCII,
)
_KEYS = ("lat", "lon", "z", "type", "coordinates", "geohash")


def normalized(lat: float, lon: float) -> Point:
    """
    Return a point beyond the limits of a sphere as the place where one comes out that walks on.

    Examples
    --------
    >>> normalized(91.0, 10.0), normalized(10.0, 190.0), normalized(-10.0, -180.0)
    ((89.0, -170.0), (10.0, -170.0), (-10.0, -180.0))
    """
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise ValueError("cannot normalize the point - not a number")
    over_pole = not -90 <= lat <= 90
    if over_pole:
        lat = _around(lat)
        shifted = not -90 <= lat <= 90
        if shifted:
            lat = -180 - lat if lat < 0 else 180 - lat
            lon += 180
    if over_pole or not -180 <= lon <= 180:
        lon = _around(lon)
    return lat, lon


def _around(degrees: float) -> float:
    """Return degrees in (-180, 180], with the sign of Java's remainder."""
    rest = math.fmod(degrees, 360)
    if rest <= 0:
        rest += 360
    return rest - 360 if rest > 180 else rest


def check_point(lat: float, lon: float, name: str) -> None:
    """Raise ValueError unless there is such a point."""
    if not -90 <= lat <= 90:
        raise ValueError(f"illegal latitude value [{_shown(lat)}] for {name}")
    if not -180 <= lon <= 180:
        raise ValueError(f"illegal longitude value [{_shown(lon)}] for {name}")


def _shown(degrees: float) -> str:
    return scalar_text(degrees) if math.isfinite(degrees) else str(degrees)


def read_point(value: Any, *, ignore_z_value: bool = True) -> Point:
    """
    Return the latitude and longitude of a point in any of Elasticsearch's notations.

    Parameters
    ----------
    value : dict, list or str
        ``{"lat": 41.1, "lon": -71.3}``, ``{"type": "Point", "coordinates": [-71.3, 41.1]}``,
        ``{"geohash": "drm3"}``, ``[-71.3, 41.1]``, ``"41.1,-71.3"``, ``"POINT (-71.3 41.1)"`` or a geohash.
    ignore_z_value : bool
        Whether a third coordinate is passed over; else it is an error.

    Raises
    ------
    ValueError
        If it is none of them. The limits of a sphere are not looked at: see `check_point`.

    Examples
    --------
    >>> read_point("41.5,-71.25"), read_point([-71.25, 41.5]), read_point("POINT (-71.25 41.5)")
    ((41.5, -71.25), (41.5, -71.25), (41.5, -71.25))
    """
    if isinstance(value, str):
        return _from_text(value, ignore_z_value)
    if isinstance(value, Mapping):
        return _from_object(value, ignore_z_value)
    if isinstance(value, list | tuple):
        return _from_array(value, ignore_z_value)
    raise ValueError("geo_point expected")


def is_number(value: Any) -> bool:
    """Tell whether a value is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _from_array(value: Any, ignore_z_value: bool) -> Point:
    if not all(map(is_number, value)):
        raise ValueError("numeric value expected")
    if len(value) > 3:
        raise ValueError("[geo_point] field type does not accept more than 3 values")
    if len(value) < 2:
        raise ValueError(f"[geo_point] needs a longitude and a latitude, not [{show(value)}]")
    lon, lat, *height = (_number(item, "coordinate") for item in value)
    _check_height(height, ignore_z_value)
    return lat, lon


def _from_object(value: Mapping[Any, Any], ignore_z_value: bool) -> Point:
    for key in value:
        if key not in _KEYS:
            raise ValueError(f"field [{show(key)}] not supported - must be one of: {', '.join(_KEYS)}")
    ways = [
        name
        for name, keys in (
            ("lat/lon", ("lat", "lon", "z")),
            ("geohash", ("geohash",)),
            ("type", ("type", "coordinates")),
        )
        if not value.keys().isdisjoint(keys)
    ]
    if len(ways) != 1:
        raise ValueError("field must be either lat/lon, geohash string or type/coordinates")
    if ways == ["geohash"]:
        if not isinstance(value["geohash"], str):
            raise ValueError("[geohash] must be a string")
        return from_geohash(value["geohash"])
    if ways == ["type"]:
        return _from_geojson(value, ignore_z_value)
    lat, lon = (_coordinate(value, name) for name in ("lat", "lon"))
    if "z" in value:
        _check_height([_coordinate(value, "z")], ignore_z_value)
    return lat, lon


def _coordinate(value: Mapping[Any, Any], name: str) -> float:
    if value.get(name) is None:
        raise ValueError(f"Required [{name}]")
    return _number(value[name], f"[{name}]")


def _from_geojson(value: Mapping[Any, Any], ignore_z_value: bool) -> Point:
    for key in ("type", "coordinates"):
        if key not in value:
            raise ValueError(f"Required [{key}]")
    if not isinstance(value["type"], str) or value["type"].lower() != "point":
        raise ValueError(f"[type] for geo_point can only be 'Point', not [{show(value['type'])}]")
    if not isinstance(value["coordinates"], list | tuple):
        raise ValueError("[coordinates] must be an array")
    return _from_array(value["coordinates"], ignore_z_value)


def _from_text(text: str, ignore_z_value: bool) -> Point:
    if "point" in text.lower():
        return _from_wkt(text, ignore_z_value)
    if "," not in text:
        return from_geohash(text)
    parts = text.split(",")
    if len(parts) > 3:
        raise ValueError(
            f"failed to parse [{show(text)}], expected 2 or 3 coordinates but found: [{len(parts)}]"
        )
    lat, lon = _number(parts[0], "latitude"), _number(parts[1], "longitude")
    _check_height([_number(part, "z") for part in parts[2:]], ignore_z_value)
    return lat, lon


def _from_wkt(text: str, ignore_z_value: bool) -> Point:
    found = _WKT.fullmatch(text)
    if found is None:
        raise ValueError(f"Invalid WKT format: [{show(text)}]")
    _check_height([_number(found["z"], "z")] if found["z"] else [], ignore_z_value)
    return _number(found["lat"], "latitude"), _number(found["lon"], "longitude")


def _number(value: Any, name: str) -> float:
    try:
        if is_number(value):
            return float(value)
        if isinstance(value, str):
            return parse_number(value)
    except (OverflowError, ValueError):
        pass
    raise ValueError(f"{name} must be a number, not [{show(value)}]")


def _check_height(heights: list[float], ignore_z_value: bool) -> None:
    if heights and not ignore_z_value:
        raise ValueError(
            f"Exception parsing coordinates: found Z value [{_shown(heights[0])}] "
            "but [ignore_z_value] parameter is [false]"
        )


def from_geohash(text: str) -> Point:
    """
    Return the south-western corner of a geohash's cell.

    Examples
    --------
    >>> from_geohash("s"), from_geohash("7")
    ((0.0, 0.0), (-45.0, -45.0))
    """
    if not text:
        raise ValueError("empty geohash")
    bits = 0
    for place in range(_HASH_LENGTH):
        digit = _BASE32.find(text[place]) if place < len(text) else 0
        if digit < 0:
            raise ValueError(f"unsupported symbol [{text[place]}] in geohash [{show(text)}]")
        bits = bits << 5 | digit
    steps = [0, 0]  # of longitude and latitude: their bits take turns, the highest first
    for at in range(5 * _HASH_LENGTH):
        steps[at % 2] = steps[at % 2] << 1 | bits >> (5 * _HASH_LENGTH - 1 - at) & 1
    half_circle = 2**30  # 30 bits for 180 degrees of latitude, or for 360 of longitude
    return steps[1] / (half_circle / 180) - 90, steps[0] / (half_circle / 360) - 180
