"""What a search returns: hits that read like a list, print as a table, become Elasticsearch's answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from rescora.public import public, public_methods

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescora.deadline import Stage

_SHOWN = 10  # rows of a printed table
_WIDTH = 60  # of a cell
_OF_EACH_HIT = (
    "explanations",
    "fields",
    "ids",
    "matched_queries",
    "shards",
)  # attributes with an entry a hit


def shortest(score: Any) -> float:
    """
    Return a float32 as the float whose repr is the float32's shortest decimal.

    Examples
    --------
    >>> shortest(np.float32(1.3032254)), float(np.float32(1.3032254))
    (1.3032254, 1.3032253980636597)
    """
    return float(str(np.float32(score)))


class Hit:
    """
    One document that was found.

    Attributes
    ----------
    id, score, index : str, float, str
        Which document, how good (the shortest decimal of the float32), of which index.
    source : dict or None
        The parts of the document that were asked for.
    explanation : dict or None
        How the score came about, if that was asked for.
    matched_queries : list of str
        The names of the queries that it matched.
    ignored : list of str
        The fields that left out a value of the document.
    fields : dict of list
        The values of the request's script fields.
    """

    __slots__ = ("_hits", "_place")
    __module__ = "rescora"

    def __init__(self, hits: Hits, place: int) -> None:
        self._hits = hits
        self._place = place

    @property
    def id(self) -> str:
        """The document's id."""
        return self._hits.ids[self._place]

    @property
    def score(self) -> float:
        """The score, as the shortest decimal of the float32."""
        return shortest(self._hits.scores[self._place])

    @property
    def index(self) -> str:
        """The index's name."""
        return self._hits.index_name

    @property
    @public
    def source(self) -> dict[str, Any] | None:
        """The document as it was given, as far as it was asked for."""
        return self._hits.source_at(self._place)

    @property
    def explanation(self) -> dict[str, Any] | None:
        """The explanation, or None."""
        found = self._hits.explanations
        return None if found is None else found[self._place]

    @property
    def matched_queries(self) -> list[str]:
        """The names of the queries that match."""
        found = self._hits.matched_queries
        return [] if found is None else list(found[self._place])

    @property
    def ignored(self) -> list[str]:
        """The fields of the document that left out a value, for their mapping says ``ignore_malformed``."""
        found = self._hits.ignored
        return [] if found is None else list(found[self._place])

    @property
    def fields(self) -> dict[str, list[Any]]:
        """The values that the request's scripts make of the document."""
        found = self._hits.fields
        return {} if found is None else dict(found[self._place])

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as it stands in Elasticsearch's answer."""
        said: dict[str, Any] = {"_index": self.index, "_id": self.id, "_score": self.score}
        explanation = self.explanation
        if explanation is not None:
            said = {
                "_shard": f"[{self.index}][{self._hits.shard_at(self._place)}]",
                "_node": "rescora",
                **said,
            }
        if self.ignored:
            said["_ignored"] = self.ignored
        source = self.source
        if source is not None:
            said["_source"] = source
        if self.fields:
            said["fields"] = self.fields
        if self.matched_queries:
            said["matched_queries"] = self.matched_queries
        if explanation is not None:
            said["_explanation"] = explanation
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (_restored(Hits, self._hits._kept([self._place])), 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.index, self.id))

    def __repr__(self) -> str:
        return f"Hit(id={self.id!r}, score={self.score})"


@public_methods
class Hits(Sequence[Hit]):
    """
    The documents that were found, best first.

    Parameters
    ----------
    ids : sequence of str
        Their ids.
    scores : ndarray of float32, shape (len(ids),)
        Their scores.
    total : int
        How many matched in all, as far as they were counted.
    total_relation : str
        "eq" if `total` is exact, "gte" if there may be more.
    max_score : float, optional
        The best score of all shards, before ``from`` was cut off; None without hits.
    source : callable, optional
        From a place in the list to that document's source; called when it is asked for, once a place.
    explanations, matched_queries, ignored, shards, fields : sequence, optional
        One entry a hit: explanation, names of the queries that matched, fields that left out a value, number
        of the shard, script fields.
    index_name : str
        The index's name.
    took : float
        Milliseconds.
    shard_count : int
        Shards that were searched.
    counted : bool
        False where hits were not to be counted (``track_total_hits: false``).
    profile : dict, optional
        The time of each step.
    scored_to_end : int, optional
        How many documents a model scored by all its trees, where early exit was asked for.
    dropped : sequence of str
        The keys of the body that were left out, for ``unsupported="drop"``.

    timed_out : bool
        Whether the request's time was over: the hits are those of the last step that is complete or, where
        the first pass is not, the best of the documents that it came to. No list has scores of two steps.
    terminated_early : bool, optional
        Whether there were more hits than ``terminate_after``; None where that was not asked for.
    stages : list of dict
        What was done of each step: ``stage``, ``asked``, ``done`` (documents), ``complete``.

    Examples
    --------
    >>> hits = Hits(["a", "b"], np.array([1.3032254, 0.5], np.float32), 2, max_score=1.3032254)
    >>> len(hits), hits[0].id, hits[0].score, [hit.id for hit in hits]
    (2, 'a', 1.3032254, ['a', 'b'])
    """

    __module__ = "rescora"
    __slots__ = (
        "_max_score",
        "_source",
        "_sources",
        "counted",
        "dropped",
        "explanations",
        "fields",
        "ids",
        "ignored",
        "index_name",
        "matched_queries",
        "profile",
        "scored_to_end",
        "scores",
        "shard_count",
        "shards",
        "stages",
        "terminated_early",
        "timed_out",
        "took",
        "total",
        "total_relation",
    )

    def __init__(
        self,
        ids: Sequence[str],
        scores: NDArray[np.float32],
        total: int,
        total_relation: str = "eq",
        *,
        max_score: float | None = None,
        source: Callable[[int], dict[str, Any] | None] | None = None,
        explanations: Sequence[dict[str, Any] | None] | None = None,
        matched_queries: Sequence[Sequence[str]] | None = None,
        ignored: Sequence[Sequence[str]] | None = None,
        shards: Sequence[int] | None = None,
        fields: Sequence[dict[str, list[Any]]] | None = None,
        index_name: str = "index",
        took: float = 0.0,
        shard_count: int = 1,
        counted: bool = True,
        profile: dict[str, Any] | None = None,
        scored_to_end: int | None = None,
        dropped: Sequence[str] = (),
        timed_out: bool = False,
        terminated_early: bool | None = None,
        stages: Sequence[Stage] = (),
    ) -> None:
        self.ids = ids
        self.scores = scores
        self.total = total
        self.total_relation = total_relation
        self._max_score = max_score
        self.explanations = explanations
        self.matched_queries = matched_queries
        self.ignored = ignored
        self.shards = shards
        self.fields = fields
        self.index_name = index_name
        self.took = took
        self.shard_count = shard_count
        self.counted = counted
        self.profile = profile
        self.scored_to_end = scored_to_end
        self.dropped = tuple(dropped)
        self.timed_out = timed_out
        self.terminated_early = terminated_early
        self.stages = list(stages)
        self._source = source
        self._sources: dict[int, dict[str, Any] | None] = {}

    @property
    def max_score(self) -> float | None:
        """The best score of all shards, before ``from`` was cut off; None without hits."""
        return None if self._max_score is None else shortest(self._max_score)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [Hit(self, i) for i in range(len(self))[place]]
        try:
            return Hit(self, range(len(self))[place])
        except IndexError:
            raise IndexError(f"hit {place} of {len(self)}") from None

    def __iter__(self) -> Iterator[Hit]:
        return (Hit(self, i) for i in range(len(self)))

    def source_at(self, place: int) -> dict[str, Any] | None:
        """Return the source of one hit; it is fetched once."""
        if place not in self._sources:
            if self._source is None:
                return None
            self._sources[place] = self._source(place)
        return self._sources[place]

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self._kept(range(len(self))))

    def _kept(self, places: Sequence[int]) -> dict[str, Any]:
        """Return all attributes, of the hits at these places only, with their sources: the index stays."""
        kept = {name: getattr(self, name) for name in Hits.__slots__}
        for name in _OF_EACH_HIT:
            if kept[name] is not None:
                kept[name] = [kept[name][place] for place in places]
        kept["scores"] = self.scores[list(places)]
        kept["_sources"] = {to: self.source_at(place) for to, place in enumerate(places)}
        kept["_source"] = None
        return kept

    def shard_at(self, place: int) -> int:
        """Return the number of the shard that a hit came from."""
        return 0 if self.shards is None else int(self.shards[place])

    def to_dict(self) -> dict[str, Any]:
        """Return Elasticsearch's answer."""
        found: dict[str, Any] = {}
        if self.counted:
            found["total"] = {"value": self.total, "relation": self.total_relation}
        found["max_score"] = self.max_score
        found["hits"] = [hit.to_dict() for hit in self]
        shards = {"total": self.shard_count, "successful": self.shard_count, "skipped": 0, "failed": 0}
        whole: dict[str, Any] = {"took": int(self.took), "timed_out": self.timed_out}
        if self.terminated_early is not None:
            whole["terminated_early"] = self.terminated_early
        whole |= {"_shards": shards, "hits": found}
        if self.scored_to_end is not None:
            whole["early_exit"] = {"scored_to_end": self.scored_to_end}
        if self.profile is not None:
            whole["profile"] = self.profile
        if self.dropped:
            whole["dropped"] = list(self.dropped)
        return whole

    def _summary(self) -> str:
        more = "at least " if self.total_relation == "gte" else ""
        noun = "hit" if self.total == 1 else "hits"
        total = f"{more}{self.total:,} {noun}" if self.counted else "hits not counted"
        without = ", out of time" if self.timed_out else ""
        without += f", without {', '.join(self.dropped)}" if self.dropped else ""
        return f"{len(self)} of {total} in {self.took:.3g} ms{without}"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        return [
            (str(place + 1), self[place].id, str(self[place].score), self._glimpse(place))
            for place in range(min(len(self), _SHOWN))
        ]

    def _glimpse(self, place: int) -> str:
        """Return the first text of a source: what a person knows the document by."""
        source = self.source_at(place) or {}
        texts = (value for value in source.values() if isinstance(value, str))
        return _cut(" ".join(next(texts, "").split()))

    def __repr__(self) -> str:
        rows = self._rows()
        widths = [max((len(_cut(row[i])) for row in rows), default=0) for i in range(3)]
        lines = [
            f"{n:>{widths[0]}}  {_cut(name):<{widths[1]}}  {score:<{widths[2]}}  {text}".rstrip()
            for n, name, score, text in rows
        ]
        lines += [f"… {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        return "\n".join([f"<rescora.Hits: {self._summary()}>", *lines])

    def _repr_html_(self) -> str:
        import html  # notebooks alone want it

        head = "".join(f"<th>{name}</th>" for name in ("", "id", "score", ""))
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in self._rows()
        )
        return f"<table><caption>{self._summary()}</caption><tr>{head}</tr>{body}</table>"


def _restored(kind: type[Hits], kept: dict[str, Any]) -> Hits:
    """Return the hits that `Hits._kept` took apart."""
    hits = kind.__new__(kind)
    for name, value in kept.items():
        setattr(hits, name, value)
    return hits


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
