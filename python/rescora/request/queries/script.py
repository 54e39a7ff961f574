"""Queries that ask a script: script_score for a score, script for yes or no."""

from __future__ import annotations

from typing import Any

from rescora.reading.values import Table, parsing, real32
from rescora.request.nodes import Query, ScriptFilter, ScriptScore
from rescora.request.queries.registry import COMMON, parse_query, query_parser, read_options
from rescora.request.scripts import parse_script

_FILTER: Table = {"script": ("script", parse_script), **COMMON}


@query_parser("script_score")
def script_score(body: dict[Any, Any], path: str, levels: int) -> Query:
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


@query_parser("script")
def script(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``script``."""
    found = read_options(body, _FILTER, "script", path)
    if "script" not in found:
        raise parsing("script must be provided with a [script] filter", path)
    return ScriptFilter(**found)
