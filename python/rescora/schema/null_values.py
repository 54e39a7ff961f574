"""``null_value``: what a field takes in place of an explicit null, checked when it is mapped."""

from __future__ import annotations

from typing import Any

from rescora.dates.formats import date_format
from rescora.errors import MappingError, show
from rescora.reading.values import scalar_text
from rescora.schema.conversions import INTEGER_LIMITS, REALS, exact, to_boolean, to_integer, to_real
from rescora.schema.geo import check_point, read_point


def check_null_value(name: str, kind: str, attributes: dict[str, Any]) -> None:
    """
    Replace the null value of a field's attributes by what its leaf takes, or raise MappingError.

    Parameters
    ----------
    name, kind : str
        The field and its type.
    attributes : dict
        What the parameters of its mapping have set.
    """
    given = attributes.get("null_value")
    if given is None:
        attributes.pop("null_value", None)  # null says that there is none
        return
    try:
        attributes["null_value"] = _read(given, name, kind, attributes)
    except ValueError as error:
        reason = f"Error parsing [null_value] on field [{name}]: {error}"
        raise MappingError(reason, field=name, path=f"{name}.null_value") from None


def _read(given: Any, name: str, kind: str, attributes: dict[str, Any]) -> Any:
    if kind == "geo_point":
        lat, lon = read_point(given, ignore_z_value=attributes.get("ignore_z_value", True))
        if not attributes.get("ignore_malformed"):
            check_point(lat, lon, name)
        return {"lat": lat, "lon": lon}
    if not isinstance(given, str | int | float):
        raise ValueError(f"a value is wanted, not [{show(given)}]")
    if kind in INTEGER_LIMITS:
        if exact(given) % 1:
            raise ValueError(f"Value [{show(given)}] has a decimal part")
        return to_integer(given, kind)
    if kind in REALS:
        return to_real(given, kind)
    if kind == "boolean":
        if given == "":
            raise ValueError("Failed to parse value [] as only [true] or [false] are allowed.")
        return bool(to_boolean(given))
    text = scalar_text(given)
    if kind == "date":
        date_format(attributes["format"]).millis(text)
    return text
