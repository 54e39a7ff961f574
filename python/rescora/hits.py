"""`Hits`, a search's result: a sequence that prints as a table and converts to Elasticsearch's answer."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from rescora.deadline import stages_of
from rescora.found import shortest
from rescora.public import public, public_methods

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rescora.deadline import Stage
    from rescora.found import Found

_SHOWN = 10  # rows of a printed table
_WIDTH = 60  # of a cell


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

    __slots__ = ("_found", "_place")
    __module__ = "rescora"

    def __init__(self, found: Found, place: int) -> None:
        self._found = found
        self._place = place

    @property
    def id(self) -> str:
        """The document's id."""
        return self._found.ids[self._place]

    @property
    def score(self) -> float:
        """The score, as the shortest decimal of the float32."""
        return shortest(self._found.scores[self._place])

    @property
    def index(self) -> str:
        """The index's name."""
        return self._found.index_name

    @property
    @public
    def source(self) -> dict[str, Any] | None:
        """The document as it was given, as far as it was asked for."""
        found: dict[str, Any] | None = self._part("_source")
        return found

    @property
    def explanation(self) -> dict[str, Any] | None:
        """The explanation, or None."""
        found: dict[str, Any] | None = self._part("_explanation")
        return found

    @property
    def matched_queries(self) -> list[str]:
        """The names of the queries that match."""
        return list(self._part("matched_queries") or ())

    @property
    def ignored(self) -> list[str]:
        """The fields of the document that left out a value, for their mapping says ``ignore_malformed``."""
        return list(self._part("_ignored") or ())

    @property
    def fields(self) -> dict[str, list[Any]]:
        """The values that the request's scripts make of the document."""
        return dict(self._part("fields") or {})

    def _part(self, key: str) -> Any:
        """Return what a sub-phase gave of this hit; None where it was not asked for."""
        part = self._found.parts.get(key)
        return None if part is None else part[self._place]

    def to_dict(self) -> dict[str, Any]:
        """Return the hit as it stands in Elasticsearch's answer."""
        found, said = self._found, dict[str, Any]()
        if found.shards is not None:
            said = {"_shard": f"[{self.index}][{found.shards[self._place]}]", "_node": "rescora"}
        said |= {"_index": self.index, "_id": self.id, "_score": self.score}
        for key, part in found.parts.items():
            value = part[self._place]
            if key == "_source" and value is not None:
                said[key] = value
            elif value:
                said[key] = copy.copy(value)
        return said

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._found.kept([self._place]), 0)

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
    found : Found
        What was found, and what is shown of it.

    Examples
    --------
    >>> from rescora.found import Found
    >>> import numpy as np
    >>> scores = np.array([1.3032254, 0.5], np.float32)
    >>> hits = Hits(Found(ids=["a", "b"], scores=scores, total=2, max_score=1.3032254))
    >>> len(hits), hits[0].id, hits[0].score, [hit.id for hit in hits]
    (2, 'a', 1.3032254, ['a', 'b'])
    """

    __module__ = "rescora"
    __slots__ = ("_found",)

    def __init__(self, found: Found) -> None:
        self._found = found

    @property
    def ids(self) -> Sequence[str]:
        """The hits' ids, best first."""
        return self._found.ids

    @property
    def scores(self) -> NDArray[np.float32]:
        """Their scores."""
        return self._found.scores

    @property
    def total(self) -> int:
        """How many matched in all, as far as they were counted."""
        return self._found.total

    @property
    def total_relation(self) -> str:
        """Whether `total` is exact, "eq", or there may be more, "gte"."""
        return self._found.total_relation

    @property
    def max_score(self) -> float | None:
        """The best score of all shards, before ``from`` was cut off; None without hits."""
        best = self._found.max_score
        return None if best is None else shortest(best)

    @property
    def index_name(self) -> str:
        """The index's name."""
        return self._found.index_name

    @property
    def took(self) -> float:
        """Milliseconds."""
        return self._found.took

    @property
    def shard_count(self) -> int:
        """Shards that were searched."""
        return self._found.shard_count

    @property
    def counted(self) -> bool:
        """False where hits were not to be counted (``track_total_hits: false``)."""
        return self._found.counted

    @property
    def shards(self) -> Sequence[int] | None:
        """The number of each hit's shard, where hits are explained; else None."""
        return self._found.shards

    @property
    def profile(self) -> dict[str, Any] | None:
        """The time of each step, if that was asked for."""
        return self._found.profile

    @property
    def scored_to_end(self) -> int | None:
        """How many documents a model scored by all its trees, where early exit was asked for."""
        return self._found.scored_to_end

    @property
    def dropped(self) -> tuple[str, ...]:
        """The keys of the body that were left out, for ``unsupported="drop"``."""
        return self._found.dropped

    @property
    def timed_out(self) -> bool:
        """
        Whether the request's time was over.

        Then the hits are those of the last step that is complete or, where the first pass is not, the best of
        the documents that it came to. No list has scores of two steps.
        """
        return self._found.timed_out

    @property
    def terminated_early(self) -> bool | None:
        """Whether there were more hits than ``terminate_after``; None where that was not asked for."""
        return self._found.terminated_early

    @property
    def stages(self) -> list[Stage]:
        """What was done of each step: ``stage``, ``asked``, ``done`` (documents), ``complete``."""
        return stages_of(self._found.steps, self._found.first_step)

    @property
    def explanations(self) -> Sequence[dict[str, Any]] | None:
        """The explanation of each hit, if that was asked for."""
        return self._of_each("_explanation")

    @property
    def matched_queries(self) -> Sequence[Sequence[str]] | None:
        """The names of the queries that each hit matched; None where none has a name."""
        return self._of_each("matched_queries")

    @property
    def ignored(self) -> Sequence[Sequence[str]] | None:
        """The fields of each hit that left out a value; None where no field may."""
        return self._of_each("_ignored")

    @property
    def fields(self) -> Sequence[dict[str, list[Any]]] | None:
        """The script fields of each hit, if there are any."""
        return self._of_each("fields")

    def _of_each(self, key: str) -> list[Any] | None:
        """Return what a sub-phase gave, hit by hit; None where it was not asked for."""
        part = self._found.parts.get(key)
        return None if part is None else [part[place] for place in range(len(self))]

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> list[Hit]: ...
    def __getitem__(self, place: int | slice) -> Hit | list[Hit]:
        if isinstance(place, slice):
            return [Hit(self._found, i) for i in range(len(self))[place]]
        try:
            return Hit(self._found, range(len(self))[place])
        except IndexError:
            raise IndexError(f"hit {place} of {len(self)}") from None

    def __iter__(self) -> Iterator[Hit]:
        return (Hit(self._found, i) for i in range(len(self)))

    def source_at(self, place: int) -> dict[str, Any] | None:
        """Return the source of one hit; it is fetched once."""
        part = self._found.parts.get("_source")
        return None if part is None else part[place]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._found.kept(range(len(self))),)

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
        """Return the first text of a source, as the document's title in tables."""
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


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
