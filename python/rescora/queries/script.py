"""Queries that ask a script: script_score for a score, script for yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, parse_query, query_parser, read_options
from rescora.queries.scripts import FILTER, SCORE
from rescora.queries.source import Script, parse_script
from rescora.reading.values import Table, parsing, real32

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler


class ScriptScore(Query, frozen=True, kw_only=True):
    """A query whose matches are scored by a script; those below `min_score` are none."""

    query: Query
    script: Script
    min_score: float | None = None


@query_parser("script_score")
def read_script_score(body: dict[Any, Any], path: str, levels: int) -> Query:
    """Read ``script_score``."""

    def inner(value: Any, place: str) -> Query:
        return parse_query(value, place, levels)

    table: Table = {
        "query": ("query", inner),
        "script": ("script", parse_script),
        "min_score": ("min_score", real32),
        **COMMON,
    }
    found = read_options(body, table, "script_score", path)
    for key in ("query", "script"):
        if key not in found:
            raise parsing(f"[script_score] Required [{key}]", path)
    return ScriptScore(**found)


@compiles(ScriptScore)
def compile_script_score(compiler: Compiler, query: ScriptScore) -> Any:
    """Compile ``script_score``."""
    inner = compiler.node(query.query)
    return compiler.make("script_score", inner, compiler.script(query.script, SCORE), query.min_score)


class ScriptFilter(Query, frozen=True, kw_only=True):
    """The documents for which a script says true."""

    script: Script


_FILTER: Table = {"script": ("script", parse_script), **COMMON}


@query_parser("script")
def read_script(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``script``."""
    found = read_options(body, _FILTER, "script", path)
    if "script" not in found:
        raise parsing("script must be provided with a [script] filter", path)
    return ScriptFilter(**found)


@compiles(ScriptFilter)
def compile_script_filter(compiler: Compiler, query: ScriptFilter) -> Any:
    """Compile ``script``."""
    compiler.count(1, query.path)
    return compiler.make("script_filter", compiler.script(query.script, FILTER))
