"""Queries that ask a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.compile.scripts import FILTER, SCORE
from rescora.request import nodes

if TYPE_CHECKING:
    from rescora.compile.compiler import Compiler


@compiles(nodes.ScriptScore)
def script_score(compiler: Compiler, query: nodes.ScriptScore) -> Any:
    """Compile ``script_score``."""
    inner = compiler.node(query.query)
    return compiler.make("script_score", inner, compiler.script(query.script, SCORE), query.min_score)


@compiles(nodes.ScriptFilter)
def script_filter(compiler: Compiler, query: nodes.ScriptFilter) -> Any:
    """Compile ``script``."""
    compiler.count(1, query.path)
    return compiler.make("script_filter", compiler.script(query.script, FILTER))
