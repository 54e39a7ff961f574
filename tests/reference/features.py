"""rank_feature and distance_feature: a score made of one value of a document."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import geo
from .dates import limits
from .index import Shard
from .mapping import Mapping, as_text
from .queries import MatchNone
from .script.mathematics import FUNCTIONS, power
from .script.units import duration, metres

ONE = np.float32(1)
LONG_MAX = 2**63 - 1
log = FUNCTIONS["log"][2]


@dataclass(frozen=True)
class RankFeature:
    """A function of a rank_feature field's value; a saturation's pivot may be left to the shard."""

    field: str
    function: str
    scale: np.float32 | None
    exponent: np.float32


@dataclass(frozen=True)
class DistanceFeature:
    """pivot / (pivot + distance) from an origin: milliseconds, or a latitude and a longitude."""

    field: str
    origin: object
    pivot: float


def parse_rank_feature(body: dict, mapping: Mapping):
    if body["field"] not in mapping.fields:
        return MatchNone()
    name = next((name for name in ("saturation", "log", "sigmoid", "linear") if name in body), "saturation")
    options = body.get(name, {})
    scale = options.get("pivot", options.get("scaling_factor"))
    scale = None if scale is None else np.float32(scale)
    return RankFeature(body["field"], name, scale, np.float32(options.get("exponent", 1)))


def parse_distance_feature(body: dict, mapping: Mapping):
    """A date that is not whole is filled up to its end."""
    kind = mapping.fields.get(body["field"])
    if kind is None:
        return MatchNone()
    if kind.type == "date":
        return DistanceFeature(kind.name, limits(as_text(body["origin"]))[1], float(duration(body["pivot"])))
    return DistanceFeature(kind.name, geo.point(body["origin"]), metres(body["pivot"]))


def decoded(code: int) -> np.float32:
    """Return the float32 of which a document keeps all but the lowest 15 bits."""
    return np.uint32(code << 15).view(np.float32)


def mean_value(shard: Shard, field: str) -> np.float32:
    codes = [code for codes in shard.field(field).numbers.values() for code in codes]
    return decoded(int(np.float32(sum(codes) / len(codes)))) if codes else ONE


def rewrite_rank_feature(query: RankFeature, shard: Shard):
    if query.function != "saturation" or query.scale is not None:
        return query
    return RankFeature(query.field, query.function, mean_value(shard, query.field), query.exponent)


def feature_score(query: RankFeature, value: np.float32, boost: np.float32) -> np.float32:
    """All in float32, but for logarithm and powers."""
    if query.function == "saturation":
        return boost * (ONE - query.scale / (value + query.scale))
    if query.function == "log":
        return np.float32(float(boost) * log(float(query.scale + value)))
    if query.function == "linear":
        return boost * value
    exponent = float(query.exponent)
    pivot = power(float(query.scale), exponent)
    return np.float32(float(boost) * (1 - pivot / (power(float(value), exponent) + pivot)))


def rank_feature_scorer(query: RankFeature, shard: Shard, boost: np.float32) -> Callable:
    def score(document: int) -> np.float32 | None:
        codes = shard.field(query.field).numbers.get(document)
        return feature_score(query, decoded(codes[0]), boost) if codes else None

    return score


def distance(origin, value: int) -> float:
    if isinstance(origin, tuple):
        return geo.arc_distance(*origin, *geo.decode(value))
    return float(min(abs(value - origin), LONG_MAX))


def distance_feature_scorer(query: DistanceFeature, shard: Shard, boost: np.float32) -> Callable:
    def score(document: int) -> np.float32 | None:
        values = shard.field(query.field).numbers.get(document)
        if not values:
            return None
        nearest = min(distance(query.origin, value) for value in values)
        return np.float32(float(boost) * (query.pivot / (query.pivot + nearest)))

    return score
