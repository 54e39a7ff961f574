"""
The steps in which a bool is rewritten once its clauses are: each returns what the query becomes, or None.

They are Lucene 9.9.1's. A newer Lucene also takes required clauses out of a bool inside a bool, which must
not happen here: the sums would be rounded elsewhere.
"""

import numpy as np

from .queries import FILTER, MUST, MUST_NOT, SHOULD, Bool, Boost, ConstantScore, MatchAll, MatchNone


def same(clauses, before) -> bool:
    """Return whether these are the very same clauses; equal ones could still be simpler."""
    return len(clauses) == len(before) and all(
        occur == old and clause is query
        for (occur, clause), (old, query) in zip(clauses, before, strict=True)
    )


def finite(boost: np.float32) -> np.float32:
    if not np.isfinite(boost):
        msg = "boost must be a positive float, got Infinity"
        raise ValueError(msg)
    return boost


def nothing_positive(query: Bool):
    return None if query.of(MUST, FILTER, SHOULD) else MatchNone()


def only_one_clause(query: Bool):
    if len(query.clauses) > 1:
        return None
    ((occur, clause),) = query.clauses
    if occur == SHOULD and query.minimum_should_match <= 1:
        return clause
    if query.minimum_should_match > 0:
        return None
    return clause if occur == MUST else Boost(ConstantScore(clause), np.float32(0))


def repeated_filters(query: Bool):
    """Drop a FILTER or MUST_NOT that is there twice."""
    kept = []
    for clause in query.clauses:
        if clause[0] in (MUST, SHOULD) or clause not in kept:
            kept.append(clause)
    return None if len(kept) == len(query.clauses) else Bool(tuple(kept), query.minimum_should_match)


def required_and_excluded(query: Bool):
    excluded = set(query.of(MUST_NOT))
    required = set(query.of(MUST, FILTER))
    return MatchNone() if excluded & required or MatchAll() in excluded else None


def needless_filters(query: Bool):
    """Drop FILTERs that are MUSTs too, and those that let everything pass if something else is required."""
    filters, musts = query.of(FILTER), query.of(MUST)
    all_is_needless = len(filters) > 1 or musts
    needless = {one for one in filters if one in musts or (one == MatchAll() and all_is_needless)}
    kept = tuple(clause for clause in query.clauses if clause[0] != FILTER or clause[1] not in needless)
    return Bool(kept, query.minimum_should_match) if needless else None


def filters_that_are_optional(query: Bool):
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
    boosts = {clause: finite(np.float32(total)) for clause, total in sums.items()}
    once = [(merging, clause if boost == 1 else Boost(clause, boost)) for clause, boost in boosts.items()]
    rest = [clause for clause in query.clauses if clause[0] != merging]
    return Bool((*once, *rest), query.minimum_should_match)


def equal_shoulds(query: Bool):
    return merged(query, SHOULD) if query.minimum_should_match <= 1 else None


def equal_musts(query: Bool):
    return merged(query, MUST)


def must_match_all(query: Bool):
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


def nested_disjunctions(query: Bool):
    """Take the clauses of a disjunction inside a disjunction; not through a boost."""
    if query.minimum_should_match > 1 or not any(map(is_disjunction, query.of(SHOULD))):
        return None
    clauses = []
    for occur, clause in query.clauses:
        clauses += clause.clauses if occur == SHOULD and is_disjunction(clause) else [(occur, clause)]
    return Bool(tuple(clauses), query.minimum_should_match)


def minimum_is_reached(query: Bool):
    optional = len(query.of(SHOULD))
    if optional < query.minimum_should_match:
        return MatchNone()
    if optional == 0 or optional != query.minimum_should_match:
        return None
    return Bool(tuple((MUST if occur == SHOULD else occur, clause) for occur, clause in query.clauses))


BEFORE_THE_CLAUSES = (nothing_positive, only_one_clause)

AFTER_THE_CLAUSES = (
    repeated_filters,
    required_and_excluded,
    needless_filters,
    filters_that_are_optional,
    equal_shoulds,
    equal_musts,
    must_match_all,
    nested_disjunctions,
    minimum_is_reached,
)
