"""What the queries that analyze a text share: match, match_phrase and their kin, in one field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rescora.errors import RequestError, UnsupportedError
from rescora.queries.hole import Hole, NeedsValueError
from rescora.queries.minimum import required
from rescora.queries.query import Query
from rescora.queries.term import value_query
from rescora.reading.values import scalar_text

if TYPE_CHECKING:
    from rescora.queries.compiler import Compiler
    from rescora.schema.field import Field

Words = Sequence[tuple[str, int]]
Value = str | int | float | bool


class Text(Query, frozen=True, kw_only=True):
    """A query that looks for the words of a text."""

    query: str | int | float | bool | Hole
    zero_terms_query: str = "none"
    analyzer: str | None = None


def known(value: Value | Hole) -> Value:
    """Return a value that must be known now."""
    if isinstance(value, Hole):
        raise NeedsValueError
    return value


def words_of(compiler: Compiler, field: Field, query: Text) -> Words | None:
    """Return the words of the text, or None where the field takes the value as it is."""
    analyzer = query.analyzer or field.search_analyzer
    if not field.kind.is_analyzed and query.analyzer is None:
        compiler.count(1, query.path)
        return None
    return compiler.words(analyzer, scalar_text(known(query.query), query.path), query.path)


def _given_text(
    compiler: Compiler, field: Field, query: Text, slop: int | None, every_word: bool = False
) -> Any:
    """Return what a text that each call gives becomes; a phrase has a slop."""
    if not isinstance(query.query, Hole) or not field.kind.is_analyzed:
        raise NeedsValueError
    analyzer = compiler.core_analyzer(query.analyzer or field.search_analyzer, query.path)
    number = query.query.number
    return compiler.make(
        "text", field.number, analyzer, number, slop, every_word, query.zero_terms_query == "all"
    )


def match_in(
    compiler: Compiler, field: Field, query: Text, operator: str, minimum: str | None, lenient: bool
) -> Any:
    """Return what ``match`` asks of one field."""
    if isinstance(query.query, Hole):
        if minimum is not None:  # it depends on how many words there are
            raise NeedsValueError
        return _given_text(compiler, field, query, None, operator == "and")
    words = words_of(compiler, field, query)
    if words is None:
        return value_query(compiler, field, known(query.query), query.path, lenient=lenient)
    if not words:
        return no_words(compiler, query.zero_terms_query)
    if field.kind.is_analyzed:  # the common case, without detours
        number, make = field.number, compiler.make
        clauses = [make("term", number, word) for word, _ in words]
    else:
        clauses = [value_query(compiler, field, word, query.path, lenient=lenient) for word, _ in words]
    return joined(compiler, words, clauses, operator, minimum, query.path)


def joined(
    compiler: Compiler, words: Words, clauses: list[Any], operator: str, minimum: str | None, path: str
) -> Any:
    """Return one clause a word as one query; a single clause is the query itself."""
    if len(clauses) == 1:
        return clauses[0]
    _demand_one_word_a_place(words, path)
    optional = [] if operator == "and" else clauses
    # counted over the optional clauses: with "and" there are none, and a demand for some cannot be met
    wanted = 0 if minimum is None else required(minimum, len(optional))
    return compiler.make("boolean", [] if optional else clauses, [], optional, [], wanted)


def _demand_one_word_a_place(words: Words, path: str) -> None:
    last = -1
    for _, position in words:
        if position == last:
            raise UnsupportedError("a query text with several words at one position (synonyms)", path=path)
        last = position


def no_words(compiler: Compiler, zero_terms_query: str) -> Any:
    """Return what a text without words matches."""
    make = compiler.make
    return make("match_all") if zero_terms_query == "all" else make("match_none")


def phrase_in(compiler: Compiler, field: Field, query: Text, slop: int, lenient: bool) -> Any:
    """Return what ``match_phrase`` asks of one field."""
    if isinstance(query.query, Hole):
        return _given_text(compiler, field, query, slop)
    words = words_of(compiler, field, query)
    if words is None:
        return value_query(compiler, field, known(query.query), query.path, lenient=lenient)
    if not words:
        return no_words(compiler, query.zero_terms_query)
    if len(words) == 1:
        return value_query(compiler, field, words[0][0], query.path, lenient=lenient)
    if not field.kind.is_analyzed:
        return _not_text(compiler, field, "phrase", query.path, lenient)
    terms, positions = _places(words)
    if len(terms) == 1:
        _demand_one_word_a_place(words, query.path)
    return compiler.make("phrase", field.number, terms, positions, slop)


def _not_text(compiler: Compiler, field: Field, kind: str, path: str, lenient: bool) -> Any:
    if lenient:
        return compiler.make("match_none")
    raise RequestError(
        f"Can only use {kind} queries on text fields - not on [{field.name}] which is of type [{field.type}]",
        path=path,
        type="illegal_argument_exception",
        shard_level=True,
    )


def _places(words: Words) -> tuple[list[list[str]], list[int]]:
    """Return the words at each position, and the positions from 0 on; holes stay."""
    first = words[0][1]
    terms: list[list[str]] = []
    positions: list[int] = []
    for word, position in words:
        place = position - first
        if positions and positions[-1] == place:
            terms[-1].append(word)
        else:
            terms.append([word])
            positions.append(place)
    return terms, positions


def phrase_prefix_in(
    compiler: Compiler, field: Field, query: Text, slop: int, max_expansions: int, lenient: bool
) -> Any:
    """Return what ``match_phrase_prefix`` asks of one field."""
    if not field.kind.is_analyzed:
        compiler.count(1, query.path)
        return _not_text(compiler, field, "phrase prefix", query.path, lenient)
    words = words_of(compiler, field, query) or ()
    if not words:
        return no_words(compiler, query.zero_terms_query)
    terms, positions = _places(words)
    if len(terms[-1]) > 1:
        raise UnsupportedError("a prefix with several words at its position (synonyms)", path=query.path)
    # Lucene counts after it has taken a word, so at least one is taken
    expansions = max(max_expansions, 1)
    return compiler.make("phrase_prefix", field.number, terms, positions, slop, expansions)
