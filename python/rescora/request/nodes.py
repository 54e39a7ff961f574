"""A request as it was understood: frozen values, every one with the path it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from rescora.request.template import Hole

# Ends of what track_total_hits can say: as Elasticsearch, -1 does not count at all.
COUNT_NONE = -1
COUNT_ALL = 2**63 - 1

MAX_FLOAT = 3.4028234663852886e38  # the greatest float32


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What every query has: a boost (a float32), perhaps a name, and its place in the body."""

    boost: float = 1.0
    name: str | None = None
    path: str = ""


class Script(msgspec.Struct, frozen=True, kw_only=True):
    """A script's source, its parameters, and its place in the body."""

    source: str
    params: dict[str, Any] = {}
    path: str = ""


class MatchAll(Query, frozen=True, kw_only=True):
    """Every document, score 1."""


class MatchNone(Query, frozen=True, kw_only=True):
    """No document."""


class Match(Query, frozen=True, kw_only=True):
    """The words of a text in one field."""

    field: str
    query: str | int | float | bool | Hole
    operator: str = "or"
    minimum_should_match: str | None = None
    zero_terms_query: str = "none"
    analyzer: str | None = None
    lenient: bool = False


class MatchPhrase(Query, frozen=True, kw_only=True):
    """The words of a text near one another."""

    field: str
    query: str | int | float | bool | Hole
    slop: int = 0
    zero_terms_query: str = "none"
    analyzer: str | None = None


class MatchPhrasePrefix(Query, frozen=True, kw_only=True):
    """A phrase whose last word is a beginning."""

    field: str
    query: str | int | float | bool | Hole
    slop: int = 0
    max_expansions: int = 50
    zero_terms_query: str = "none"
    analyzer: str | None = None


class MultiMatch(Query, frozen=True, kw_only=True):
    """The words of a text in several fields; `fields` are (name or pattern, boost)."""

    query: str | int | float | bool | Hole
    fields: tuple[tuple[str, float], ...] = ()
    kind: str = "best_fields"
    tie_breaker: float | None = None
    operator: str = "or"
    minimum_should_match: str | None = None
    slop: int = 0
    max_expansions: int = 50
    zero_terms_query: str = "none"
    analyzer: str | None = None
    lenient: bool | None = None


class Bool(Query, frozen=True, kw_only=True):
    """Clauses combined: the heart of most requests."""

    must: tuple[Query, ...] = ()
    filter: tuple[Query, ...] = ()
    should: tuple[Query, ...] = ()
    must_not: tuple[Query, ...] = ()
    minimum_should_match: str | None = None
    adjust_pure_negative: bool = True


class DisMax(Query, frozen=True, kw_only=True):
    """The best of several queries, plus a share of the others."""

    queries: tuple[Query, ...]
    tie_breaker: float = 0.0


class ConstantScore(Query, frozen=True, kw_only=True):
    """A query whose matches all score 1."""

    filter: Query


class Boosting(Query, frozen=True, kw_only=True):
    """A query whose matches are pulled down where another matches too."""

    positive: Query
    negative: Query
    negative_boost: float


class Term(Query, frozen=True, kw_only=True):
    """One value of a field, as it was indexed."""

    field: str
    value: str | int | float | bool


class Terms(Query, frozen=True, kw_only=True):
    """Any of several values of a field."""

    field: str
    values: tuple[str | int | float | bool, ...]


class Range(Query, frozen=True, kw_only=True):
    """Values between two; None is no limit."""

    field: str
    low: str | int | float | bool | None = None
    high: str | int | float | bool | None = None
    include_low: bool = True
    include_high: bool = True
    format: str | None = None
    time_zone: str | None = None


class Exists(Query, frozen=True, kw_only=True):
    """Documents that have a value of a field."""

    field: str


class Ids(Query, frozen=True, kw_only=True):
    """Documents by their ids."""

    values: tuple[str, ...]


class Prefix(Query, frozen=True, kw_only=True):
    """Values of a field that begin so."""

    field: str
    value: str


class ScriptScore(Query, frozen=True, kw_only=True):
    """A query whose matches are scored by a script; those below `min_score` are none."""

    query: Query
    script: Script
    min_score: float | None = None


class ScriptFilter(Query, frozen=True, kw_only=True):
    """The documents for which a script says true."""

    script: Script


class Function(msgspec.Struct, frozen=True, kw_only=True):
    """A function of function_score; without a class of its own, it is 1 for every document."""

    weight: float | None = None
    filter: Query | None = None
    path: str = ""


class FieldValueFactor(Function, frozen=True, kw_only=True):
    """A field's value times a factor, modified."""

    field: str
    factor: float = 1.0
    modifier: str = "none"
    missing: float | None = None


class ScriptFunction(Function, frozen=True, kw_only=True):
    """What a script makes of the document and of the query's score."""

    script: Script


class RandomScore(Function, frozen=True, kw_only=True):
    """A number by chance; `seed` is the 32 bits that Elasticsearch makes of what was given."""

    seed: int | None = None
    field: str | None = None


class Decay(Function, frozen=True, kw_only=True):
    """Less, the farther a value is from the origin; the field decides what origin, scale and offset mean."""

    shape: str
    field: str
    origin: Any = None
    scale: str | int | float | bool | None = None
    offset: str | int | float | bool | None = None
    decay: float = 0.5
    multi_value_mode: str = "min"


class FunctionScore(Query, frozen=True, kw_only=True):
    """A query whose scores are joined with a factor that functions make of the documents."""

    query: Query
    functions: tuple[Function, ...] = ()
    score_mode: str = "multiply"
    boost_mode: str = "multiply"
    max_boost: float = MAX_FLOAT
    min_score: float | None = None


class RankFeature(Query, frozen=True, kw_only=True):
    """The value of a rank_feature field, as a function makes it; `scale` is a pivot or a scaling factor."""

    field: str
    function: str = "saturation"
    scale: float | None = None
    exponent: float = 1.0


class DistanceFeature(Query, frozen=True, kw_only=True):
    """How near a date or a point is to an origin."""

    field: str
    origin: Any
    pivot: str


class Rescorer(msgspec.Struct, frozen=True, kw_only=True):
    """One stage; every kind has a class below."""

    window_size: int = 10
    path: str = ""


class QueryRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``query``: first * query_weight combined with second * rescore_query_weight."""

    query: Query
    query_weight: float = 1.0
    rescore_query_weight: float = 1.0
    score_mode: str = "total"


class ScriptRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``script``: what the script gives replaces the score."""

    script: Script


class EarlyExit(msgspec.Struct, frozen=True, kw_only=True):
    """All documents are scored by the first trees, only the best by all; only these remain."""

    after_trees: int
    keep: int


class ModelRescorer(Rescorer, frozen=True, kw_only=True):
    """A stage of type ``learning_to_rank``: a model's score replaces the score, its window is the hits."""

    model_id: str
    params: dict[str, Any] = {}
    early_exit: EarlyExit | None = None


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Which parts of the sources come with the hits; see `rescora.fetch.source`."""

    enabled: bool = True
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


class ScriptField(msgspec.Struct, frozen=True, kw_only=True):
    """A value that a script makes of each hit; where it fails, none, if failures are ignored."""

    name: str
    script: Script
    ignore_failure: bool = False


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """
    A whole search.

    Attributes
    ----------
    query : Query
        The first pass.
    rescore : tuple of Rescorer
        The stages after it, in order; `stages` has those that will run, for there are none at size 0.
    track_total_hits : int
        Hits are counted exactly up to here; `COUNT_NONE` or `COUNT_ALL` for ``false`` and ``true``.
    timeout : int or None
        Nanoseconds.
    terminate_after : int
        Hits of each shard after which no more are looked for; 0 is never.
    allow_partial_results : bool
        Whether less is given where the time is over.
    dropped : tuple of str
        Keys of the body that were left out.
    """

    query: Query
    rescore: tuple[Rescorer, ...] = ()
    size: int = 10
    from_: int = 0
    min_score: float | None = None
    post_filter: Query | None = None
    source: SourceSpec = SourceSpec()
    script_fields: tuple[ScriptField, ...] = ()
    track_total_hits: int = 10_000
    explain: bool = False
    profile: bool = False
    search_type: str = "query_then_fetch"
    timeout: int | None = None
    terminate_after: int = 0
    allow_partial_results: bool = True
    dropped: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[Rescorer, ...]:
        """The rescorers that will run."""
        return self.rescore if self.size else ()
