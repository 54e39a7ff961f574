"""The queries as plain values. Equal ones compare equal: the rewriting depends on it."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

MUST, FILTER, SHOULD, MUST_NOT = "must", "filter", "should", "must_not"


@dataclass(frozen=True)
class MatchAll:
    pass


@dataclass(frozen=True)
class MatchNone:
    pass


@dataclass(frozen=True)
class Term:
    """One word, scored by BM25. A blended document frequency replaces its own, and is no part of equality."""

    field: str
    term: str
    blended_df: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Phrase:
    """Words near one another: terms[i] are the alternatives at positions[i], which ascend."""

    field: str
    terms: tuple[tuple[str, ...], ...]
    positions: tuple[int, ...]
    slop: int = 0


@dataclass(frozen=True)
class PhrasePrefix:
    """A phrase whose last word is a prefix, to be expanded to the first words of a shard that begin so."""

    field: str
    terms: tuple[str, ...]
    positions: tuple[int, ...]
    slop: int
    max_expansions: int


@dataclass(frozen=True)
class Blended:
    """A word in several fields as if they were one: (field, word there, boost); frequencies are blended."""

    fields: tuple[tuple[str, str, np.float32], ...]
    tie_breaker: np.float32


@dataclass(frozen=True)
class Terms:
    """Any of these words; scores 1."""

    field: str
    terms: frozenset[str]


@dataclass(frozen=True)
class Prefix:
    field: str
    prefix: str


@dataclass(frozen=True)
class TermRange:
    """Words between two, in the order of their bytes, ends included or not; scores 1."""

    field: str
    low: str | None
    high: str | None
    low_included: bool = True
    high_included: bool = True


@dataclass(frozen=True)
class Numbers:
    """A number that lies in one of the intervals, whose ends are `placed` and included; scores 1."""

    field: str
    intervals: frozenset[tuple[object, object]]


@dataclass(frozen=True)
class DateRange:
    """The query `range` on dates, which depends on the dates of a shard; scores 1."""

    field: str
    low: int
    high: int


@dataclass(frozen=True)
class Exists:
    field: str


@dataclass(frozen=True)
class Ids:
    ids: frozenset[str]


@dataclass(frozen=True)
class Bool:
    """Clauses (occur, query). Their order is none of equality, nor are repeated FILTERs and MUST_NOTs."""

    clauses: tuple[tuple[str, object], ...]
    minimum_should_match: int = 0

    def of(self, *occurs: str) -> list:
        return [query for occur, query in self.clauses if occur in occurs]

    def key(self):
        counted = Counter(clause for clause in self.clauses if clause[0] in (MUST, SHOULD))
        unscored = frozenset(clause for clause in self.clauses if clause[0] in (FILTER, MUST_NOT))
        return frozenset(counted.items()), unscored, self.minimum_should_match

    def __eq__(self, other):
        return isinstance(other, Bool) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())


@dataclass(frozen=True)
class DisMax:
    queries: tuple[object, ...]
    tie_breaker: np.float32

    def key(self):
        return frozenset(Counter(self.queries).items()), self.tie_breaker

    def __eq__(self, other):
        return isinstance(other, DisMax) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())


@dataclass(frozen=True)
class ConstantScore:
    query: object


@dataclass(frozen=True)
class Boost:
    query: object
    boost: np.float32


@dataclass(frozen=True)
class Boosting:
    """The positive query, its score multiplied where the negative one matches."""

    positive: object
    negative: object
    negative_boost: np.float32


def placed(number: int | float) -> object:
    """Return what a number is ordered by: of the two zeros that a real has, -0.0 comes first."""
    return (number, float(np.copysign(1, number))) if isinstance(number, float) else number


def boosted(query, boost: np.float32):
    """Wrap a query in a boost, unless that is 1 or nothing can match."""
    return query if boost == 1 or isinstance(query, MatchNone) else Boost(query, boost)
