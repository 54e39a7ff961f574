"""function_score: what each function means for the field that it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.compile.scripts import SCORE
from rescora.core import _core
from rescora.dates.formats import date_format
from rescora.errors import RequestError
from rescora.reading.units import distance, duration
from rescora.reading.values import illegal, real, scalar_text
from rescora.request import nodes
from rescora.request.queries.function_score import java_hash, long_hash
from rescora.schema.geo import read_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescora.compile.compiler import Compiler
    from rescora.schema.field import Field

    Compile = Callable[[Compiler, Any], _core.Function]

_NUMBERS = ("long", "integer", "short", "byte", "double", "float")
_FIELDDATA = (
    "Text fields are not optimised for operations that require per-document field data like aggregations "
    "and sorting, so these operations are disabled by default. Please use a keyword field instead: [{}]"
)

_ID_FIELDDATA = (
    "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster "
    "setting: indices.id_field_data.enabled"
)

_KINDS: dict[type[nodes.Function], Compile] = {}


def compiles_function(kind: type[nodes.Function]) -> Callable[[Compile], Compile]:
    """Decorate the function that compiles one kind of function."""

    def register(function: Compile) -> Compile:
        _KINDS[kind] = function
        return function

    return register


def failed(cause: RequestError) -> RequestError:
    """Return the error of a shard for a function that cannot be made."""
    return RequestError(
        f"failed to create query: {cause.reason}",
        path=cause.path,
        type="query_shard_exception",
        caused_by=cause,
        shard_level=True,
    )


@compiles(nodes.FunctionScore)
def function_score(compiler: Compiler, query: nodes.FunctionScore) -> Any:
    """Compile ``function_score``."""
    functions = [_weighted(compiler, function) for function in query.functions]
    inner = compiler.node(query.query)
    # a lone function for every document is taken as it is: an average would divide its weight away
    lone = len(functions) == 1 and functions[0][2] is None
    score_mode = "first" if lone or not functions else query.score_mode
    boost_mode = query.boost_mode if functions else "multiply"
    return compiler.make(
        "function_score", inner, functions, score_mode, boost_mode, query.max_boost, query.min_score
    )


def _weighted(compiler: Compiler, function: nodes.Function) -> tuple[_core.Function, float | None, Any]:
    made = _KINDS[type(function)](compiler, function)
    return made, function.weight, None if function.filter is None else compiler.node(function.filter)


_ONE = _core.function("one")


@compiles_function(nodes.Function)
def one(_compiler: Compiler, _function: nodes.Function) -> _core.Function:
    """Compile a weight alone."""
    return _ONE


@compiles_function(nodes.FieldValueFactor)
def field_value_factor(compiler: Compiler, function: nodes.FieldValueFactor) -> _core.Function:
    """Compile ``field_value_factor`` of a number, a boolean or a date."""
    name, path = function.field, function.path
    field = compiler.mappings.field(name)
    if field is None and function.missing is None:
        reason = f"Unable to find a field mapper for field [{name}]. No 'missing' value defined."
        raise failed(RequestError(reason, path=path, type="exception", status=500))
    if field is not None and field.type == "text":
        raise failed(illegal(_FIELDDATA.format(name), path))
    if field is not None and field.type not in (*_NUMBERS, "boolean", "date"):
        reason = f"[field_value_factor] wants a numeric field, [{name}] is of type [{field.type}]"
        raise failed(illegal(reason, path))
    number = None if field is None else field.number
    return _core.function(
        "field_value_factor", number, name, function.factor, function.modifier, function.missing
    )


@compiles_function(nodes.ScriptFunction)
def script(compiler: Compiler, function: nodes.ScriptFunction) -> _core.Function:
    """Compile ``script_score``."""
    return _core.function("script", compiler.script(function.script, SCORE))


@compiles_function(nodes.RandomScore)
def random_score(compiler: Compiler, function: nodes.RandomScore) -> _core.Function:
    """Compile ``random_score``: without a seed the time is the seed, and the document's number the source."""
    salt = java_hash(compiler.index_name) << 10 & 0xFFFFFFFF
    if function.seed is None or not len(compiler.mappings):
        return _core.function("random_score", "document", None, False, long_hash(compiler.now), salt)
    name, path = function.field, function.path
    if name == "_seq_no":
        return _core.function("random_score", "sequence", None, False, function.seed, salt)
    if name is None or name == "_id":
        if not compiler.id_field_data:
            raise failed(illegal(_ID_FIELDDATA, path))
        return _core.function("random_score", "id", None, False, function.seed, salt)
    field = compiler.mappings.field(name)
    if field is None:
        reason = (
            f"Field [{name}] is not mapped on [{compiler.index_name}] "
            "and cannot be used as a source of random numbers."
        )
        raise failed(illegal(reason, path))
    if field.type == "text":
        raise failed(illegal(_FIELDDATA.format(name), path))
    if field.storage == "vector" or field.type == "rank_feature":
        reason = f"[random_score] does not support the field [{name}] of type [{field.type}]"
        raise failed(illegal(reason, path))
    return _core.function(
        "random_score", "value", field.number, field.type == "geo_point", function.seed, salt
    )


@compiles_function(nodes.Decay)
def decay(compiler: Compiler, function: nodes.Decay) -> _core.Function:
    """Compile ``gauss``, ``exp`` or ``linear``."""
    field = compiler.mappings.field(function.field)
    if field is None:
        raise RequestError(f"unknown field [{function.field}]", path=function.path, shard_level=True)
    read = _VARIABLES.get(field.type)
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


def _check(function: nodes.Decay, scale: float, offset: float) -> None:
    if not scale > 0:
        raise illegal("function_score : scale must be > 0.0.", f"{function.path}.scale")
    if not 0 < function.decay < 1:
        raise illegal("function_score : decay must be in the range [0..1].", f"{function.path}.decay")
    if not offset >= 0:
        raise illegal("function_score : offset must be > 0.0", f"{function.path}.offset")


def _demand(function: nodes.Decay, wanted: tuple[str, ...], reason: str) -> None:
    if any(getattr(function, name) is None for name in wanted):
        raise RequestError(reason, path=function.path, type="parse_exception")


Variable = tuple[Any, float, float]  # origin, scale, offset


def _number(_compiler: Compiler, _field: Field, function: nodes.Decay) -> Variable:
    _demand(function, ("scale", "origin"), "both [scale] and [origin] must be set for numeric fields.")
    offset = 0 if function.offset is None else function.offset
    return (
        real(function.origin, f"{function.path}.origin"),
        real(function.scale, f"{function.path}.scale"),
        real(offset, f"{function.path}.offset"),
    )


def _date(compiler: Compiler, field: Field, function: nodes.Decay) -> Variable:
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


def _point(_compiler: Compiler, _field: Field, function: nodes.Decay) -> Variable:
    _demand(function, ("origin", "scale"), "[origin] and [scale] must be set for geo fields.")
    offset = "0km" if function.offset is None else _text(function.offset, function.path)
    return read_point(function.origin), distance(_text(function.scale, function.path)), distance(offset)


_VARIABLES: dict[str, Callable[[Compiler, Field, nodes.Decay], Variable]] = {
    **dict.fromkeys(_NUMBERS, _number),
    "date": _date,
    "geo_point": _point,
}
