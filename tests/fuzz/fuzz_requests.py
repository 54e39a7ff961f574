"""
Mutated search bodies: each gets an answer or a RequestError, soon.

    python tests/fuzz/fuzz_requests.py --count 1000000 --seed 1
"""

from __future__ import annotations

import copy
import faulthandler
import random
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import seeds
from command import run_fuzzer
from mutation import mutate, mutate_bytes, to_json
from outcome import Failure, check_time, outcome

if TYPE_CHECKING:
    from rescora import Index

SLOW = 2.0  # seconds: a search of sixty documents that takes longer hangs


def run(index: Index, body: Any) -> str:
    """
    Search with `body`.

    Returns
    -------
    str
        ``answer``, or the type of the error.

    Raises
    ------
    Failure
        If anything but a RequestError came out, or the search took too long.
    """
    began = time.perf_counter()
    came = outcome(lambda: index.search(body, threads=1).to_dict())
    check_time(time.perf_counter() - began, SLOW, came)
    return came


def mutated(donors: list[Any], rng: random.Random) -> Any:
    """Return one body, damaged as a value, as a text, or both."""
    body = copy.deepcopy(rng.choice(donors))
    how = rng.random()
    if how < 0.85:
        for _ in range(rng.choice((1, 1, 1, 1, 2, 5))):
            try:
                body = mutate(body, seeds.NAMES, donors, rng)
            except RecursionError:  # too deep to be copied: deep enough
                break
    if how > 0.75:
        try:
            text = to_json(body)
        except (ValueError, RecursionError):  # a number too long to be written, an object within itself
            return body
        return mutate_bytes(text, rng) if how > 0.8 else text
    return body


def fuzz(count: int, seed: int, *, report: bool = False) -> tuple[Counter[str], list[tuple[str, Any]]]:
    """Run `count` inputs; return what came out, and the failures with their inputs."""
    rng = random.Random(seed)
    donors, index = seeds.bodies(), seeds.index()
    outcomes: Counter[str] = Counter()
    failures: list[tuple[str, Any]] = []
    began = time.perf_counter()
    for number in range(count):
        body = mutated(donors, rng)
        if number % 1_000 == 0:
            faulthandler.dump_traceback_later(300, exit=True)
        try:
            outcomes[run(index, body)] += 1
        except Failure as failure:
            failures.append((str(failure), body))
            if report:
                print("FAILED", failure, repr(body)[:2000], flush=True)
        if report and number % 50_000 == 49_999:
            rate = (number + 1) / (time.perf_counter() - began)
            print(f"{number + 1:,} inputs, {rate:,.0f} a second, {len(failures)} failures", flush=True)
    faulthandler.cancel_dump_traceback_later()
    return outcomes, failures


if __name__ == "__main__":
    sys.exit(run_fuzzer(fuzz, (__doc__ or "").partition("\n\n")[0], 20_000, "inputs"))
