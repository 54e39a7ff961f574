"""How long each step of a search took."""

from __future__ import annotations

from typing import Any


def profile_dict(times: dict[str, Any]) -> dict[str, Any]:
    """Return the time of each step, in nanoseconds, shard by shard."""
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
