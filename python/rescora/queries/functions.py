"""Functions of function_score: field_value_factor, script_score, random_score; decay.py has the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from rescora.core import _core
from rescora.errors import RequestError, did_you_mean, show
from rescora.queries.java_hash import java_hash, long_hash
from rescora.queries.scripts import SCORE
from rescora.queries.source import Script, parse_script
from rescora.reading.values import (
    INT_MAX,
    INT_MIN,
    Reader,
    Table,
    illegal,
    kind,
    parsing,
    real,
    real32,
    scalar,
    string,
)

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler
    from rescora.queries.query import Query

    Compile = Callable[[Compiler, Any], _core.Function]


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function of function_score; without a class of its own, it is 1 for every document."""

    weight: float | None = None
    filter: Query | None = None
    path: str = ""


FunctionParser = Callable[[dict[Any, Any], str], Function]
FUNCTIONS: dict[str, FunctionParser] = {}
_KINDS: dict[type[Function], Compile] = {}
PACKAGE = "org.elasticsearch.common.lucene.search.function."
_FIELDDATA = (
    "Text fields are not optimised for operations that require per-document field data like aggregations "
    "and sorting, so these operations are disabled by default. Please use a keyword field instead: [{}]"
)
_ID_FIELDDATA = (
    "Fielddata access on the _id field is disallowed, you can re-enable it by updating the dynamic cluster "
    "setting: indices.id_field_data.enabled"
)


def function_parser(*names: str) -> Callable[[Any], Any]:
    """Enter a parser under the names of functions; it is told which one it reads if there are several."""

    def enter(parser: Any) -> Any:
        for name in names:
            FUNCTIONS[name] = parser if len(names) == 1 else _named(parser, name)
        return parser

    return enter


def _named(parser: Any, name: str) -> FunctionParser:
    return lambda body, path: parser(name, body, path)


def compiles_function(kind: type[Function]) -> Callable[[Compile], Compile]:
    """Decorate the function that compiles one kind of function."""

    def register(function: Compile) -> Compile:
        _KINDS[kind] = function
        return function

    return register


def read_function(name: Any, body: dict[Any, Any], path: str) -> Function:
    """Read the function of a name."""
    parser = FUNCTIONS.get(name)
    if parser is None:
        hint = did_you_mean(name, FUNCTIONS)
        raise RequestError(
            f"unknown field [{show(name)}]{hint}", path=path, type="named_object_not_found_exception"
        )
    return parser(body, path)


def compile_function(compiler: Compiler, function: Function) -> _core.Function:
    """Compile one function, without its weight and its filter."""
    return _KINDS[type(function)](compiler, function)


def failed(cause: RequestError) -> RequestError:
    """Return the error of a shard for a function that cannot be made."""
    return RequestError(
        f"failed to create query: {cause.reason}",
        path=cause.path,
        type="query_shard_exception",
        caused_by=cause,
        shard_level=True,
    )


def constant(enum: str, known: tuple[str, ...]) -> Reader:
    """Make a reader of one of an enum's names, in any case; what is said of others is Java's."""

    def read(value: Any, path: str) -> str:
        word = string(value, path)
        if word.lower() not in known:
            said = f"No enum constant {enum}.{show(word.upper())}, it must be one of {', '.join(known)}"
            raise illegal(said + did_you_mean(word.lower(), known), path)
        return word.lower()

    return read


def function_options(body: dict[Any, Any], table: Table, name: str, path: str) -> dict[str, Any]:
    """Read a function's options, of which nulls say nothing."""
    found: dict[str, Any] = {"path": path}
    for key, value in body.items():
        place = f"{path}.{show(key)}"
        if key not in table:
            raise parsing(f"{name} query does not support [{show(key)}]{did_you_mean(key, table)}", place)
        attribute, read = table[key]
        if value is not None:
            found[attribute] = read(value, place)
    return found


_ONE = _core.function("one")


@compiles_function(Function)
def compile_compile_one(_compiler: Compiler, _function: Function) -> _core.Function:
    """Compile a weight alone."""
    return _ONE


class FieldValueFactor(Function, frozen=True, kw_only=True):
    """A field's value times a factor, modified."""

    field: str
    factor: float = 1.0
    modifier: str = "none"
    missing: float | None = None


modifier = constant(
    PACKAGE + "FieldValueFactorFunction.Modifier",
    ("none", "log", "log1p", "log2p", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"),
)


def _factor(value: Any, path: str) -> float:
    if isinstance(value, dict | list | tuple):
        raise parsing("[field_value_factor] field 'factor' does not support lists or objects", path)
    return real32(value, path)


_FIELD_VALUE_FACTOR: Table = {
    "field": ("field", string),
    "factor": ("factor", _factor),
    "modifier": ("modifier", modifier),
    "missing": ("missing", real),
}


@function_parser("field_value_factor")
def read_field_value_factor(body: dict[Any, Any], path: str) -> Function:
    """Read ``field_value_factor``."""
    found = function_options(body, _FIELD_VALUE_FACTOR, "field_value_factor", path)
    if "field" not in found:
        raise parsing("[field_value_factor] required field 'field' missing", path)
    return FieldValueFactor(**found)


@compiles_function(FieldValueFactor)
def compile_compile_field_value_factor(compiler: Compiler, function: FieldValueFactor) -> _core.Function:
    """Compile ``field_value_factor`` of a number, a boolean or a date."""
    name, path = function.field, function.path
    field = compiler.schema.field(name)
    if field is None and function.missing is None:
        reason = f"Unable to find a field mapper for field [{name}]. No 'missing' value defined."
        raise failed(RequestError(reason, path=path, type="exception", status=500))
    if field is not None and field.kind.is_analyzed:
        raise failed(illegal(_FIELDDATA.format(name), path))
    if field is not None and not field.kind.has_numbers:
        reason = f"[field_value_factor] wants a numeric field, [{name}] is of type [{field.type}]"
        raise failed(illegal(reason, path))
    number = None if field is None else field.number
    return _core.function(
        "field_value_factor", number, name, function.factor, function.modifier, function.missing
    )


class ScriptFunction(Function, frozen=True, kw_only=True):
    """What a script makes of the document and of the query's score."""

    script: Script


@function_parser("script_score")
def read_script_score(body: dict[Any, Any], path: str) -> Function:
    """Read ``script_score``."""
    found = function_options(body, {"script": ("script", parse_script)}, "script_score", path)
    if "script" not in found:
        raise parsing("script_score requires 'script' field", path)
    return ScriptFunction(**found)


@compiles_function(ScriptFunction)
def compile_compile_script(compiler: Compiler, function: ScriptFunction) -> _core.Function:
    """Compile ``script_score``."""
    return _core.function("script", compiler.script(function.script, SCORE))


class RandomScore(Function, frozen=True, kw_only=True):
    """A number by chance; `seed` is the 32 bits that Elasticsearch makes of what was given."""

    seed: int | None = None
    field: str | None = None


def seed(value: Any, path: str) -> int:
    """Read a seed as Elasticsearch does: an int's own 32 bits, the hash of a long or a string."""
    if isinstance(value, str):
        return java_hash(value)
    value = scalar(value, path) if kind(value) == "VALUE_NUMBER" else value
    if not isinstance(value, int) or isinstance(value, bool):
        raise parsing(f"random_score seed must be an int, long or string, not '{kind(value)}'", path)
    if INT_MIN <= value <= INT_MAX:
        return value
    if not -(2**63) <= value < 2**63:
        raise parsing(f"random_score seed must be an int, long or string, not [{show(value)}]", path)
    return long_hash(value)


_RANDOM_SCORE: Table = {"seed": ("seed", seed), "field": ("field", string)}


@function_parser("random_score")
def read_random_score(body: dict[Any, Any], path: str) -> Function:
    """Read ``random_score``."""
    return RandomScore(**function_options(body, _RANDOM_SCORE, "random_score", path))


@compiles_function(RandomScore)
def compile_compile_random_score(compiler: Compiler, function: RandomScore) -> _core.Function:
    """Compile ``random_score``: without a seed the time is the seed, and the document's number the source."""
    salt = java_hash(compiler.index_name) << 10 & 0xFFFFFFFF
    if function.seed is None or not len(compiler.schema):
        return _core.function("random_score", "document", None, False, long_hash(compiler.now), salt)
    name, path = function.field, function.path
    if name == "_seq_no":
        return _core.function("random_score", "sequence", None, False, function.seed, salt)
    if name is None or name == "_id":
        if not compiler.id_field_data:
            raise failed(illegal(_ID_FIELDDATA, path))
        return _core.function("random_score", "id", None, False, function.seed, salt)
    field = compiler.schema.field(name)
    if field is None:
        reason = (
            f"Field [{name}] is not mapped on [{compiler.index_name}] "
            "and cannot be used as a source of random numbers."
        )
        raise failed(illegal(reason, path))
    if field.kind.is_analyzed:
        raise failed(illegal(_FIELDDATA.format(name), path))
    if field.kind.seen is None:
        reason = f"[random_score] does not support the field [{name}] of type [{field.type}]"
        raise failed(illegal(reason, path))
    return _core.function(
        "random_score", "value", field.number, field.kind.distances == "point", function.seed, salt
    )
