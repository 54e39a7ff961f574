"""Queries whose score is made of one value: rank_feature, distance_feature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.compile.function_score import failed
from rescora.dates.formats import date_format
from rescora.errors import RequestError
from rescora.reading.units import distance, duration
from rescora.reading.values import illegal, scalar_text
from rescora.request import nodes
from rescora.schema.geo import check_point, read_point

if TYPE_CHECKING:
    from rescora.compile.compiler import Compiler
    from rescora.schema.field import Field


@compiles(nodes.RankFeature)
def rank_feature(compiler: Compiler, query: nodes.RankFeature) -> Any:
    """Compile ``rank_feature``."""
    compiler.count(1, query.path)
    field = compiler.mappings.field(query.field)
    if field is None:
        return compiler.make("match_none")
    if field.type != "rank_feature":
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


@compiles(nodes.DistanceFeature)
def distance_feature(compiler: Compiler, query: nodes.DistanceFeature) -> Any:
    """Compile ``distance_feature`` of a date or a point."""
    compiler.count(1, query.path)
    field = compiler.mappings.field(query.field)
    if field is None:
        return compiler.make("match_none")
    try:
        if field.type == "date":
            return _date_distance(compiler, field, query)
        if field.type == "geo_point":
            return _point_distance(compiler, field, query)
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


def _date_distance(compiler: Compiler, field: Field, query: nodes.DistanceFeature) -> Any:
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


def _point_distance(compiler: Compiler, field: Field, query: nodes.DistanceFeature) -> Any:
    point = read_point(query.origin)
    check_point(*point, field.name)
    pivot = distance(query.pivot)
    _demand_pivot(pivot, scalar_text(pivot), query.path)
    return compiler.make("distance_feature", field.number, point, pivot)
