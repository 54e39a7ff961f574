"""From a page of the core to `Hits`: ids, sources, explanations, and what else the request asked for."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from rescora.deadline import stages_of
from rescora.errors import CorruptFileError, SearchTimeout
from rescora.explain import explanation_dict
from rescora.hits import Hits
from rescora.profile import profile_dict
from rescora.request.nodes import COUNT_NONE
from rescora.script_fields import script_fields
from rescora.source import SourceFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.compile import Plan
    from rescora.core import _core
    from rescora.request import SearchRequest

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def answer(
    core: _core.Snapshot,
    name: str,
    request: SearchRequest,
    plan: Plan,
    page: _core.Page,
    began: float,
    limits: _core.Limits | None = None,
) -> Hits:
    """
    Return the hits of a page.

    `began` is when the search did, by ``time.perf_counter``; `limits` are those that it had.
    """
    wanted = SourceFilter(request.source) if request.source.enabled else None
    fields = script_fields(core, plan.fields, page, limits) if plan.fields else None
    if fields is not None and not fields.complete and not request.allow_partial_results:
        raise SearchTimeout
    return Hits(
        page.ids(core),
        page.scores(),
        page.total,
        "gte" if page.total_is_lower_bound else "eq",
        max_score=page.max_score,
        source=None if wanted is None else _sources(core, page.docs(), wanted),
        explanations=_explanations(page) if request.explain else None,
        matched_queries=_matched(core, plan.named, page.docs(), limits) if plan.named else None,
        ignored=_matched(core, plan.ignored, page.docs(), limits) if plan.ignored else None,
        shards=[core.shard_of(int(doc)) for doc in page.docs()] if request.explain else None,
        fields=None if fields is None else fields.of_hits,
        index_name=name,
        took=1000 * (time.perf_counter() - began),
        shard_count=core.num_shards,
        counted=request.track_total_hits != COUNT_NONE,
        profile=profile_dict(page.times()) if request.profile else None,
        scored_to_end=page.scored_to_end,
        timed_out=page.timed_out or (fields is not None and not fields.complete),
        terminated_early=page.terminated_early,
        stages=stages_of(page.steps),
        dropped=request.dropped,
    )


def rescored(
    core: _core.Snapshot,
    name: str,
    docs: NDArray[np.uint32],
    scores: NDArray[np.float32],
    total: int,
    began: float,
    steps: Sequence[tuple[int, int, bool]] = (),
) -> Hits:
    """
    Return the hits of one list that a rescorer has put in order.

    `total` are those that it was given, `steps` what was done of each stage.
    """
    return Hits(
        core.ids(docs),
        scores,
        total,
        max_score=float(scores[0]) if len(scores) else None,
        source=lambda place: source_of(core, int(docs[place])),
        index_name=name,
        took=1000 * (time.perf_counter() - began),
        shard_count=core.num_shards,
        timed_out=not all(complete for _, _, complete in steps),
        stages=stages_of(steps, first=None),
    )


def rescored_lists(
    core: _core.Snapshot,
    name: str,
    page: tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]],
    given: NDArray[np.int64],
    began: float,
) -> list[Hits]:
    """Return the hits of each list of a batch; `given` says where the lists began and ended before it."""
    docs, scores, offsets = page
    return [
        rescored(core, name, docs[start:end], scores[start:end], int(given[place + 1] - given[place]), began)
        for place, (start, end) in enumerate(pairwise(offsets.tolist()))
    ]


def source_of(core: _core.Snapshot, doc: int) -> dict[str, Any] | None:
    """
    Return a document's source, None where there is none.

    Raises
    ------
    CorruptFileError
        If the file that the index was opened from is damaged there.
    """
    source = core.source(doc)
    if not source:
        return None
    try:
        return _decode(source)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorruptFileError(f"the source of document {doc} is damaged: {error}") from None


def _sources(
    core: _core.Snapshot, docs: NDArray[np.uint32], wanted: SourceFilter
) -> Callable[[int], dict[str, Any] | None]:
    def source(place: int) -> dict[str, Any] | None:
        found = source_of(core, int(docs[place]))
        return None if found is None else wanted(found)

    return source


def _explanations(page: _core.Page) -> list[dict[str, Any]]:
    return [explanation_dict(page.explanation(place)) for place in range(len(page.docs()))]


def _matched(
    core: _core.Snapshot,
    named: Sequence[tuple[str, _core.Query]],
    docs: NDArray[np.uint32],
    limits: _core.Limits | None,
) -> list[list[str]]:
    """Return the names of each document's queries; of several queries with one name the last has it."""
    names: list[list[str]] = [[] for _ in docs]
    for name, query in dict(named).items():
        for place, matched in enumerate(core.matches(query, docs, limits)):
            if matched:
                names[place].append(name)
    return names
