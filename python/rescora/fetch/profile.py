"""How long each step of a search took: said of the whole answer, not of a hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rescora.fetch.page import Page


def profile(page: Page) -> dict[str, Any] | None:
    """Return the time of each step, in nanoseconds, shard by shard, if it was asked for."""
    if not page.request.profile:
        return None
    times = page.found.times()
    shards = [
        {
            "id": f"[{number}]",
            "plan": {"time_in_nanos": shard["bind"]},
            "first_pass": {"time_in_nanos": shard["first_pass"]},
            "rescore": [{"time_in_nanos": stage} for stage in shard["stages"]],
        }
        for number, shard in enumerate(times["shards"])
    ]
    return {"shards": shards, "merge": {"time_in_nanos": times["merge"]}}
