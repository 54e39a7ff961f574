"""Queries whose score is made of one value: rank_feature, distance_feature."""

from __future__ import annotations

from typing import Any

from rescora.errors import did_you_mean, show
from rescora.reading.values import Reader, Table, illegal, kind, options, parsing, real32, scalar, string
from rescora.request.nodes import DistanceFeature, Query, RankFeature
from rescora.request.queries.registry import COMMON, query_parser


def _unknown(name: str) -> Any:
    return lambda key: f"[{name}] unknown field [{key}]"


def _function(name: str, table: Table, required: tuple[str, ...]) -> Reader:
    def read(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise parsing(f"[{name}] an object is wanted, not {kind(value)} [{show(value)}]", path)
        found = options(value, table, path, _unknown(name))
        for key in required:
            if table[key][0] not in found:
                raise illegal(f"Required [{key}]: [{name}] wants it", path)
        return {"function": name, **found}

    return read


def _above_zero(what: str) -> Reader:
    def read(value: Any, path: str) -> float:
        number = real32(value, path)
        if not number > 0:
            raise illegal(f"{what} must be > 0, got: {number!r}", path)
        return number

    return read


def _scaling_factor(value: Any, path: str) -> float:
    number = real32(value, path)
    if number < 1:
        raise illegal(f"scalingFactor must be >= 1, got: {number!r}", path)
    return number


_FUNCTIONS: dict[str, Reader] = {
    "saturation": _function("saturation", {"pivot": ("scale", _above_zero("pivot"))}, ()),
    "log": _function("log", {"scaling_factor": ("scale", _scaling_factor)}, ("scaling_factor",)),
    "sigmoid": _function(
        "sigmoid",
        {"pivot": ("scale", _above_zero("pivot")), "exponent": ("exponent", _above_zero("exp"))},
        ("pivot", "exponent"),
    ),
    "linear": _function("linear", {}, ()),
}
_RANK_FEATURE: Table = {
    "field": ("field", string),
    **{name: (name, read) for name, read in _FUNCTIONS.items()},
    **COMMON,
}


@query_parser("rank_feature")
def rank_feature(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``rank_feature``: a field and at most one function, saturation if there is none."""
    found = options(body, _RANK_FEATURE, path, _unknown("rank_feature"))
    if "field" not in found:
        raise illegal("Required [field]: [rank_feature] wants the name of a field", path)
    functions = [found.pop(name) for name in _FUNCTIONS if name in found]
    if len(functions) > 1:
        raise illegal("Can only specify one of [log], [saturation], [sigmoid] and [linear]", path)
    return RankFeature(path=path, **found, **(functions[0] if functions else {}))


def _origin(value: Any, path: str) -> Any:
    if isinstance(value, dict | list | tuple):
        return value
    if value is None or isinstance(value, bool):
        raise parsing(
            "Illegal type while parsing [origin]! Must be [number] or [string] for date and date_nanos "
            "fields; or [string], [array], [object] for geo_point fields!",
            path,
        )
    return scalar(value, path)


_DISTANCE_FEATURE: Table = {
    "field": ("field", string),
    "origin": ("origin", _origin),
    "pivot": ("pivot", string),
    **COMMON,
}


@query_parser("distance_feature")
def distance_feature(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``distance_feature``."""
    found = options(body, _DISTANCE_FEATURE, path, _unknown("distance_feature"))
    for key in ("field", "origin", "pivot"):
        if key not in found:
            hint = did_you_mean(key, body)
            raise illegal(f"Required [{key}]: [distance_feature] wants it{hint}", path)
    return DistanceFeature(path=path, **found)
