"""Queries whose score is made of one value: rank_feature, distance_feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.dates.formats import date_format
from rescora.errors import RequestError, did_you_mean, show
from rescora.queries.compiler import compiles
from rescora.queries.functions import failed
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, query_parser
from rescora.reading.units import distance, duration
from rescora.reading.values import (
    Reader,
    Table,
    illegal,
    kind,
    options,
    parsing,
    real32,
    scalar,
    scalar_text,
    string,
)
from rescora.schema.geo import check_point, read_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field
    from rescora.schema.types.dates import DateField


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


class RankFeature(Query, frozen=True, kw_only=True):
    """The value of a rank_feature field, as a function makes it; `scale` is a pivot or a scaling factor."""

    field: str
    function: str = "saturation"
    scale: float | None = None
    exponent: float = 1.0


@query_parser("rank_feature")
def read_rank_feature(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``rank_feature``: a field and at most one function, saturation if there is none."""
    found = options(body, _RANK_FEATURE, path, _unknown("rank_feature"))
    if "field" not in found:
        raise illegal("Required [field]: [rank_feature] wants the name of a field", path)
    functions = [found.pop(name) for name in _FUNCTIONS if name in found]
    if len(functions) > 1:
        raise illegal("Can only specify one of [log], [saturation], [sigmoid] and [linear]", path)
    return RankFeature(path=path, **found, **(functions[0] if functions else {}))


@compiles(RankFeature)
def compile_rank_feature(compiler: Compiler, query: RankFeature) -> Any:
    """Compile ``rank_feature``."""
    compiler.count(1, query.path)
    field: Any = compiler.schema.field(query.field)
    if field is None:
        return compiler.make("match_none")
    if not field.kind.is_feature:
        reason = (
            "[rank_feature] query only works on [rank_feature] fields and features of [rank_features] "
            f"fields, not [{field.type}]"
        )
        raise failed(illegal(reason, query.path))
    if query.function == "log" and not field.positive_score_impact:
        reason = (
            "Cannot use the [log] function with a field that has a negative score impact as it would trigger "
            "negative scores"
        )
        raise failed(illegal(reason, query.path))
    return compiler.make("rank_feature", field.number, query.function, query.scale, query.exponent)


class DistanceFeature(Query, frozen=True, kw_only=True):
    """How near a date or a point is to an origin."""

    field: str
    origin: Any
    pivot: str


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
def read_distance_feature(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``distance_feature``."""
    found = options(body, _DISTANCE_FEATURE, path, _unknown("distance_feature"))
    for key in ("field", "origin", "pivot"):
        if key not in found:
            hint = did_you_mean(key, body)
            raise illegal(f"Required [{key}]: [distance_feature] wants it{hint}", path)
    return DistanceFeature(path=path, **found)


@compiles(DistanceFeature)
def compile_distance_feature(compiler: Compiler, query: DistanceFeature) -> Any:
    """Compile ``distance_feature`` of a date or a point."""
    compiler.count(1, query.path)
    field = compiler.schema.field(query.field)
    if field is None:
        return compiler.make("match_none")
    try:
        distance_from = _DISTANCES.get(field.kind.distances)
        if distance_from is not None:
            return distance_from(compiler, field, query)
    except RequestError as error:
        raise failed(error) from None
    except ValueError as error:
        raise failed(illegal(str(error), query.path)) from None
    reason = (
        f"Illegal data type of [{field.type}]!"
        f"[distance_feature] query can only be run on a date, date_nanos or geo_point field type!"
    )
    raise failed(illegal(reason, query.path))


def _demand_pivot(pivot: float, text: str, path: str) -> None:
    if not pivot > 0:
        raise illegal(f"pivotDistance must be > 0, got {text}", f"{path}.pivot")


def _date_distance(compiler: Compiler, field: DateField, query: DistanceFeature) -> Any:
    if isinstance(query.origin, dict | list | tuple):
        raise illegal("a date is wanted as [origin], not an object or an array", f"{query.path}.origin")
    # a number is milliseconds; of a text, what is missing is filled up
    origin = int(query.origin) if not isinstance(query.origin, str) else None
    if origin is None:
        text = scalar_text(query.origin, query.path)
        origin = date_format(field.format).math(text, compiler.now, up=True)
    pivot = duration(query.pivot, "distance_feature.pivot")
    _demand_pivot(pivot, str(pivot), query.path)
    return compiler.make("distance_feature", field.number, origin, pivot)


def _point_distance(compiler: Compiler, field: Field, query: DistanceFeature) -> Any:
    point = read_point(query.origin)
    check_point(*point, field.name)
    pivot = distance(query.pivot)
    _demand_pivot(pivot, scalar_text(pivot), query.path)
    return compiler.make("distance_feature", field.number, point, pivot)


_DISTANCES: dict[str, Callable[[Compiler, Any, DistanceFeature], Any]] = {
    "date": _date_distance,
    "point": _point_distance,
}
