"""Typed queries become the core's: what Elasticsearch does between its query language and Lucene's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rescora import compile_text, compile_values
from rescora.errors import RequestError
from rescora.request import nodes
from rescora.request.queries.minimum import required
from rescora.request.values import illegal

if TYPE_CHECKING:
    from rescora.mapping import Mappings

Analyze = Callable[[str, str], Sequence[tuple[str, int]]]


class Compiler:
    """
    Makes the core's queries for one request.

    Parameters
    ----------
    mappings : Mappings
        The fields of the index.
    analyze : callable
        From an analyzer's name and a text to its (word, position) pairs; LookupError for an unknown analyzer.
    factory : type
        The core's query type: static methods that make one node each; `plan/query.h` says what they mean.
    now : int
        What ``now`` means in dates, in milliseconds since 1970.
    max_clauses : int
        How many words and other leaves a query may have.

    Attributes
    ----------
    named : list of (str, core query)
        The queries with a ``_name``, boost included, as they were met.
    """

    __slots__ = ("_analyze", "_clauses", "factory", "mappings", "max_clauses", "named", "now")

    def __init__(
        self, mappings: Mappings, analyze: Analyze, factory: Any, *, now: int = 0, max_clauses: int = 4_096
    ) -> None:
        self.mappings = mappings
        self.factory = factory
        self.now = now
        self.max_clauses = max_clauses
        self.named: list[tuple[str, Any]] = []
        self._analyze = analyze
        self._clauses = 0

    def compile(self, query: nodes.Query) -> Any:
        """
        Return the core's query.

        Raises
        ------
        RequestError
            If a value does not fit its field, an analyzer is unknown, or the query has too many words.
        """
        self._clauses = 0
        return self.node(query)

    def node(self, query: nodes.Query) -> Any:
        """Compile one query of a tree."""
        made = _KINDS[type(query)](self, query)
        if query.boost != 1:
            made = self.factory.boost(made, query.boost)
        if query.name is not None:
            self.named.append((query.name, made))
        return made

    def words(self, analyzer: str, text: str, path: str) -> Sequence[tuple[str, int]]:
        """Return the words of a text; they count towards the limit."""
        try:
            words = self._analyze(analyzer, text)
        except LookupError:
            raise illegal(f"No analyzer found for [{analyzer}]", path) from None
        self.count(len(words), path)
        return words

    def count(self, clauses: int, path: str) -> None:
        """Count leaves of the query."""
        self._clauses += clauses
        if self._clauses > self.max_clauses:
            raise RequestError(
                f"Query contains too many nested clauses; maxClauseCount is set to {self.max_clauses} "
                "by [indices.query.bool.max_clause_count]",
                path=path,
                type="too_many_nested_clauses",
                shard_level=True,
            )


def _match_all(compiler: Compiler, query: nodes.MatchAll) -> Any:
    compiler.count(1, query.path)
    return compiler.factory.match_all()


def _match_none(compiler: Compiler, query: nodes.MatchNone) -> Any:
    compiler.count(1, query.path)
    return compiler.factory.match_none()


def _bool(compiler: Compiler, query: nodes.Bool) -> Any:
    make, node = compiler.factory, compiler.node
    must, filters = [node(inner) for inner in query.must], [node(inner) for inner in query.filter]
    should, must_not = [node(inner) for inner in query.should], [node(inner) for inner in query.must_not]
    if not (must or filters or should or must_not):
        return make.match_all()
    spec = query.minimum_should_match
    minimum = 0 if spec is None else required(spec, len(should))
    if query.adjust_pure_negative and not (must or filters or should):
        filters = [make.match_all()]  # what is not excluded, at score 0
    return make.boolean(must, filters, should, must_not, minimum)


def _dis_max(compiler: Compiler, query: nodes.DisMax) -> Any:
    return compiler.factory.dis_max([compiler.node(inner) for inner in query.queries], query.tie_breaker)


def _constant_score(compiler: Compiler, query: nodes.ConstantScore) -> Any:
    return compiler.factory.constant_score(compiler.node(query.filter))


def _boosting(compiler: Compiler, query: nodes.Boosting) -> Any:
    positive, negative = compiler.node(query.positive), compiler.node(query.negative)
    return compiler.factory.boosting(positive, negative, query.negative_boost)


_KINDS: dict[type[nodes.Query], Callable[[Any, Any], Any]] = {
    nodes.MatchAll: _match_all,
    nodes.MatchNone: _match_none,
    nodes.Bool: _bool,
    nodes.DisMax: _dis_max,
    nodes.ConstantScore: _constant_score,
    nodes.Boosting: _boosting,
    nodes.Match: compile_text.match,
    nodes.MatchPhrase: compile_text.match_phrase,
    nodes.MatchPhrasePrefix: compile_text.match_phrase_prefix,
    nodes.MultiMatch: compile_text.multi_match,
    nodes.Term: compile_values.term,
    nodes.Terms: compile_values.terms,
    nodes.Range: compile_values.range_,
    nodes.Exists: compile_values.exists,
    nodes.Ids: compile_values.ids,
    nodes.Prefix: compile_values.prefix,
}
