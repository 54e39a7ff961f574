"""
The score of a document: a rewritten query becomes a function from a document to a float32, or to None.

A boost goes down the tree into the weights of the words, it never multiplies a sum. Sums of clauses are taken
in double precision and rounded once, but the required and the optional half of a bool are each rounded before
they are added.
"""

from collections.abc import Callable

import numpy as np

from . import bm25
from .collect import Collected
from .features import DistanceFeature, RankFeature, distance_feature_scorer, rank_feature_scorer
from .functions import FunctionScore, function_scorer
from .index import Shard, TextStatistics
from .phrase import exact_frequency, sloppy_frequency
from .queries import (
    FILTER,
    MUST,
    MUST_NOT,
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
    placed,
)
from .scripts import ScriptFilter, ScriptScore, script_filter_scorer, script_score_scorer

Scorer = Callable[[int], np.float32 | None]

ONE = np.float32(1)


class Statistics:
    """
    The statistics BM25 uses in a shard: its own, unless those of all were collected (dfs_query_then_fetch).

    `scored` is false below filters and exclusions, where only matches count and scripts need not run.
    """

    def __init__(self, shard: Shard, collected: Collected | None = None, scored: bool = True):
        self.shard = shard
        self.collected = collected or Collected()
        self.scored = scored

    def of_field(self, name: str) -> TextStatistics:
        return self.collected.fields.get(name) or self.shard.field(name).statistics()

    def scoring(self, scored: bool) -> "Statistics":
        return Statistics(self.shard, self.collected, scored)

    def unscored(self) -> "Statistics":
        return self.scoring(False)

    def idf(self, name: str, word: str, blended_df: int | None = None) -> np.float32:
        """Return a word's idf. Frequencies collected of all shards replace this one's, blended or not."""
        own = self.shard.field(name).document_frequency(word) if blended_df is None else blended_df
        return bm25.idf(self.of_field(name).documents, self.collected.having.get((name, word), own))

    def has(self, name: str, word: str) -> bool:
        return self.shard.field(name).document_frequency(word) > 0


def make_scorer(query, shard: Shard, statistics: Statistics, boost: np.float32 = ONE) -> Scorer:
    """Bind a rewritten query to a shard."""
    return MAKERS[type(query)](query, shard, statistics, boost)


def nothing(_document: int) -> None:
    """
    Score no document.

    A query that cannot match in a shard, for want of a word say, must be known as this very function: a bool
    leaves such clauses out before it decides which of the others are required.
    """


def term_scorer(query: Term, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    field = shard.field(query.field)
    postings = field.postings.get(query.term)
    if not postings:
        return nothing
    weight = bm25.weight(field.kind, boost, statistics.idf(query.field, query.term, query.blended_df))
    norms = bm25.inverse_norms(field.kind, statistics.of_field(query.field))

    def score(document: int) -> np.float32 | None:
        if document not in postings:
            return None
        frequency = np.float32(len(postings[document]))
        return bm25.score(weight, frequency, norms[field.length_code(document)])

    return score


def phrase_scorer(query: Phrase, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    field = shard.field(query.field)
    postings = [[field.postings.get(word, {}) for word in words] for words in query.terms]
    words = [word for alternatives in query.terms for word in alternatives]
    idfs = [statistics.idf(query.field, word) for word in words if statistics.has(query.field, word)]
    if not all(map(any, postings)):
        return nothing
    weight = bm25.weight(field.kind, boost, bm25.phrase_idf(idfs))
    norms = bm25.inverse_norms(field.kind, statistics.of_field(query.field))

    def score(document: int) -> np.float32 | None:
        positions = [
            sorted(at for one in alternatives for at in one.get(document, ())) for alternatives in postings
        ]
        if not all(positions):
            return None
        if query.slop == 0:
            frequency = exact_frequency(positions, query.positions)
        else:
            frequency = sloppy_frequency(query.terms, positions, query.positions, query.slop)
        if frequency == 0:
            return None
        return bm25.score(weight, frequency, norms[field.length_code(document)])

    return score


def constant(matches: Callable[[int], bool], boost: np.float32) -> Scorer:
    return lambda document: boost if matches(document) else None


def among(documents, boost: np.float32) -> Scorer:
    found = set(documents)
    return constant(lambda document: document in found, boost)


def having_words(field: str, wanted: Callable[[str], bool], shard: Shard, boost: np.float32) -> Scorer:
    """Score documents that have any wanted word."""
    postings = shard.field(field).postings
    if not postings:
        return nothing
    return among((document for word in postings if wanted(word) for document in postings[word]), boost)


def terms_scorer(query: Terms, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return having_words(query.field, lambda word: word in query.terms, shard, boost)


def prefix_scorer(query: Prefix, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return having_words(query.field, lambda word: word.startswith(query.prefix), shard, boost)


def term_range_scorer(query: TermRange, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    def lies_between(word: str) -> bool:  # code points compare as their UTF-8 bytes do
        above = query.low is None or word > query.low or (query.low_included and word == query.low)
        below = query.high is None or word < query.high or (query.high_included and word == query.high)
        return above and below

    return having_words(query.field, lies_between, shard, boost)


def numbers_scorer(query: Numbers, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    numbers = shard.field(query.field).numbers
    if not numbers:
        return nothing
    return constant(
        lambda document: any(
            low <= placed(number) <= high
            for number in numbers.get(document, ())
            for low, high in query.intervals
        ),
        boost,
    )


def date_range_scorer(query: DateRange, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    return numbers_scorer(
        Numbers(query.field, frozenset({(query.low, query.high)})), shard, statistics, boost
    )


def exists_scorer(query: Exists, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    present = shard.field(query.field).present
    return among(present, boost) if present else nothing


def ids_scorer(query: Ids, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return constant(lambda document: shard.ids[document] in query.ids, boost)


def match_all_scorer(_query, _shard, _statistics, boost: np.float32) -> Scorer:
    return lambda _document: boost


def match_none_scorer(_query, _shard, _statistics, _boost) -> Scorer:
    return nothing


def constant_score_scorer(
    query: ConstantScore, shard: Shard, statistics: Statistics, boost: np.float32
) -> Scorer:
    inner = make_scorer(query.query, shard, statistics.unscored())
    if inner is nothing:
        return nothing
    return constant(lambda document: inner(document) is not None, boost)


def boost_scorer(query: Boost, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    return make_scorer(query.query, shard, statistics, query.boost * boost)


def boosting_scorer(query: Boosting, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    """Score the positive query without the boost from above, which multiplies the result in double."""
    positive = make_scorer(query.positive, shard, statistics)
    negative = make_scorer(query.negative, shard, statistics.unscored())
    if positive is nothing:
        return nothing

    def score(document: int) -> np.float32 | None:
        value = positive(document)
        if value is None:
            return None
        factor = 1.0 if negative(document) is None else float(query.negative_boost)
        return np.float32(float(value) * factor * float(boost))

    return score


def scripted(query: ScriptScore, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    """
    Score the inner query without the boost from above, which multiplies the script's score.

    Where the script need not run the boost is handed on: a minimum score further in may meet it.
    """
    if not statistics.scored and query.min_score is None:
        return make_scorer(query.query, shard, statistics, boost)
    inner = make_scorer(query.query, shard, statistics.scoring(query.call.script.uses_score))
    if inner is nothing:
        return nothing
    return script_score_scorer(query, inner, shard, boost)


def filtered(query: ScriptFilter, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return script_filter_scorer(query, shard, boost)


def function_scored(query: FunctionScore, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    """Give the boost to the inner query. Where only matches count, functions matter for `min_score` alone."""
    if not statistics.scored and query.min_score is None:
        return make_scorer(query.query, shard, statistics, boost)
    inner = make_scorer(query.query, shard, statistics.scoring(query.needs_query_score()), boost)
    if inner is nothing:
        return nothing
    filters = [
        one.filter and make_scorer(one.filter, shard, statistics.unscored()) for one in query.functions
    ]
    return function_scorer(query, inner, filters, shard)


def featured(query: RankFeature, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return rank_feature_scorer(query, shard, boost) if shard.field(query.field).numbers else nothing


def near(query: DistanceFeature, shard: Shard, _statistics: Statistics, boost: np.float32) -> Scorer:
    return distance_feature_scorer(query, shard, boost) if shard.field(query.field).numbers else nothing


def without_nothing(scorers) -> list[Scorer]:
    return [scorer for scorer in scorers if scorer is not nothing]


def dis_max_scorer(query: DisMax, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    scorers = without_nothing(make_scorer(one, shard, statistics, boost) for one in query.queries)
    if not scorers:
        return nothing

    def score(document: int) -> np.float32 | None:
        scores = [value for one in scorers if (value := one(document)) is not None]
        if not scores:
            return None
        best, others = np.float32(0), 0.0
        for value in scores:
            others += float(min(best, value))
            best = max(best, value)
        return np.float32(float(best) + others * float(query.tie_breaker))

    return score


def total(scores) -> np.float32:
    return np.float32(sum(map(float, scores)))


def bool_scorer(query: Bool, shard: Shard, statistics: Statistics, boost: np.float32) -> Scorer:
    def scorers(*occurs: str) -> list[Scorer]:
        inner = statistics.unscored() if occurs in ((FILTER,), (MUST_NOT,)) else statistics
        return [make_scorer(one, shard, inner, boost) for one in query.of(*occurs)]

    musts, filters, optional, excluded = (scorers(occur) for occur in (MUST, FILTER, SHOULD, MUST_NOT))
    optional, excluded = without_nothing(optional), without_nothing(excluded)
    needed = query.minimum_should_match
    if nothing in musts + filters or len(optional) < needed or not musts + filters + optional:
        return nothing
    if len(optional) == needed:  # the optional clauses that can match are all required, and summed as such
        musts, optional, needed = musts + optional, [], 0
    if not musts and not filters:
        needed = max(1, needed)

    def score(document: int) -> np.float32 | None:
        required = [one(document) for one in musts]
        if None in required or any(one(document) is None for one in filters):
            return None
        if any(surely_matches(one, shard, document) for one in excluded):
            return None
        found = [value for one in optional if (value := one(document)) is not None]
        if len(found) < needed:
            return None
        return total(required) + total(found) if found else total(required)

    return score


def surely_matches(scorer: Scorer, shard: Shard, document: int) -> bool:
    """Tell whether a document matches what excludes it; one that fails there is not excluded."""
    before = shard.fault_count
    return scorer(document) is not None and shard.fault_count == before


MAKERS = {
    Term: term_scorer,
    Phrase: phrase_scorer,
    Terms: terms_scorer,
    Prefix: prefix_scorer,
    TermRange: term_range_scorer,
    Numbers: numbers_scorer,
    DateRange: date_range_scorer,
    Exists: exists_scorer,
    Ids: ids_scorer,
    MatchAll: match_all_scorer,
    MatchNone: match_none_scorer,
    ConstantScore: constant_score_scorer,
    Boost: boost_scorer,
    Boosting: boosting_scorer,
    DisMax: dis_max_scorer,
    Bool: bool_scorer,
    ScriptScore: scripted,
    FunctionScore: function_scored,
    RankFeature: featured,
    DistanceFeature: near,
    ScriptFilter: filtered,
}
