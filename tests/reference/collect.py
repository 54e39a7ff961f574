"""
The dfs phase of dfs_query_then_fetch: statistics of the terms that each shard scores, summed.

A shard tells of a request after rewriting, so of a query that cannot match there it tells nothing. Of a word
that stands in several queries it tells once, what it made of the last of them.
"""

from collections import Counter

from .features import DistanceFeature, RankFeature
from .functions import FunctionScore
from .index import Shard, TextStatistics
from .queries import (
    MUST,
    SHOULD,
    Bool,
    Boost,
    Boosting,
    ConstantScore,
    DateRange,
    DisMax,
    Exists,
    Ids,
    MatchAll,
    MatchNone,
    Numbers,
    Phrase,
    Prefix,
    Term,
    TermRange,
    Terms,
)
from .scripts import ScriptFilter, ScriptScore

WITHOUT_WORDS = (
    *(DateRange, Exists, Ids, MatchAll, MatchNone, Numbers, Prefix, TermRange, Terms),
    *(RankFeature, DistanceFeature, ScriptFilter),
)


class Collected:
    """Sums over shards: of fields, and of (field, word) the documents that have it."""

    def __init__(self):
        self.fields: dict[str, TextStatistics] = {}
        self.having: Counter[tuple[str, str]] = Counter()

    def add(self, told: "OfShard") -> None:
        for name in told.fields:
            own, before = told.shard.field(name).statistics(), self.fields.get(name, TextStatistics(0, 0))
            self.fields[name] = TextStatistics(before.documents + own.documents, before.words + own.words)
        self.having.update(told.having)


class OfShard:
    """What one shard tells."""

    def __init__(self, shard: Shard):
        self.shard = shard
        self.fields: set[str] = set()
        self.having: dict[tuple[str, str], int] = {}

    def word(self, field: str, word: str, blended_df: int | None = None) -> None:
        frequency = self.shard.field(field).document_frequency(word)
        if frequency:
            self.having[field, word] = frequency if blended_df is None else blended_df

    def visit(self, query, scored: bool) -> None:
        """Tell of the words of a query, unless only its documents count."""
        if isinstance(query, Bool):
            for occur, clause in query.clauses:
                self.visit(clause, scored and occur in (MUST, SHOULD))
        elif isinstance(query, Boosting):
            self.visit(query.positive, scored)
            if scored:
                self.visit(query.negative, True)
        elif isinstance(query, DisMax):
            for inner in query.queries:
                self.visit(inner, scored)
        elif isinstance(query, Boost):
            self.visit(query.query, scored)
        elif isinstance(query, ConstantScore):
            self.visit(query.query, False)
        elif isinstance(query, FunctionScore):
            self.visit(query.query, self.runs(query, scored) and query.needs_query_score())
            for function in query.functions:
                if function.filter and self.runs(query, scored):
                    self.visit(function.filter, False)
        elif isinstance(query, ScriptScore):
            self.visit(query.query, self.runs(query, scored) and query.call.script.uses_score)
        elif isinstance(query, Term | Phrase):
            if scored:
                self.words_of(query)
        elif not isinstance(query, WITHOUT_WORDS):
            msg = f"nothing is known of the words of {query}"
            raise TypeError(msg)

    @staticmethod
    def runs(query, scored: bool) -> bool:
        return scored or query.min_score is not None

    def words_of(self, query: Term | Phrase) -> None:
        if isinstance(query, Term):
            self.word(query.field, query.term, query.blended_df)
            self.fields.add(query.field)
            return
        for alternatives in query.terms:
            for word in alternatives:
                self.word(query.field, word)
                if self.shard.field(query.field).document_frequency(word):
                    self.fields.add(query.field)


def collect(queries_of, shards: list[Shard]) -> Collected | None:
    """
    Add up what the shards tell of queries; a single shard is not asked twice.

    `queries_of` gives a shard's rewritten queries, in the order in which they are scored.
    """
    if len(shards) == 1:
        return None
    collected = Collected()
    for shard in shards:
        told = OfShard(shard)
        for query in queries_of(shard):
            told.visit(query, True)
        collected.add(told)
    return collected
