"""Decay functions of function_score: gauss, exp, linear, of numbers, dates and points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.core import _core
from rescora.dates.formats import date_format
from rescora.errors import RequestError, did_you_mean, show
from rescora.queries.functions import Function, compiles_function, failed, function_parser
from rescora.reading.units import distance, duration
from rescora.reading.values import Table, illegal, parsing, real, scalar, scalar_text, string
from rescora.schema.geo import read_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field
    from rescora.schema.types.dates import DateField


class Decay(Function, frozen=True, kw_only=True):
    """Less, the farther a value is from the origin; the field decides what origin, scale and offset mean."""

    shape: str
    field: str
    origin: Any = None
    scale: str | int | float | bool | None = None
    offset: str | int | float | bool | None = None
    decay: float = 0.5
    multi_value_mode: str = "min"


_MULTI_VALUE_MODES = ("min", "max", "avg", "sum", "median")


def _multi_value_mode(value: Any, path: str) -> str:
    mode = string(value, path)
    if mode.lower() not in _MULTI_VALUE_MODES:
        hint = did_you_mean(mode.lower(), _MULTI_VALUE_MODES)
        raise illegal(f"Illegal sort mode: {show(mode)}{hint}", path)
    return mode.lower()


def _origin(value: Any, path: str) -> Any:
    """Keep an origin as it is: the field decides whether it is a number, a date or a point."""
    return value if isinstance(value, dict | list | tuple) else scalar(value, path)


_DECAY: Table = {
    "origin": ("origin", _origin),
    "scale": ("scale", scalar),
    "offset": ("offset", scalar),
    "decay": ("decay", real),
}


@function_parser("gauss", "exp", "linear")
def read_decay(shape: str, body: dict[Any, Any], path: str) -> Function:
    """Read a decay function: one field with its options, and perhaps ``multi_value_mode``."""
    found: dict[str, Any] = {}
    for key, value in body.items():
        place = f"{path}.{show(key)}"
        if isinstance(value, dict) and "field" not in found:
            found |= {"field": string(key, path), **_decay_options(value, place)}
        elif key == "multi_value_mode":
            found["multi_value_mode"] = _multi_value_mode(value, place)
        else:
            raise parsing("malformed score function score parameters.", place)
    if "field" not in found:
        raise parsing("malformed score function score parameters.", path)
    return Decay(shape=shape, **found)


def _decay_options(body: dict[Any, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {"path": path}
    for key, value in body.items():
        if key not in _DECAY:
            hint = did_you_mean(key, _DECAY)
            reason = f"parameter [{show(key)}] not supported!{hint}"
            raise RequestError(reason, path=f"{path}.{show(key)}", type="parse_exception")
        attribute, read = _DECAY[key]
        if value is not None:
            found[attribute] = read(value, f"{path}.{key}")
    return found


@compiles_function(Decay)
def compile_compile_decay(compiler: Compiler, function: Decay) -> _core.Function:
    """Compile ``gauss``, ``exp`` or ``linear``."""
    field = compiler.schema.field(function.field)
    if field is None:
        raise RequestError(f"unknown field [{function.field}]", path=function.path, shard_level=True)
    read = _VARIABLES.get(field.kind.distances)
    if read is None:
        raise RequestError(
            f"field [{field.name}] is of type [{field.type}], but only numeric types are supported.",
            path=function.path,
            shard_level=True,
        )
    try:
        origin, scale, offset = read(compiler, field, function)
        _check(function, scale, offset)
    except RequestError as error:
        raise failed(error) from None
    except ValueError as error:
        raise failed(illegal(str(error), function.path)) from None
    return _core.function(
        "decay",
        field.number,
        function.shape,
        origin,
        scale,
        offset,
        function.decay,
        function.multi_value_mode,
    )


def _check(function: Decay, scale: float, offset: float) -> None:
    if not scale > 0:
        raise illegal("function_score : scale must be > 0.0.", f"{function.path}.scale")
    if not 0 < function.decay < 1:
        raise illegal("function_score : decay must be in the range [0..1].", f"{function.path}.decay")
    if not offset >= 0:
        raise illegal("function_score : offset must be > 0.0", f"{function.path}.offset")


def _demand(function: Decay, wanted: tuple[str, ...], reason: str) -> None:
    if any(getattr(function, name) is None for name in wanted):
        raise RequestError(reason, path=function.path, type="parse_exception")


Variable = tuple[Any, float, float]  # origin, scale, offset


def _number(_compiler: Compiler, _field: Field, function: Decay) -> Variable:
    _demand(function, ("scale", "origin"), "both [scale] and [origin] must be set for numeric fields.")
    offset = 0 if function.offset is None else function.offset
    return (
        real(function.origin, f"{function.path}.origin"),
        real(function.scale, f"{function.path}.scale"),
        real(offset, f"{function.path}.offset"),
    )


def _date(compiler: Compiler, field: DateField, function: Decay) -> Variable:
    _demand(function, ("scale",), "[scale] must be set for date fields.")
    origin = compiler.now
    if function.origin is not None:
        text = _text(function.origin, f"{function.path}.origin")
        origin = date_format(field.format).math(text, compiler.now)
    scale = duration(_text(function.scale, function.path), "DecayFunctionParser.scale")
    offset = "0d" if function.offset is None else _text(function.offset, function.path)
    return float(origin), float(scale), float(duration(offset, "DecayFunctionParser.offset"))


def _text(value: Any, path: str) -> str:
    if isinstance(value, dict | list | tuple):
        raise illegal("a date is wanted, not an object or an array", path)
    return scalar_text(value, path)


def _point(_compiler: Compiler, _field: Field, function: Decay) -> Variable:
    _demand(function, ("origin", "scale"), "[origin] and [scale] must be set for geo fields.")
    offset = "0km" if function.offset is None else _text(function.offset, function.path)
    return read_point(function.origin), distance(_text(function.scale, function.path)), distance(offset)


# By how far values are from one another: see FieldType.
_VARIABLES: dict[str, Callable[[Compiler, Any, Decay], Variable]] = {
    "number": _number,
    "date": _date,
    "point": _point,
}
