"""The number of threads of a call."""

from __future__ import annotations

import os


def processors() -> int:
    """Return how many processors this process may use; macOS tells only how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_threads(threads: int | None) -> int:
    """Return the number of threads for the core, in which 0 is one a processor."""
    if threads is None:
        return 0
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise ValueError(f"threads must be an integer of at least 1 or None, not {threads!r}")
    return threads
