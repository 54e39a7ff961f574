"""Timing: calls in a row, alternating rounds, and warm-up of rivals."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

SETTLING_SECONDS = 2.0
Works = dict[str, Callable[[], np.ndarray]]  # one round each: nanoseconds, query by query


class Effort(NamedTuple):
    """How often things are done; a query's time is the least of all."""

    rounds: int = 20
    warm: int = 5  # rounds before, for compilers and caches
    calls: int = 2  # in a row: the second finds its documents in the caches, on every side

    def __str__(self) -> str:
        return f"{self.warm} rounds unheeded, then {self.rounds} of {self.calls} calls in a row"


def shortest(call: Callable[[], object], calls: int) -> int:
    """Return the nanoseconds of the shortest of some calls in a row."""
    times = []
    for _ in range(calls):
        began = time.perf_counter_ns()
        call()
        times.append(time.perf_counter_ns() - began)
    return min(times)


def in_turns(works: Works, rounds: int, warm: int = 0) -> dict[str, np.ndarray]:
    """Return each work's nanoseconds, shape (rounds, queries); every round does each of them once."""
    for _ in range(warm):
        for work in works.values():
            work()
    times: dict[str, list[np.ndarray]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(work())
    return {name: np.stack(kept) for name, kept in times.items()}


def settle(work: Callable[[], object], seconds: float = SETTLING_SECONDS) -> None:
    """
    Do it for a while, for a rival on a JVM.

    Other work than before makes it compile anew, and for some thousand calls it may be half as fast as later.
    """
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        work()
