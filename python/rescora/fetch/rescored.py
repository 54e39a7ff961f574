"""From the documents and scores of a rescorer alone to `Hits`, whose sources come when they are asked for."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

from rescora.fetch.source import Sources, source_of
from rescora.found import Found
from rescora.hits import Hits

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from rescora.view import View


def rescored(
    view: View,
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
        Found(
            ids=view.core.ids(docs),
            scores=scores,
            total=total,
            max_score=float(scores[0]) if len(scores) else None,
            parts={"_source": Sources(lambda place: source_of(view.core, int(docs[place])))},
            index_name=view.name,
            took=1000 * (time.perf_counter() - began),
            shard_count=view.core.num_shards,
            timed_out=not all(complete for _, _, complete in steps),
            steps=steps,
            first_step=None,
        )
    )


def rescored_lists(
    view: View,
    page: tuple[NDArray[np.uint32], NDArray[np.float32], NDArray[np.int64]],
    given: NDArray[np.int64],
    began: float,
) -> list[Hits]:
    """Return the hits of each list of a batch; `given` says where the lists began and ended before it."""
    docs, scores, offsets = page
    return [
        rescored(view, docs[start:end], scores[start:end], int(given[place + 1] - given[place]), began)
        for place, (start, end) in enumerate(pairwise(offsets.tolist()))
    ]
