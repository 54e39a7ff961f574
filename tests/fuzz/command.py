"""The command line of every fuzzer: how many inputs, from which seed, and what came of them."""

import argparse
from collections import Counter
from collections.abc import Callable
from typing import Any

Fuzz = Callable[..., tuple[Counter[str], list[Any]]]


def run_fuzzer(fuzz: Fuzz, title: str, count: int, inputs: str) -> int:
    """Fuzz as the arguments of the process say; 0 when nothing failed."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--count", type=int, default=count)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    outcomes, failures = fuzz(given.count, given.seed, report=True)
    for outcome, times in outcomes.most_common():
        print(f"{times:>9,} {outcome}")
    print(f"{given.count:,} {inputs} with seed {given.seed}: {len(failures)} failures")
    return bool(failures)
