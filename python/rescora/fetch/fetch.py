"""From a page of the core to `Hits`: every sub-phase gives its part of each hit."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rescora.errors import SearchTimeout
from rescora.fetch.explain import explanations
from rescora.fetch.named_queries import ignored, matched_queries
from rescora.fetch.page import Page, Shown
from rescora.fetch.profile import profile
from rescora.fetch.script_fields import script_fields
from rescora.fetch.source import sources
from rescora.found import Found
from rescora.hits import Hits
from rescora.request.search import COUNT_NONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from rescora.compile import Plan
    from rescora.core import _core
    from rescora.found import Part
    from rescora.request import SearchRequest
    from rescora.view import View

# By the key under which a hit shows it, in a hit's order; each gives None where it was not asked for.
SUB_PHASES: dict[str, Callable[[Page], Shown | None]] = {
    "_ignored": ignored,
    "_source": sources,
    "fields": script_fields,
    "matched_queries": matched_queries,
    "_explanation": explanations,
}


def fetch(
    view: View,
    request: SearchRequest,
    plan: Plan,
    found: _core.Page,
    began: float,
    limits: _core.Limits | None = None,
    texts: list[str] | None = None,
) -> Hits:
    """
    Return the hits of a page.

    Parameters
    ----------
    view : View
        What was searched.
    request, plan : SearchRequest, Plan
        What was asked, and how the core ran it.
    found : _core.Page
        What the core found.
    began : float
        When the search did, by ``time.perf_counter``.
    limits : _core.Limits, optional
        Those that the search had.
    texts : list of str, optional
        What stood in the places that the plan leaves open.

    Raises
    ------
    SearchTimeout
        If the time is over before all is made, and no part of an answer is allowed.
    """
    docs, scores, ids, total, is_lower_bound, max_score, scored_to_end, timed_out, terminated_early, steps = (
        found.read(view.core)
    )
    page = Page(view, request, plan, found, docs, scores, limits, texts or [])
    parts: dict[str, Part] = {}
    complete = True
    for key, sub_phase in SUB_PHASES.items():
        shown = sub_phase(page)
        if shown is not None:
            parts[key] = shown.part
            complete = complete and shown.complete
    if not complete and not request.allow_partial_results:
        raise SearchTimeout
    return Hits(
        Found(
            ids=ids,
            scores=scores,
            total=total,
            total_relation="gte" if is_lower_bound else "eq",
            max_score=max_score,
            parts=parts,
            shards=[view.core.shard_of(int(doc)) for doc in page.docs] if request.explain else None,
            index_name=view.name,
            took=1000 * (time.perf_counter() - began),
            shard_count=view.core.num_shards,
            counted=request.track_total_hits != COUNT_NONE,
            profile=profile(page),
            scored_to_end=scored_to_end,
            timed_out=timed_out or not complete,
            terminated_early=terminated_early,
            steps=steps,
            dropped=tuple(request.dropped),
        )
    )
