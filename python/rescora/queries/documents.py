"""Queries about documents themselves: exists, ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, query_parser, read_options
from rescora.reading.values import illegal, options, parsing, string, text

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler


class Exists(Query, frozen=True, kw_only=True):
    """Documents that have a value of a field."""

    field: str


@query_parser("exists")
def read_exists(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``exists``."""
    found = read_options(body, {"field": ("field", string), **COMMON}, "exists", path)
    if not found.get("field"):
        raise parsing("[exists] must be provided with a [field]", path)
    return Exists(**found)


@compiles(Exists)
def compile_exists(compiler: Compiler, query: Exists) -> Any:
    """Compile ``exists``: a field, an object (any field in it), or a pattern."""
    make, schema = compiler.make, compiler.schema
    fields = schema.match_pattern(query.field) or schema.under(query.field)
    compiler.count(max(len(fields), 1), query.path)
    if not fields:
        return make("match_none")
    queries = [make("exists", field.number) for field in fields]
    return make(
        "constant_score", queries[0] if len(queries) == 1 else make("boolean", [], [], queries, [], 0)
    )


class Ids(Query, frozen=True, kw_only=True):
    """Documents by their ids."""

    values: tuple[str, ...]


def _ids(value: Any, path: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return (text(value, path),)
    return tuple([text(item, f"{path}[{i}]") for i, item in enumerate(value)])


@query_parser("ids")
def read_ids(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``ids``."""
    found = options(
        body, {"values": ("values", _ids), **COMMON}, path, lambda key: f"[ids] unknown field [{key}]"
    )
    if "values" not in found:
        raise illegal("Required [values]: [ids] wants an array of ids", path)
    return Ids(path=path, **found)


@compiles(Ids)
def compile_ids(compiler: Compiler, query: Ids) -> Any:
    """Compile ``ids``."""
    compiler.count(1, query.path)
    return compiler.make("ids", sorted(set(query.values))) if query.values else compiler.make("match_none")
