"""
Bring a query into the form in which Lucene 9.9.1 scores it: rounding depends on the form.

Each function returns the very query it was given, or one step's result; `rewrite` repeats until nothing
changes. The steps of a bool are tried in a fixed order and the first that changes something ends the round.
"""

from dataclasses import replace
from functools import partial

from .blend import blended_dis_max
from .features import RankFeature, rewrite_rank_feature
from .functions import FunctionScore, Weighted
from .queries import (
    FILTER,
    MUST,
    MUST_NOT,
    SHOULD,
    Blended,
    Bool,
    Boost,
    Boosting,
    ConstantScore,
    DisMax,
    Exists,
    MatchAll,
    MatchNone,
    Phrase,
    PhrasePrefix,
    Term,
)
from .rewrite_bool import AFTER_THE_CLAUSES, BEFORE_THE_CLAUSES, finite, same
from .scripts import ScriptScore
from .shard_form import shard_form


def rewrite(query, shard):
    """Rewrite to the end, against one shard: prefixes expand to its words, terms blend its frequencies."""
    query = shard_form(query, shard)
    while True:
        after = rewrite_once(query, shard)
        if after is query:
            return after
        query = after


def rewrite_once(query, shard):
    step = STEPS.get(type(query))
    return step(query, shard) if step else query


def rewrite_boost(query: Boost, shard):
    inner = rewrite_once(query.query, shard)
    if query.boost == 1 or isinstance(inner, MatchNone):
        return inner
    if isinstance(inner, Boost):
        return Boost(inner.query, finite(query.boost * inner.boost))
    if query.boost == 0 and not isinstance(inner, ConstantScore):
        return Boost(ConstantScore(inner), query.boost)
    return query if inner is query.query else Boost(inner, query.boost)


def rewrite_constant_score(query: ConstantScore, shard):
    inner = without_score(rewrite_once(query.query, shard))
    if isinstance(inner, MatchNone):
        return inner
    return query if inner is query.query else ConstantScore(inner)


def without_score(query):
    """Simplify a query of which only the matches count."""
    if isinstance(query, Boost):
        query = query.query
    if isinstance(query, ConstantScore):
        query = query.query
    return unscored_bool(query) if isinstance(query, Bool) else query


def unscored_bool(query: Bool) -> Bool:
    """Make MUSTs FILTERs, and drop SHOULDs that need not match."""
    optional_only = not query.of(MUST, FILTER)
    clauses = []
    for occur, clause in query.clauses:
        if occur == SHOULD and not optional_only and query.minimum_should_match == 0:
            continue
        clauses.append((FILTER if occur == MUST else occur, without_score(clause)))
    return query if same(clauses, query.clauses) else Bool(tuple(clauses), query.minimum_should_match)


def rewrite_dis_max(query: DisMax, shard):
    if not query.queries:
        return MatchNone()
    if len(query.queries) == 1:
        return query.queries[0]
    if query.tie_breaker == 1:
        return Bool(tuple((SHOULD, one) for one in query.queries))
    inner = tuple(rewrite_once(one, shard) for one in query.queries)
    if all(after is before for after, before in zip(inner, query.queries, strict=True)):
        return query
    return DisMax(inner, query.tie_breaker)


def rewrite_boosting(query: Boosting, shard):
    positive, negative = rewrite_once(query.positive, shard), rewrite_once(query.negative, shard)
    if positive is query.positive and negative is query.negative:
        return query
    return Boosting(positive, negative, query.negative_boost)


def rewrite_script_score(query: ScriptScore, shard):
    inner = rewrite_once(query.query, shard)
    return query if inner is query.query else ScriptScore(inner, query.call, query.min_score)


def rewrite_function_score(query: FunctionScore, shard):
    inner = rewrite_once(query.query, shard)
    filters = [one.filter and rewrite_once(one.filter, shard) for one in query.functions]
    if inner is query.query and all(a is one.filter for a, one in zip(filters, query.functions, strict=True)):
        return query
    functions = tuple(
        Weighted(one.function, one.weight, after) for one, after in zip(query.functions, filters, strict=True)
    )
    return replace(query, query=inner, functions=functions)


def rewrite_phrase(query: Phrase, _shard):
    """A phrase of one place is its word, or any of its words."""
    if len(query.terms) > 1:
        return query
    words = [Term(query.field, word) for word in query.terms[0]]
    return words[0] if len(words) == 1 else Bool(tuple((SHOULD, word) for word in words))


def rewrite_phrase_prefix(query: PhrasePrefix, shard):
    *before, prefix = query.terms
    expanded = shard.expand_prefix(query.field, prefix)[: query.max_expansions]
    if not expanded:
        return MatchNone()
    terms = (*((word,) for word in before), tuple(expanded))
    return Phrase(query.field, terms, query.positions, query.slop)


def rewrite_exists(query: Exists, shard):
    """Everything matches where every document has the field; a text counts only with a word."""
    field = shard.field(query.field)
    documents = field.statistics().documents if field.kind.type in ("text", "keyword") else len(field.present)
    return MatchAll() if documents == len(shard.ids) else query


def rewrite_blended(query: Blended, shard):
    return blended_dis_max(query, shard)


def rewrite_bool(query: Bool, shard):
    for step in (*BEFORE_THE_CLAUSES, partial(inner_first, shard=shard), *AFTER_THE_CLAUSES):
        after = step(query)
        if after is not None:
            return after
    return query


def inner_first(query: Bool, shard):
    """Rewrite the clauses; one that cannot match vanishes, or takes the whole with it if it is required."""
    clauses = []
    for occur, clause in query.clauses:
        if occur in (FILTER, MUST_NOT):
            after = rewrite_once(ConstantScore(clause), shard)
            after = after.query if isinstance(after, ConstantScore) else after
        else:
            after = rewrite_once(clause, shard)
        if not isinstance(after, MatchNone):
            clauses.append((occur, after))
        elif occur in (MUST, FILTER):
            return after
    return None if same(clauses, query.clauses) else Bool(tuple(clauses), query.minimum_should_match)


STEPS = {
    Boost: rewrite_boost,
    ConstantScore: rewrite_constant_score,
    DisMax: rewrite_dis_max,
    Boosting: rewrite_boosting,
    ScriptScore: rewrite_script_score,
    FunctionScore: rewrite_function_score,
    RankFeature: rewrite_rank_feature,
    Phrase: rewrite_phrase,
    PhrasePrefix: rewrite_phrase_prefix,
    Blended: rewrite_blended,
    Exists: rewrite_exists,
    Bool: rewrite_bool,
}
