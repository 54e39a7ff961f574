"""Points: kept as two numbers of 32 bits, and asked how far they are from another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rescora.core import _core
from rescora.reading.values import boolean
from rescora.schema.field import Field, FieldType, Seen, leaf_of, refused
from rescora.schema.geo import check_point, is_number, normalized, read_point
from rescora.schema.parameters import LENIENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescora.reading.values import Table
    from rescora.schema.sink import Action, Leaf, Learner, Sink


class PointField(Field, frozen=True, eq=False):
    """
    A geo_point field.

    Attributes
    ----------
    ignore_z_value : bool
        Whether a point may have a height, which is passed over.
    """

    ignore_z_value: bool = True


class GeoPoint(FieldType):
    """``geo_point``."""

    name = "geo_point"
    field_class = PointField
    parameters: ClassVar[Table] = {"ignore_z_value": ("ignore_z_value", boolean), **LENIENT}
    multi_fields = False
    keeps_numbers = True
    distances = "point"
    seen = Seen("GeoPoint", "integer", "long")

    def null_value(self, given: Any, name: str, attributes: Mapping[str, Any]) -> Any:
        lat, lon = read_point(given, ignore_z_value=attributes.get("ignore_z_value", True))
        if not attributes.get("ignore_malformed"):
            check_point(lat, lon, name)
        return {"lat": lat, "lon": lon}

    def leaf(self, field: PointField) -> Leaf:
        def put(value: Any, sink: Sink) -> None:
            given = field.null_value if value is None else value
            if given is None:
                return
            try:
                lat, lon = read_point(given, ignore_z_value=field.ignore_z_value)
                if field.ignore_malformed:
                    lat, lon = normalized(lat, lon)
                check_point(lat, lon, field.name)
            except ValueError as error:
                raise refused(field, value, str(error)) from None
            sink.integer(field.number, _core.encode_geo(lat, lon))

        return put

    def action(self, field: PointField, learn: Learner) -> Action | None:
        put_strictly, put_point = self.leaf(field), leaf_of(field)

        def put(value: Any, sink: Sink) -> None:
            tolist = getattr(value, "tolist", None)
            if callable(tolist):
                value = tolist()
            if not isinstance(value, list | tuple):
                put_point(value, sink)
            elif value and is_number(value[0]):
                put_strictly(value, sink)  # Elasticsearch forgives no mistake in a bare pair of numbers
            else:
                for item in value:
                    put_point(item, sink)

        return put

    def not_searched(self, field: Field) -> str:
        return (
            "Geometry fields do not support exact searching, use dedicated geometry queries instead: "
            f"[{field.name}]"
        )


GEO_POINT = GeoPoint()
