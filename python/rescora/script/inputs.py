"""Inputs of a program: their values, given a request's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rescora.dates.formats import date_format
from rescora.errors import RequestError, show
from rescora.reading.units import distance, duration
from rescora.reading.values import illegal
from rescora.schema.geo import check_point, read_point
from rescora.script.paths import follow

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from rescora.script.emitter import Input

_DATE = date_format("strict_date_optional_time||epoch_millis")


class VectorShape(NamedTuple):
    """What a query vector must be like to be compared with a field's."""

    dims: int
    element_type: str


def value_of(source: Input, params: Any) -> Any:
    """
    Return the value of an input.

    Raises
    ------
    RequestError
        If a parameter is not what the script takes it for: a date, a distance, a vector.
    """
    if source.kind == "literal":
        return source.value
    if source.kind == "param":
        return _PLAIN[source.type](follow(params, source.value))
    is_vector = source.kind == "vector"
    shape, (kind, value) = source.value if is_vector else (None, source.value)
    given = follow(params, value) if kind == "param" else value
    if shape is not None:
        return _vector(given, shape)
    try:
        return _DERIVED[source.kind](given)
    except RequestError:
        raise
    except ValueError as error:
        raise illegal(str(error), "") from None


# By the lane that the value stands in.
_PLAIN: dict[str, Callable[[Any], Any]] = {"String": str, "double": float, "long": int}


def _utc_date(text: str) -> int:
    """Return the milliseconds of a date in UTC; another zone's parts would be other parts."""
    if not text.endswith("Z"):
        raise ValueError(
            f"[{show(text)}] must be in UTC, with a [Z] at its end: other zones are not supported"
        )
    return _DATE.millis(text)


def _point(text: str) -> tuple[float, float]:
    lat, lon = read_point(text)
    check_point(lat, lon, "an origin")
    return lat, lon


# From a parameter's value, or a literal's.
_DERIVED: dict[str, Callable[[Any], Any]] = {
    "size": len,
    "date": _DATE.millis,
    "utc_date": _utc_date,
    "milliseconds": lambda text: duration(text, "scale or offset"),
    "metres": distance,
    "latitude": lambda text: _point(text)[0],
    "longitude": lambda text: _point(text)[1],
    "list": list,
    "map": dict,
}


def _vector(value: Any, shape: VectorShape) -> NDArray[np.float32]:
    """Return a query vector as the core compares it; bytes and bits may be given in hexadecimal."""
    made = _from_hexadecimal(value, shape) if isinstance(value, str) else _components(value)
    dims = made.size * 8 if shape.element_type == "bit" else made.size  # of bits, a byte for eight
    if dims != shape.dims:
        raise illegal(
            f"The query vector has a different number of dimensions [{dims}] than the document vectors "
            f"[{shape.dims}].",
            "",
        )
    if shape.element_type != "float" and not _are_bytes(made):
        raise illegal(
            f"element_type [{shape.element_type}] vectors only support integers between [-128, 127], not "
            f"[{show(value)}]",
            "",
        )
    return made


def _are_bytes(made: NDArray[np.float32]) -> bool:
    return bool(((made >= -128) & (made <= 127) & (np.rint(made) == made)).all())


def _components(value: Any) -> NDArray[np.float32]:
    try:
        with np.errstate(over="ignore"):
            made = np.ascontiguousarray(value, np.float32)
    except (TypeError, ValueError, OverflowError):
        raise illegal(f"a query vector must be numbers, not [{show(value)}]", "") from None
    if not np.isfinite(made).all():
        raise illegal("a query vector must have finite components", "")
    return made


def _from_hexadecimal(text: str, shape: VectorShape) -> NDArray[np.float32]:
    if shape.element_type == "float":
        raise illegal("a query vector for a field of floats must be a list, not a string", "")
    try:
        return np.frombuffer(bytes.fromhex(text), np.int8).astype(np.float32)
    except ValueError:
        raise illegal(f"a query vector [{show(text)}] is not hexadecimal", "") from None
