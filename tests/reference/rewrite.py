"""
Bring a query into the form in which Lucene 9.9.1 scores it: rounding depends on the form.

Each function returns the very query it was given, or one step's result; `rewrite` repeats until nothing
changes. The steps of a bool are tried in a fixed order and the first that changes something ends the round.
"""

import numpy as np

from .blend import blended_dis_max
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
    MatchAll,
    MatchNone,
    Phrase,
    PhrasePrefix,
    Term,
)


def rewrite(query, shard):
    """Rewrite to the end, against one shard: prefixes expand to its words, terms blend its frequencies."""
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
        return Boost(inner.query, query.boost * inner.boost)
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


def same(clauses, before) -> bool:
    """Return whether these are the very same clauses; equal ones could still be simpler."""
    return len(clauses) == len(before) and all(
        occur == old and clause is query
        for (occur, clause), (old, query) in zip(clauses, before, strict=True)
    )


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


def rewrite_blended(query: Blended, shard):
    return blended_dis_max(query, shard)


def rewrite_bool(query: Bool, shard):
    for step in BOOL_STEPS:
        after = step(query, shard)
        if after is not None:
            return after
    return query


# The steps of a bool: each returns what the query becomes, or None.


def nothing_positive(query: Bool, _shard):
    return None if query.of(MUST, FILTER, SHOULD) else MatchNone()


def only_one_clause(query: Bool, _shard):
    if len(query.clauses) > 1:
        return None
    ((occur, clause),) = query.clauses
    if occur == SHOULD and query.minimum_should_match <= 1:
        return clause
    if query.minimum_should_match > 0:
        return None
    return clause if occur == MUST else Boost(ConstantScore(clause), np.float32(0))


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


def repeated_filters(query: Bool, _shard):
    """Drop a FILTER or MUST_NOT that is there twice."""
    kept = []
    for clause in query.clauses:
        if clause[0] in (MUST, SHOULD) or clause not in kept:
            kept.append(clause)
    return None if len(kept) == len(query.clauses) else Bool(tuple(kept), query.minimum_should_match)


def required_and_excluded(query: Bool, _shard):
    excluded = set(query.of(MUST_NOT))
    required = set(query.of(MUST, FILTER))
    return MatchNone() if excluded & required or MatchAll() in excluded else None


def needless_filters(query: Bool, _shard):
    """Drop FILTERs that are MUSTs too, and those that let everything pass if something else is required."""
    filters, musts = query.of(FILTER), query.of(MUST)
    all_is_needless = len(filters) > 1 or musts
    needless = {one for one in filters if one in musts or (one == MatchAll() and all_is_needless)}
    kept = tuple(clause for clause in query.clauses if clause[0] != FILTER or clause[1] not in needless)
    return Bool(kept, query.minimum_should_match) if needless else None


def filters_that_are_optional(query: Bool, _shard):
    """Make a FILTER and a SHOULD that are equal one MUST; fewer of the other SHOULDs must match then."""
    both = set(query.of(FILTER)) & set(query.of(SHOULD))
    if not both:
        return None
    minimum, clauses = query.minimum_should_match, []
    for occur, clause in query.clauses:
        if clause not in both:
            clauses.append((occur, clause))
        elif occur == SHOULD:
            clauses.append((MUST, clause))
            minimum -= 1
    return Bool(tuple(clauses), max(0, minimum))


def merged(query: Bool, merging: str):
    """Merge equal clauses, seen through their boosts, which are summed in double precision."""
    sums: dict[object, float] = {}
    for clause in query.of(merging):
        inner, boost = clause, 1.0
        while isinstance(inner, Boost):
            boost *= float(inner.boost)
            inner = inner.query
        sums[inner] = sums.get(inner, 0.0) + boost
    if len(sums) == len(query.of(merging)):
        return None
    boosts = {clause: np.float32(total) for clause, total in sums.items()}
    once = [(merging, clause if boost == 1 else Boost(clause, boost)) for clause, boost in boosts.items()]
    rest = [clause for clause in query.clauses if clause[0] != merging]
    return Bool((*once, *rest), query.minimum_should_match)


def equal_shoulds(query: Bool, _shard):
    return merged(query, SHOULD) if query.minimum_should_match <= 1 else None


def equal_musts(query: Bool, _shard):
    return merged(query, MUST)


def must_match_all(query: Bool, _shard):
    """Turn filters beside a lone MUST that matches everything into one query of constant score."""
    musts = query.of(MUST)
    if len(musts) != 1 or not query.of(FILTER):
        return None
    (must,) = musts
    boost = must.boost if isinstance(must, Boost) else np.float32(1)
    if (must.query if isinstance(must, Boost) else must) != MatchAll():
        return None
    conditions = ConstantScore(Bool(tuple(one for one in query.clauses if one[0] in (FILTER, MUST_NOT))))
    constant = conditions if boost == 1 else Boost(conditions, boost)
    optional = tuple((SHOULD, clause) for clause in query.of(SHOULD))
    return Bool(((MUST, constant), *optional), query.minimum_should_match)


def is_disjunction(query) -> bool:
    return (
        isinstance(query, Bool)
        and query.minimum_should_match <= 1
        and all(occur == SHOULD for occur, _ in query.clauses)
    )


def nested_disjunctions(query: Bool, _shard):
    """Take the clauses of a disjunction inside a disjunction; not through a boost."""
    if query.minimum_should_match > 1 or not any(map(is_disjunction, query.of(SHOULD))):
        return None
    clauses = []
    for occur, clause in query.clauses:
        clauses += clause.clauses if occur == SHOULD and is_disjunction(clause) else [(occur, clause)]
    return Bool(tuple(clauses), query.minimum_should_match)


def minimum_is_reached(query: Bool, _shard):
    optional = len(query.of(SHOULD))
    if optional < query.minimum_should_match:
        return MatchNone()
    if optional == 0 or optional != query.minimum_should_match:
        return None
    return Bool(tuple((MUST if occur == SHOULD else occur, clause) for occur, clause in query.clauses))


def only_must_is_a_disjunction(query: Bool, _shard):
    musts = query.of(MUST)
    if query.of(SHOULD) or len(musts) != 1 or not isinstance(musts[0], Bool):
        return None
    inner = musts[0]
    if any(occur != SHOULD for occur, _ in inner.clauses):
        return None
    rest = tuple(clause for clause in query.clauses if clause[0] != MUST)
    return Bool((*rest, *inner.clauses), max(1, inner.minimum_should_match))


BOOL_STEPS = (
    nothing_positive,
    only_one_clause,
    inner_first,
    repeated_filters,
    required_and_excluded,
    needless_filters,
    filters_that_are_optional,
    equal_shoulds,
    equal_musts,
    must_match_all,
    nested_disjunctions,
    minimum_is_reached,
    only_must_is_a_disjunction,
)

STEPS = {
    Boost: rewrite_boost,
    ConstantScore: rewrite_constant_score,
    DisMax: rewrite_dis_max,
    Boosting: rewrite_boosting,
    Phrase: rewrite_phrase,
    PhrasePrefix: rewrite_phrase_prefix,
    Blended: rewrite_blended,
    Bool: rewrite_bool,
}
