"""Queries that analyze a text: match, match_phrase, match_phrase_prefix, multi_match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rescora.compile.compiler import compiles
from rescora.compile.values import flag_term, is_searched, value_query
from rescora.errors import RequestError, UnsupportedError
from rescora.reading.values import scalar_text
from rescora.request import Hole, NeedsValueError, nodes
from rescora.request.queries.minimum import required

if TYPE_CHECKING:
    from rescora.compile.compiler import Compiler
    from rescora.schema.field import Field

Words = Sequence[tuple[str, int]]
Value = str | int | float | bool
Phrase = nodes.MatchPhrase | nodes.MatchPhrasePrefix | nodes.MultiMatch
_TIES = {"most_fields": 1.0}


@compiles(nodes.Match)
def match(compiler: Compiler, query: nodes.Match) -> Any:
    """Compile ``match``."""
    field = compiler.mappings.field(query.field)
    return _unmapped(compiler, query) if field is None else _match(compiler, field, query, query.lenient)


@compiles(nodes.MatchPhrase)
def match_phrase(compiler: Compiler, query: nodes.MatchPhrase) -> Any:
    """Compile ``match_phrase``."""
    field = compiler.mappings.field(query.field)
    return _unmapped(compiler, query) if field is None else _phrase(compiler, field, query, lenient=False)


@compiles(nodes.MatchPhrasePrefix)
def match_phrase_prefix(compiler: Compiler, query: nodes.MatchPhrasePrefix) -> Any:
    """Compile ``match_phrase_prefix``."""
    field = compiler.mappings.field(query.field)
    if field is None:
        compiler.count(1, query.path)
        return compiler.make("match_none")
    return _phrase_prefix(compiler, field, query, lenient=False)


def _known(value: Value | Hole) -> Value:
    """Return a value that must be known now."""
    if isinstance(value, Hole):
        raise NeedsValueError
    return value


def _unmapped(compiler: Compiler, query: nodes.Match | nodes.MatchPhrase) -> Any:
    compiler.count(1, query.path)
    if query.field == "_id":
        return compiler.make("ids", [scalar_text(_known(query.query), query.path)])
    return compiler.make("match_none")


def _words(
    compiler: Compiler,
    field: Field,
    query: nodes.Match | Phrase,
) -> Words | None:
    """Return the words of the text, or None where the field takes the value as it is."""
    analyzer = query.analyzer or field.search_analyzer
    if field.type != "text" and query.analyzer is None:
        compiler.count(1, query.path)
        return None
    return compiler.words(analyzer, scalar_text(_known(query.query), query.path), query.path)


def _given_text(
    compiler: Compiler, field: Field, query: nodes.Match | Phrase, slop: int | None, every_word: bool = False
) -> Any:
    """Return what a text that each call gives becomes; a phrase has a slop."""
    if not isinstance(query.query, Hole) or field.type != "text":
        raise NeedsValueError
    analyzer = compiler.core_analyzer(query.analyzer or field.search_analyzer, query.path)
    number = query.query.number
    return compiler.make(
        "text", field.number, analyzer, number, slop, every_word, query.zero_terms_query == "all"
    )


def _match(compiler: Compiler, field: Field, query: nodes.Match | nodes.MultiMatch, lenient: bool) -> Any:
    if isinstance(query.query, Hole):
        if query.minimum_should_match is not None:  # it depends on how many words there are
            raise NeedsValueError
        return _given_text(compiler, field, query, None, query.operator == "and")
    words = _words(compiler, field, query)
    if words is None:
        return value_query(compiler, field, _known(query.query), query.path, lenient=lenient)
    if not words:
        return _no_words(compiler, query.zero_terms_query)
    if field.type == "text":  # the common case, without detours
        number, make = field.number, compiler.make
        clauses = [make("term", number, word) for word, _ in words]
    else:
        clauses = [value_query(compiler, field, word, query.path, lenient=lenient) for word, _ in words]
    return _joined(compiler, words, clauses, query)


def _joined(
    compiler: Compiler, words: Words, clauses: list[Any], query: nodes.Match | nodes.MultiMatch
) -> Any:
    """Return one clause a word as one query; a single clause is the query itself."""
    if len(clauses) == 1:
        return clauses[0]
    _demand_one_word_a_place(words, query.path)
    optional = [] if query.operator == "and" else clauses
    spec = query.minimum_should_match
    # counted over the optional clauses: with "and" there are none, and a demand for some cannot be met
    minimum = 0 if spec is None else required(spec, len(optional))
    return compiler.make("boolean", [] if optional else clauses, [], optional, [], minimum)


def _demand_one_word_a_place(words: Words, path: str) -> None:
    last = -1
    for _, position in words:
        if position == last:
            raise UnsupportedError("a query text with several words at one position (synonyms)", path=path)
        last = position


def _no_words(compiler: Compiler, zero_terms_query: str) -> Any:
    make = compiler.make
    return make("match_all") if zero_terms_query == "all" else make("match_none")


def _phrase(
    compiler: Compiler,
    field: Field,
    query: Phrase,
    lenient: bool,
) -> Any:
    if isinstance(query.query, Hole):
        return _given_text(compiler, field, query, query.slop)
    words = _words(compiler, field, query)
    if words is None:
        return value_query(compiler, field, _known(query.query), query.path, lenient=lenient)
    if not words:
        return _no_words(compiler, query.zero_terms_query)
    if len(words) == 1:
        return value_query(compiler, field, words[0][0], query.path, lenient=lenient)
    if field.type != "text":
        return _not_text(compiler, field, "phrase", query.path, lenient)
    terms, positions = _places(words)
    if len(terms) == 1:
        _demand_one_word_a_place(words, query.path)
    return compiler.make("phrase", field.number, terms, positions, query.slop)


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


def _phrase_prefix(
    compiler: Compiler, field: Field, query: nodes.MatchPhrasePrefix | nodes.MultiMatch, lenient: bool
) -> Any:
    if field.type != "text":
        compiler.count(1, query.path)
        return _not_text(compiler, field, "phrase prefix", query.path, lenient)
    words = _words(compiler, field, query) or ()
    if not words:
        return _no_words(compiler, query.zero_terms_query)
    terms, positions = _places(words)
    if len(terms[-1]) > 1:
        raise UnsupportedError("a prefix with several words at its position (synonyms)", path=query.path)
    # Lucene counts after it has taken a word, so at least one is taken
    expansions = max(query.max_expansions, 1)
    return compiler.make("phrase_prefix", field.number, terms, positions, query.slop, expansions)


@compiles(nodes.MultiMatch)
def multi_match(compiler: Compiler, query: nodes.MultiMatch) -> Any:
    """Compile ``multi_match``."""
    patterns = query.fields or (("*", 1.0),)
    lenient = query.lenient
    if lenient is None:  # a text is wanted from all fields, so numbers must let it pass
        lenient = any(pattern == "*" for pattern, _ in patterns)
    weights = _weights(compiler, patterns)
    if not weights:
        compiler.count(1, query.path)
        return compiler.make("match_none")
    tie = _TIES.get(query.kind, 0.0) if query.tie_breaker is None else query.tie_breaker
    if query.kind == "cross_fields":
        queries = _cross_fields(compiler, query, weights, tie, lenient)
    else:
        queries = [
            _boosted(compiler, _of_field(compiler, field, query, lenient), weight)
            for field, weight in weights.items()
        ]
    return queries[0] if len(queries) == 1 else compiler.make("dis_max", queries, tie)


def _weights(compiler: Compiler, patterns: Sequence[tuple[str, float]]) -> dict[Field, float]:
    """Return the mapped fields with their boosts; the boosts of a field named twice multiply."""
    weights: dict[Field, float] = {}
    for pattern, weight in patterns:
        for field in compiler.mappings.match_pattern(pattern):
            if "*" in pattern and not is_searched(field):  # only a field that is named can be wrong
                continue
            weights[field] = weights.get(field, 1.0) * weight
    return weights


def _boosted(compiler: Compiler, made: Any, boost: float) -> Any:
    return made if boost == 1 else compiler.make("boost", made, boost)


def _of_field(compiler: Compiler, field: Field, query: nodes.MultiMatch, lenient: bool) -> Any:
    if query.kind == "phrase":
        return _phrase(compiler, field, query, lenient)
    if query.kind == "phrase_prefix":
        return _phrase_prefix(compiler, field, query, lenient)
    return _match(compiler, field, query, lenient)


def _cross_fields(
    compiler: Compiler, query: nodes.MultiMatch, weights: dict[Field, float], tie: float, lenient: bool
) -> list[Any]:
    """Return a query for each group of fields that share an analyzer."""
    groups: dict[str, list[Field]] = {}
    for field in weights:
        own = field.search_analyzer if field.type == "text" else ""  # values, whatever their type
        groups.setdefault(query.analyzer or own, []).append(field)
    queries = []
    for group in groups.values():
        if len(group) == 1:
            made = _match(compiler, group[0], query, lenient)
            queries.append(_boosted(compiler, made, weights[group[0]]))
        else:
            queries.append(_group(compiler, query, {field: weights[field] for field in group}, tie, lenient))
    return queries


def _group(
    compiler: Compiler, query: nodes.MultiMatch, weights: dict[Field, float], tie: float, lenient: bool
) -> Any:
    """Return the query of one group: every word is looked for in all fields at once."""
    words = _words(compiler, next(iter(weights)), query)
    if words is None:
        words = [(scalar_text(_known(query.query), query.path), 0)]
    if not words:
        return _no_words(compiler, query.zero_terms_query)
    clauses = [_blend(compiler, word, query.path, weights, tie, lenient) for word, _ in words]
    return _joined(compiler, words, clauses, query)


def _blend(
    compiler: Compiler, word: str, path: str, weights: dict[Field, float], tie: float, lenient: bool
) -> Any:
    """Return one word's query over several fields: those with words blend, numbers and dates stand beside."""
    compiler.count(len(weights) - 1, path)
    make = compiler.make
    queries: list[Any] = []
    terms: dict[Field, tuple[int, str]] = {}
    for field, weight in weights.items():
        term = _term_of(field, word, path, lenient)
        if term is None:
            queries.append(
                _boosted(compiler, value_query(compiler, field, word, path, lenient=lenient), weight)
            )
        else:
            terms[field] = (field.number, term)
    if terms:
        queries.append(make("blended", list(terms.values()), [weights[field] for field in terms], tie))
    return queries[0] if len(queries) == 1 else make("dis_max", queries, tie)


def _term_of(field: Field, word: str, path: str, lenient: bool) -> str | None:
    """Return a word as the field's index spells it, or None where the field's values are no words."""
    if field.type == "boolean":
        return flag_term(word, path, lenient=lenient)
    return word if field.type in ("text", "keyword") else None
