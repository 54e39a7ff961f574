"""function_score: a query, and functions of documents that its scores are joined with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, did_you_mean, show
from rescora.queries.compiler import compiles
from rescora.queries.compound import MatchAll
from rescora.queries.functions import FUNCTIONS, PACKAGE, Function, compile_function, constant, read_function
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, parse_query, query_parser
from rescora.reading.values import Table, illegal, kind, parsing, real32

if TYPE_CHECKING:
    from rescora.core import _core
    from rescora.queries.compiler import Compiler

MAX_FLOAT = 3.4028234663852886e38  # the greatest float32
_NOT_BOTH = "you can either define [functions] array or a single function, not both. "
score_mode = constant(
    PACKAGE + "FunctionScoreQuery.ScoreMode", ("multiply", "first", "avg", "max", "sum", "min")
)
boost_mode = constant(PACKAGE + "CombineFunction", ("multiply", "replace", "sum", "avg", "max", "min"))


class FunctionScore(Query, frozen=True, kw_only=True):
    """A query whose scores are joined with a factor that functions make of the documents."""

    query: Query
    functions: tuple[Function, ...] = ()
    score_mode: str = "multiply"
    boost_mode: str = "multiply"
    max_boost: float = MAX_FLOAT
    min_score: float | None = None


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
def read_function_score(body: dict[Any, Any], path: str, levels: int) -> Query:
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
    return read_function(key, value, path)


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
            function, name = read_function(key, value, place), key
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


@compiles(FunctionScore)
def compile_function_score(compiler: Compiler, query: FunctionScore) -> Any:
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


def _weighted(compiler: Compiler, function: Function) -> tuple[_core.Function, float | None, Any]:
    made = compile_function(compiler, function)
    return made, function.weight, None if function.filter is None else compiler.node(function.filter)
