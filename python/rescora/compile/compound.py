"""Queries that are made of others, and those that match all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.request import nodes
from rescora.request.queries.minimum import required

if TYPE_CHECKING:
    from rescora.compile.compiler import Compiler


@compiles(nodes.MatchAll)
def match_all(compiler: Compiler, query: nodes.MatchAll) -> Any:
    """Compile ``match_all``."""
    compiler.count(1, query.path)
    return compiler.make("match_all")


@compiles(nodes.MatchNone)
def match_none(compiler: Compiler, query: nodes.MatchNone) -> Any:
    """Compile ``match_none``."""
    compiler.count(1, query.path)
    return compiler.make("match_none")


@compiles(nodes.Bool)
def bool_(compiler: Compiler, query: nodes.Bool) -> Any:
    """Compile ``bool``."""
    make, node = compiler.make, compiler.node
    must, must_not = [node(inner) for inner in query.must], [node(inner) for inner in query.must_not]
    should, filters = [node(inner) for inner in query.should], [node(inner) for inner in query.filter]
    if not (must or filters or should or must_not):
        return make("match_all")
    spec = query.minimum_should_match
    minimum = 0 if spec is None else required(spec, len(should))
    if query.adjust_pure_negative and not (must or filters or should):
        filters = [make("match_all")]  # what is not excluded, at score 0
    return make("boolean", must, filters, should, must_not, minimum)


@compiles(nodes.DisMax)
def dis_max(compiler: Compiler, query: nodes.DisMax) -> Any:
    """Compile ``dis_max``."""
    return compiler.make("dis_max", [compiler.node(inner) for inner in query.queries], query.tie_breaker)


@compiles(nodes.ConstantScore)
def constant_score(compiler: Compiler, query: nodes.ConstantScore) -> Any:
    """Compile ``constant_score``."""
    return compiler.make("constant_score", compiler.node(query.filter))


@compiles(nodes.Boosting)
def boosting(compiler: Compiler, query: nodes.Boosting) -> Any:
    """Compile ``boosting``."""
    positive, negative = compiler.node(query.positive), compiler.node(query.negative)
    return compiler.make("boosting", positive, negative, query.negative_boost)
