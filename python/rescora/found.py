"""The record behind `Hits`: ids, scores, the fetched parts of each hit, and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


class Part(Protocol):
    """What one sub-phase gives of the hits: an entry a place, which may be made when it is asked for."""

    def __getitem__(self, place: int, /) -> Any:
        """Return the entry of a hit; one that is empty is not shown."""


class Found(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """
    The data of `Hits`.

    Attributes
    ----------
    ids : sequence of str
        The hits' ids, best first.
    scores : ndarray of float32, shape (len(ids),)
        Their scores.
    parts : dict of str to Part
        What the sub-phases give, under the keys that a hit has in an answer, in their order there.
    shards : sequence of int, optional
        The number of each hit's shard, where a hit shows it: beside an explanation.
    total : int
        How many matched in all, as far as they were counted.
    total_relation : str
        "eq" if `total` is exact, "gte" if there may be more.
    max_score : float, optional
        The best score of all shards, before ``from`` was cut off; None without hits.
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
    dropped : tuple of str
        The keys of the body that were left out, for ``unsupported="drop"``.
    timed_out : bool
        Whether the request's time was over: the hits are those of the last step that is complete or, where
        the first pass is not, the best of the documents that it came to. No list has scores of two steps.
    terminated_early : bool, optional
        Whether there were more hits than ``terminate_after``; None where that was not asked for.
    steps : sequence of (int, int, bool)
        What was done of each step: documents asked about, done, and whether it is complete.
    first_step : str, optional
        The name of the first, where that is no rescorer.
    """

    ids: Sequence[str]
    scores: NDArray[np.float32]
    total: int
    total_relation: str = "eq"
    max_score: float | None = None
    parts: Mapping[str, Part] = {}
    shards: Sequence[int] | None = None
    index_name: str = "index"
    took: float = 0.0
    shard_count: int = 1
    counted: bool = True
    profile: dict[str, Any] | None = None
    scored_to_end: int | None = None
    dropped: tuple[str, ...] = ()
    timed_out: bool = False
    terminated_early: bool | None = None
    steps: Sequence[tuple[int, int, bool]] = ()
    first_step: str | None = "first_pass"

    def kept(self, places: Sequence[int]) -> Found:
        """Return what a pickle holds: only the hits at these places, with all their parts, and no index."""
        return msgspec.structs.replace(
            self,
            ids=[self.ids[place] for place in places],
            scores=self.scores[list(places)],
            parts={key: [part[place] for place in places] for key, part in self.parts.items()},
            shards=None if self.shards is None else [self.shards[place] for place in places],
        )


def shortest(score: Any) -> float:
    """
    Return a float32 as the float whose repr is the float32's shortest decimal.

    Examples
    --------
    >>> shortest(np.float32(1.3032254)), float(np.float32(1.3032254))
    (1.3032254, 1.3032253980636597)
    """
    return float(str(np.float32(score)))
