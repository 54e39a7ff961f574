"""A whole search, as it was understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rescora.queries.query import Query
    from rescora.request.rescorer import Rescorer
    from rescora.request.script_fields import ScriptField

# Ends of what track_total_hits can say: as Elasticsearch, -1 does not count at all.
COUNT_NONE = -1
COUNT_ALL = 2**63 - 1


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Which parts of the sources come with the hits; see `rescora.fetch.source`."""

    enabled: bool = True
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()


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
