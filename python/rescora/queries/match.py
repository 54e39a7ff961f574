"""Queries that analyze a text and look for it in one field: match, match_phrase, match_phrase_prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rescora.queries.compiler import compiles
from rescora.queries.hole import scalar_or_hole
from rescora.queries.minimum import minimum_should_match
from rescora.queries.registry import COMMON, field_and_body, query_parser, read_options
from rescora.queries.text import Text, known, match_in, phrase_in, phrase_prefix_in
from rescora.reading.values import (
    Table,
    at_least,
    boolean,
    choice,
    ignored,
    illegal,
    parsing,
    refused,
    scalar_text,
    string,
)

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler
    from rescora.queries.query import Query

operator = choice("[{value}] is no operator", ("or", "and"), fold_case=True)
zero_terms_query = choice("unsupported zero_terms_query value [{value}]", ("none", "all"), fold_case=True)
slop = at_least(0, "No negative slop allowed, not [{value}].")
max_expansions = at_least(0, "No negative maxExpansions allowed, not [{value}].")
# Options of fuzzy matching alone: without a fuzziness they alter nothing.
FUZZY: Table = {
    "fuzziness": ("", refused),
    "fuzzy_rewrite": ("", ignored),
    "fuzzy_transpositions": ("", ignored),
    "prefix_length": ("", ignored),
}
# No analyzer here makes several words at one place, so phrases of synonyms cannot arise.
SYNONYMS: Table = {"auto_generate_synonyms_phrase_query": ("", boolean)}
MATCH: Table = {
    "query": ("query", scalar_or_hole),
    "operator": ("operator", operator),
    "minimum_should_match": ("minimum_should_match", minimum_should_match),
    "zero_terms_query": ("zero_terms_query", zero_terms_query),
    "analyzer": ("analyzer", string),
    "lenient": ("lenient", boolean),
    "max_expansions": ("", ignored),
    "cutoff_frequency": ("", refused),
    **FUZZY,
    **SYNONYMS,
    **COMMON,
}
PHRASE: Table = {
    "query": ("query", scalar_or_hole),
    "slop": ("slop", slop),
    "zero_terms_query": ("zero_terms_query", zero_terms_query),
    "analyzer": ("analyzer", string),
    **COMMON,
}
PHRASE_PREFIX: Table = {**PHRASE, "max_expansions": ("max_expansions", max_expansions)}


def _read(body: dict[Any, Any], table: Table, name: str, path: str) -> dict[str, Any]:
    field, inner, path = field_and_body(body, name, path)
    if isinstance(inner, list | tuple):
        raise parsing(f"[{name}] unknown token [START_ARRAY] after [{field}]", path)
    if not isinstance(inner, dict):
        if inner is None:
            raise illegal(f"[{name}] requires query value", path)
        return {"field": field, "query": scalar_or_hole(inner, path), "path": path}
    found = read_options(inner, table, name, path)
    if "query" not in found:
        raise parsing(f"No text specified for text query: [{name}] wants [query]", path)
    found["field"] = field
    return found


class Match(Text, frozen=True, kw_only=True):
    """The words of a text in one field."""

    field: str
    operator: str = "or"
    minimum_should_match: str | None = None
    lenient: bool = False


@query_parser("match")
def read_match(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match``."""
    return Match(**_read(body, MATCH, "match", path))


@compiles(Match)
def compile_match(compiler: Compiler, query: Match) -> Any:
    """Compile ``match``."""
    field = compiler.schema.field(query.field)
    if field is None:
        return _unmapped(compiler, query.field, query)
    return match_in(compiler, field, query, query.operator, query.minimum_should_match, query.lenient)


class MatchPhrase(Text, frozen=True, kw_only=True):
    """The words of a text near one another."""

    field: str
    slop: int = 0


@query_parser("match_phrase")
def read_match_phrase(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_phrase``."""
    return MatchPhrase(**_read(body, PHRASE, "match_phrase", path))


@compiles(MatchPhrase)
def compile_match_phrase(compiler: Compiler, query: MatchPhrase) -> Any:
    """Compile ``match_phrase``."""
    field = compiler.schema.field(query.field)
    if field is None:
        return _unmapped(compiler, query.field, query)
    return phrase_in(compiler, field, query, query.slop, lenient=False)


class MatchPhrasePrefix(Text, frozen=True, kw_only=True):
    """A phrase whose last word is a beginning."""

    field: str
    slop: int = 0
    max_expansions: int = 50


@query_parser("match_phrase_prefix")
def read_match_phrase_prefix(body: dict[Any, Any], path: str, _levels: int) -> Query:
    """Read ``match_phrase_prefix``."""
    return MatchPhrasePrefix(**_read(body, PHRASE_PREFIX, "match_phrase_prefix", path))


@compiles(MatchPhrasePrefix)
def compile_match_phrase_prefix(compiler: Compiler, query: MatchPhrasePrefix) -> Any:
    """Compile ``match_phrase_prefix``."""
    field = compiler.schema.field(query.field)
    if field is None:
        compiler.count(1, query.path)
        return compiler.make("match_none")
    return phrase_prefix_in(compiler, field, query, query.slop, query.max_expansions, lenient=False)


def _unmapped(compiler: Compiler, field: str, query: Text) -> Any:
    compiler.count(1, query.path)
    if field == "_id":
        return compiler.make("ids", [scalar_text(known(query.query), query.path)])
    return compiler.make("match_none")
