"""Points on the Earth: the ways to write one, the integer it is kept as, the distances between two."""

import math
import re

STEPS = 2**32
RADIUS = 6371008.7714  # metres
BASE32 = "0123456789bcdefghjkmnpqrstuvwxyz"


def points(value: object) -> list[tuple[float, float]]:
    """List the (latitude, longitude) of a document's value: one point, or an array of them."""
    if isinstance(value, list | tuple) and not (value and isinstance(value[0], int | float)):
        return [point(one) for one in value if one is not None]
    return [] if value is None else [point(value)]


def point(value: object) -> tuple[float, float]:
    if isinstance(value, dict):
        if "geohash" in value:
            return geohash(value["geohash"])
        if "coordinates" in value:
            return point(value["coordinates"])
        return float(value["lat"]), float(value["lon"])
    if isinstance(value, list | tuple):
        return float(value[1]), float(value[0])
    if "point" in value.lower():
        lon, lat = re.findall(r"[-+.\deE]+", value[value.index("(") :])[:2]
        return float(lat), float(lon)
    if "," in value:
        lat, lon = value.split(",")[:2]
        return float(lat), float(lon)
    return geohash(value)


def geohash(text: str) -> tuple[float, float]:
    """Halve longitude and latitude in turns; the answer is the cell's south-western corner."""
    sides = [[-180.0, 180.0], [-90.0, 90.0]]
    turn = 0
    for letter in text[:12]:
        for bit in f"{BASE32.index(letter):05b}":
            low, high = sides[turn]
            middle = (low + high) / 2
            sides[turn] = [middle, high] if bit == "1" else [low, middle]
            turn = 1 - turn
    return sides[1][0], sides[0][0]


def encode(lat: float, lon: float) -> int:
    """Return the signed 64-bit integer: latitude above, longitude without its sign below."""
    lat = math.nextafter(90, 0) if lat == 90 else lat
    lon = math.nextafter(180, 0) if lon == 180 else lon
    y, x = math.floor(lat / (180 / STEPS)), math.floor(lon / (360 / STEPS))
    return y * STEPS + x % STEPS


def decode(encoded: int) -> tuple[float, float]:
    y, x = divmod(encoded, STEPS)
    return y * (180 / STEPS), (x - STEPS if x >= STEPS // 2 else x) * (360 / STEPS)


def arc_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return metres along a great circle, by the haversine formula."""
    lat1, lon1, lat2, lon2 = map(math.radians, (lat1, lon1, lat2, lon2))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(half)))


def plane_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return metres on a plane that touches between the points."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return math.hypot(x, math.radians(lat2 - lat1)) * RADIUS
