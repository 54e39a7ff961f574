"""The query function_score: a query, and functions of documents that its scores are joined with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from rescora.errors import RequestError, did_you_mean, show
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
from rescora.request.nodes import (
    Decay,
    FieldValueFactor,
    Function,
    FunctionScore,
    MatchAll,
    Query,
    RandomScore,
    ScriptFunction,
)
from rescora.request.queries.registry import COMMON, parse_query, query_parser
from rescora.request.scripts import parse_script

FunctionParser = Callable[[dict[Any, Any], str], Function]

FUNCTIONS: dict[str, FunctionParser] = {}
_NOT_BOTH = "you can either define [functions] array or a single function, not both. "


def function_parser(*names: str) -> Callable[[Any], Any]:
    """Enter a parser under the names of functions; it is told which one it reads if there are several."""

    def enter(parser: Any) -> Any:
        for name in names:
            FUNCTIONS[name] = parser if len(names) == 1 else _named(parser, name)
        return parser

    return enter


def _named(parser: Any, name: str) -> FunctionParser:
    return lambda body, path: parser(name, body, path)


def _constant(enum: str, known: tuple[str, ...]) -> Reader:
    """Make a reader of one of an enum's names, in any case; what is said of others is Java's."""

    def read(value: Any, path: str) -> str:
        word = string(value, path)
        if word.lower() not in known:
            said = f"No enum constant {enum}.{show(word.upper())}, it must be one of {', '.join(known)}"
            raise illegal(said + did_you_mean(word.lower(), known), path)
        return word.lower()

    return read


_PACKAGE = "org.elasticsearch.common.lucene.search.function."
score_mode = _constant(
    _PACKAGE + "FunctionScoreQuery.ScoreMode", ("multiply", "first", "avg", "max", "sum", "min")
)
boost_mode = _constant(_PACKAGE + "CombineFunction", ("multiply", "replace", "sum", "avg", "max", "min"))
modifier = _constant(
    _PACKAGE + "FieldValueFactorFunction.Modifier",
    ("none", "log", "log1p", "log2p", "ln", "ln1p", "ln2p", "square", "sqrt", "reciprocal"),
)
_MULTI_VALUE_MODES = ("min", "max", "avg", "sum", "median")


def weight(value: Any, path: str) -> float:
    """Read a function's weight: a float32 that is not negative."""
    number = real32(value, path)
    if math.copysign(1, number) < 0:  # -0 too
        raise illegal("[weight] cannot be negative for a filtering function", path)
    return number


# A null says nothing, as in Elasticsearch.
OPTIONS: Table = {
    "score_mode": ("score_mode", score_mode),
    "boost_mode": ("boost_mode", boost_mode),
    "max_boost": ("max_boost", real32),
    "min_score": ("min_score", real32),
    **COMMON,
}


@query_parser("function_score")
def function_score(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``function_score``."""
    found: dict[str, Any] = {"query": MatchAll(path=path), "path": path}
    single = ""
    for key, value in body.items():
        place = f"{path}.{show(key)}"
        if key in OPTIONS:
            attribute, read = OPTIONS[key]
            if value is not None:
                found[attribute] = read(value, place)
        elif key == "query":
            if value is not None:
                found["query"] = parse_query(value, place, levels)
        elif key == "functions" and isinstance(value, list | tuple):
            if single:
                raise _misplaced(f"already found [{single}], now encountering [functions].", place)
            entries = enumerate(value)
            found["functions"] = tuple([_entry(item, f"{place}[{i}]", levels) for i, item in entries])
        else:
            function = _single(key, value, place)
            if single:
                raise parsing(
                    f"failed to parse [function_score] query. already found function [{single}], now "
                    f"encountering [{show(key)}]. use [functions] array if you want to define several "
                    "functions.",
                    place,
                )
            if "functions" in found:
                raise _misplaced(f"already found [functions] array, now encountering [{show(key)}].", place)
            found["functions"], single = (function,), key
    return FunctionScore(**found)


def _misplaced(reason: str, path: str) -> RequestError:
    return parsing(f"failed to parse [function_score] query. [{_NOT_BOTH}{reason}]", path)


def _not_supported(key: object, path: str, known: Any) -> RequestError:
    hint = did_you_mean(key, known)
    return parsing(
        f"failed to parse [function_score] query. field [{show(key)}] is not supported{hint}", path
    )


def _single(key: Any, value: Any, path: str) -> Function:
    """Read a function that stands beside the query."""
    if key == "weight" and not isinstance(value, dict | list | tuple):
        return Function(weight=weight(value, path), path=path)
    if isinstance(value, list | tuple):
        raise parsing(f"failed to parse [function_score] query. array [{show(key)}] is not supported", path)
    if not isinstance(value, dict):
        raise _not_supported(key, path, (*OPTIONS, "query", "functions", "weight", *FUNCTIONS))
    return _function(key, value, path)


def _function(name: Any, body: dict[Any, Any], path: str) -> Function:
    parser = FUNCTIONS.get(name)
    if parser is None:
        hint = did_you_mean(name, FUNCTIONS)
        raise RequestError(
            f"unknown field [{show(name)}]{hint}", path=path, type="named_object_not_found_exception"
        )
    return parser(body, path)


def _entry(body: Any, path: str, levels: int) -> Function:
    """Read one entry of ``functions``: a function, a weight, a filter."""
    if not isinstance(body, dict):
        raise parsing(
            "failed to parse [function_score]. malformed query, expected a [START_OBJECT] while parsing "
            f"functions but got a [{kind(body)}] instead",
            path,
        )
    function: Function | None = None
    found: dict[str, Any] = {}
    name = ""
    for key, value in body.items():
        place = f"{path}.{show(key)}"
        if key == "weight" and not isinstance(value, dict | list | tuple):
            if value is not None:
                found["weight"] = weight(value, place)
        elif key == "filter" and isinstance(value, dict):
            found["filter"] = _filter(value, place, levels)
        elif not isinstance(value, dict):
            raise _not_supported(key, place, ("weight", "filter", *FUNCTIONS))
        elif function is not None:
            raise parsing(
                f"failed to parse function_score functions. already found [{name}], "
                f"now encountering [{show(key)}].",
                place,
            )
        else:
            function, name = _function(key, value, place), key
    if function is None and "weight" not in found:
        raise parsing(
            "failed to parse [function_score] query. an entry in functions list is missing a function.", path
        )
    return Function(**found, path=path) if function is None else _with(function, found)


def _with(function: Function, found: dict[str, Any]) -> Function:
    own = {name: getattr(function, name) for name in function.__struct_fields__}
    return type(function)(**{**own, **found})


def _filter(body: Any, path: str, levels: int) -> Query | None:
    """Read a filter; one that lets every document through is none, as in Elasticsearch."""
    query = parse_query(body, path, levels)
    return None if isinstance(query, MatchAll) else query


def _values(body: dict[Any, Any], table: Table, name: str, path: str) -> dict[str, Any]:
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
def field_value_factor(body: dict[Any, Any], path: str) -> Function:
    """Read ``field_value_factor``."""
    found = _values(body, _FIELD_VALUE_FACTOR, "field_value_factor", path)
    if "field" not in found:
        raise parsing("[field_value_factor] required field 'field' missing", path)
    return FieldValueFactor(**found)


def java_hash(text: str) -> int:
    """
    Return Java's hashCode of a string, a signed 32-bit integer.

    Examples
    --------
    >>> java_hash("index"), java_hash("a seed")
    (100346066, -1484860720)
    """
    total = 0
    units = text.encode("utf-16-le", "surrogatepass")
    for i in range(0, len(units), 2):
        total = (31 * total + units[i] + (units[i + 1] << 8)) & 0xFFFFFFFF
    return _signed(total)


def _signed(bits: int) -> int:
    return bits - 2**32 if bits >= 2**31 else bits


def long_hash(number: int) -> int:
    """Return Java's hashCode of a long: both halves of its 64 bits, one upon the other."""
    bits = number & 0xFFFFFFFFFFFFFFFF
    return _signed((bits ^ bits >> 32) & 0xFFFFFFFF)


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


@function_parser("script_score")
def script_score(body: dict[Any, Any], path: str) -> Function:
    """Read ``script_score``."""
    found = _values(body, {"script": ("script", parse_script)}, "script_score", path)
    if "script" not in found:
        raise parsing("script_score requires 'script' field", path)
    return ScriptFunction(**found)


@function_parser("random_score")
def random_score(body: dict[Any, Any], path: str) -> Function:
    """Read ``random_score``."""
    return RandomScore(**_values(body, _RANDOM_SCORE, "random_score", path))


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
def decay(shape: str, body: dict[Any, Any], path: str) -> Function:
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
