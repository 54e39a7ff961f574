"""Queries for values as they were indexed, by the type of the field: term, terms, prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, UnsupportedError
from rescora.queries.compiler import compiles
from rescora.queries.query import Query
from rescora.queries.registry import COMMON, field_and_body, query_parser, read_options
from rescora.reading.values import Table, illegal, kind, only, parsing, scalar, scalar_text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field, Scalar

MAX_TERMS = 65_536  # index.max_terms_count


def failed(cause: str, path: str) -> RequestError:
    """Return the error for a value that its field cannot have."""
    return RequestError(
        f"failed to create query: {cause}",
        path=path,
        type="query_shard_exception",
        caused_by=illegal(cause, path),
        shard_level=True,
    )


def value_query(compiler: Compiler, field: Field, value: Scalar, path: str, *, lenient: bool = False) -> Any:
    """Return the query for one value of a field: scored for terms, constant for numbers."""
    make, kind = compiler.make, field.kind
    if kind.has_words:
        return kind.term(make, field, scalar_text(value, path), compiler.time)
    try:
        return kind.term(make, field, value, compiler.time)
    except ValueError as error:
        if lenient:
            return make("match_none")
        raise failed(str(error), path) from None


def spelled(field: Field, word: str, path: str, *, lenient: bool = False) -> str | None:
    """Return a word as the field's terms are spelled; None where values are none, or if it may be none."""
    try:
        return field.kind.spelled(word)
    except ValueError as error:
        if lenient:
            return None
        raise failed(str(error), path) from None


class Term(Query, frozen=True, kw_only=True):
    """One value of a field, as it was indexed."""

    field: str
    value: str | int | float | bool


_TERM: Table = {
    "value": ("value", scalar),
    "term": ("value", scalar),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("term")
def read_term(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``term``: ``{field: value}`` or ``{field: {"value": value}}``."""
    field, inner, path = field_and_body(body, "term", path)
    if isinstance(inner, list | tuple):
        raise parsing("[term] query does not support array of values", path)
    if not isinstance(inner, dict):
        return Term(field=field, value=_value(inner, path), path=path)
    found = read_options(inner, _TERM, "term", path)
    if "value" not in found:
        raise illegal("value cannot be null: [term] wants [value]", path)
    return Term(field=field, **found)


def _value(value: Any, path: str) -> str | int | float | bool:
    if value is None:
        raise illegal("value cannot be null", path)
    return scalar(value, path)


@compiles(Term)
def compile_term(compiler: Compiler, query: Term) -> Any:
    """Compile ``term``."""
    compiler.count(1, query.path)
    field = compiler.schema.field(query.field)
    if field is not None:
        return value_query(compiler, field, query.value, query.path)
    if query.field == "_id":
        return compiler.make("ids", [scalar_text(query.value)])
    return compiler.make("match_none")


class Terms(Query, frozen=True, kw_only=True):
    """Any of several values of a field."""

    field: str
    values: tuple[str | int | float | bool, ...]


@query_parser("terms")
def read_terms(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``terms``: one field with an array, beside the common options."""
    rest = {key: value for key, value in body.items() if key in COMMON}
    fields = {key: value for key, value in body.items() if key not in COMMON}
    found = read_options(rest, COMMON, "terms", path)
    if not fields:
        raise parsing(
            "[terms] query requires a field name, followed by array of terms "
            "or a document lookup specification",
            path,
        )
    field, values, place = field_and_body(fields, "terms", path)
    if isinstance(values, dict):
        raise UnsupportedError("a terms lookup", path=place)
    if not isinstance(values, list | tuple):
        raise parsing(
            f"[terms] query does not support [{field}]: an array is wanted, not {kind(values)}", place
        )
    if len(values) > MAX_TERMS:
        raise illegal(
            f"The number of terms [{len(values)}] used in the Terms Query request has exceeded "
            f"the allowed maximum of [{MAX_TERMS}].",
            place,
        )
    found["values"] = tuple([_value(value, f"{place}[{i}]") for i, value in enumerate(values)])
    return Terms(field=field, **found)


@compiles(Terms)
def compile_terms(compiler: Compiler, query: Terms) -> Any:
    """Compile ``terms``: any of the values, score 1."""
    make, path = compiler.make, query.path
    compiler.count(1, path)
    field = compiler.schema.field(query.field)
    if field is None and query.field == "_id" and query.values:
        return make("ids", sorted({scalar_text(value) for value in query.values}))
    if field is None or not query.values:
        return make("match_none")
    values: Sequence[Scalar] = query.values
    if field.kind.has_words:
        values = [scalar_text(value, path) for value in values]
    try:
        return field.kind.terms(make, field, values, compiler.time)
    except ValueError as error:
        raise failed(str(error), path) from None


class Prefix(Query, frozen=True, kw_only=True):
    """Values of a field that begin so."""

    field: str
    value: str


_PREFIX: Table = {
    "value": ("value", text),
    "prefix": ("value", text),
    "rewrite": ("", only("constant_score")),
    "case_insensitive": ("", only(False)),
    **COMMON,
}


@query_parser("prefix")
def read_prefix(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``prefix``: ``{field: value}`` or ``{field: {"value": value}}``."""
    field, inner, path = field_and_body(body, "prefix", path)
    if not isinstance(inner, dict):
        if inner is None:
            raise illegal("value cannot be null", path)
        return Prefix(field=field, value=text(inner, path), path=path)
    found = read_options(inner, _PREFIX, "prefix", path)
    if "value" not in found:
        raise illegal("value cannot be null: [prefix] wants [value]", path)
    return Prefix(field=field, **found)


@compiles(Prefix)
def compile_prefix(compiler: Compiler, query: Prefix) -> Any:
    """Compile ``prefix``."""
    compiler.count(1, query.path)
    field = compiler.schema.field(query.field)
    if field is None:
        return compiler.make("match_none")
    if not field.kind.has_words:
        raise RequestError(
            f"Can only use prefix queries on keyword, text and wildcard fields - not on [{field.name}] "
            f"which is of type [{field.type}]",
            path=query.path,
            type="query_shard_exception",
            shard_level=True,
        )
    return compiler.make("prefix", field.number, query.value)
