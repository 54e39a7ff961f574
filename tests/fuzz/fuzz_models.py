"""
Damaged models of every format: each is refused with a ModelError, or gives numbers, soon and in small space.

    python tests/fuzz/fuzz_models.py --format lightgbm --count 1000000 --seed 1

What is loaded gives the same bits when it is stored and loaded again; of some it is asked whether these are
a slow walk's. A model is loaded by the name of its format, and by that of another that takes it for its own.
"""

from __future__ import annotations

import argparse
import faulthandler
import itertools
import json
import mmap
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from model_inputs import Damage, Given, given_of, line_of
from model_seeds import kinds
from outcome import Failure

from models_strategy import ODD
from reference.model import walk
from rescora import Model, ModelError
from rescora.errors import show
from rescora.model.formats.registry import find_format
from rescora.model.parsing.source import read_source

CORPUS = Path(__file__).parent / "corpus" / "models.jsonl"
KINDS = kinds()
SLOW = 1.0  # seconds of the processor: a file of a few kilobytes that takes longer hangs
MOST_MEMORY = 256 * 1024  # kilobytes that one input may add to the most that the process ever had
MOST_ADDRESSES = 6 * 1024**3  # bytes; beyond, memory is refused, which is a failure of the input
HANGS = 300  # seconds, for a thousand inputs
LONGEST_MESSAGE = 1_000
WALKED_ONE_IN = 20  # loaded models of which one is held to the slow walk
KEPT = 5  # failures of one place that are written to a file

_ROWS = np.array(ODD, np.float64)
_walked = itertools.count()


def run(given: Given) -> str:
    """
    Load a model in every way, and use it.

    Returns
    -------
    str
        ``loads``, ``loads as …`` or ``refused``.

    Raises
    ------
    Failure
        If anything but a ModelError came out, scores differ, or it took too long or too much memory.
    """
    began, memory = time.process_time(), _memory()
    try:
        outcome = _outcome(given)
    except Failure:
        raise
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        raise Failure(f"{type(error).__name__} in {place}: {str(error)[:300]}") from error
    taken, grown = time.process_time() - began, _memory() - memory
    if taken > SLOW:
        raise Failure(f"took {taken:.1f} seconds")
    if grown > MOST_MEMORY:
        raise Failure(f"took {grown // 1024} megabytes")
    return outcome


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _outcome(given: Given) -> str:
    outcome = _loaded(given, given.format)
    recognised = _recognised(given)
    if recognised not in ("", given.format):
        return f"{outcome}, as {recognised} {_loaded(given, recognised)}"
    return outcome


def _recognised(given: Given) -> str:
    try:
        return find_format(read_source(given.model), None).NAME
    except ModelError as error:
        _check_message(error)
        return ""


def _loaded(given: Given, format: str) -> str:
    try:
        model = Model.load(given.model, format=format, **given.options)
    except ModelError as error:
        _check_message(error)
        return "refused"
    _use(model, walks=format != "rescora")  # whose first tree has the sets of categories of all
    return "loads"


def _check_message(error: ModelError) -> None:
    message = str(error)
    message.encode()
    json.dumps(error.to_dict()).encode()
    if not message.strip() or len(message) > LONGEST_MESSAGE:
        raise Failure(f"a message of {len(message)} characters: {message[:200]}")


def _use(model: Model, *, walks: bool) -> None:
    """Ask a model for everything, and demand the same of its copy, and of a slow walk if told so."""
    repr(model), model.features, model.default_params
    rows = _rows_for(model.num_features)
    raw, output = model.predict(rows, raw=True), model.predict(rows)
    for scores in (raw, output):
        if scores.shape != (2,) or scores.dtype.kind != "f":
            raise Failure(f"gives {scores!r}")
    copy = Model.load(model.to_bytes())
    _demand_same("the stored model gives", copy.predict(rows, raw=True), raw)
    _demand_same("the stored model's output is", copy.predict(rows), output)
    if model.num_trees and model.num_features < 1000:
        leaves = model.predict_leaves(rows)
        if leaves.shape != (2, model.num_trees) or (leaves < 0).any():
            raise Failure(f"leaves {leaves!r}")
    if walks and model.num_features < 1000 and next(_walked) % WALKED_ONE_IN == 0:
        _compare_with_walk(model, _narrow(rows))


def _compare_with_walk(model: Model, rows: Any) -> None:
    raw = model.predict(rows, raw=True)
    with np.errstate(all="ignore"):
        _demand_same("the walk gives", walk.predict(model._loaded, rows, raw=True).astype(raw.dtype), raw)


def _rows_for(features: int) -> Any:
    """Return two rows of odd values; without memory for them if there are very many."""
    if features > 4096:
        return np.broadcast_to(np.array([[0.5], [np.nan]], np.float32), (2, features))
    count = next(_walked)  # other rows each time
    values = _ROWS[(np.arange(2 * features) * 7 + count) % len(_ROWS)].reshape(2, features)
    return values if count % 2 else _narrow(values)


def _narrow(rows: Any) -> Any:
    with np.errstate(over="ignore"):
        return rows.astype(np.float32)


def _demand_same(what: str, got: Any, want: Any) -> None:
    same = (got.view(f"u{got.itemsize}") == want.view(f"u{want.itemsize}")) | (np.isnan(got) & np.isnan(want))
    if got.dtype != want.dtype or not same.all():
        raise Failure(f"{what} {got!r}, the model {want!r}")


def corpus() -> list[tuple[str, Given]]:
    """Return what once went wrong, what is of interest, and why."""
    with CORPUS.open(encoding="utf-8") as lines:
        return [given_of(line) for line in lines]


class LastInput:
    """A file with the input that is being run: what is left of a process that crashed or hung."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(b" " * (1 << 20))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def write(self, given: Given) -> None:
        data = given.model if isinstance(given.model, bytes) else show(given.model, 100_000).encode()
        head = f"{given.format}, {given.options}, {len(data)} bytes:\n".encode()
        data = (head + data)[: len(self._map)]
        self._map[: len(data)] = data  # what follows is of longer inputs before


class Fuzzer:
    """Runs damaged models of one kind."""

    def __init__(self, kind: str, seed: int, folder: Path | None) -> None:
        self._damage = Damage(KINDS[kind], random.Random(f"{kind} {seed}"))
        self._folder, self._kind = folder, kind
        self._last = LastInput(folder / f"{kind}.last") if folder else None
        self._places: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.failures: list[tuple[str, Given]] = []

    def once(self) -> None:
        """Run one input."""
        given = self._damage()
        if self._last:
            self._last.write(given)
        try:
            self.outcomes[run(given)] += 1
        except Failure as failure:
            self._keep(str(failure), given)

    def _keep(self, failure: str, given: Given) -> None:
        self.failures.append((failure, given))
        place = failure.partition(":")[0] + failure.partition(":")[2][:5]
        self._places[place] += 1
        if self._folder and self._places[place] <= KEPT:
            print("FAILED", self._kind, failure[:500], flush=True)
            with (self._folder / "failures.jsonl").open("a", encoding="utf-8") as file:
                file.write(line_of(given, failure[:200]) + "\n")


def fuzz(
    kind: str, count: int, seed: int, *, seconds: float = float("inf"), folder: Path | None = None
) -> tuple[Counter[str], list[tuple[str, Given]], int]:
    """Run up to `count` inputs; return what came out, the failures with their inputs, and how many ran."""
    fuzzer = Fuzzer(kind, seed, folder)
    began = time.process_time()
    number = 0
    with warnings.catch_warnings(action="error"):  # a user would see them
        while number < count and time.process_time() - began < seconds:
            if number % 1_000 == 0:
                faulthandler.dump_traceback_later(HANGS, exit=True)
            fuzzer.once()
            number += 1
            if folder and number % 50_000 == 0:
                _report(kind, number, began, fuzzer.failures)
    faulthandler.cancel_dump_traceback_later()
    if folder:
        _report(kind, number, began, fuzzer.failures)
    return fuzzer.outcomes, fuzzer.failures, number


def _report(kind: str, number: int, began: float, failures: list[Any]) -> None:
    minutes = (time.process_time() - began) / 60
    print(f"{kind}: {number:,} inputs, {minutes:.1f} CPU-minutes, {len(failures)} failures", flush=True)


def main() -> int:
    """Fuzz as the arguments of the process say; 0 when nothing failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--format", choices=sorted(KINDS), action="append", help="by default every one")
    parser.add_argument("--count", type=int, default=20_000, help="inputs of each format")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="of the processor, for each format"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where failures.jsonl is written; by default a new one")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="fuzz-models-"))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    faulthandler.enable()
    failed = 0
    for kind in given.format or sorted(KINDS):
        outcomes, failures, _ = fuzz(kind, given.count, given.seed, seconds=given.seconds, folder=folder)
        failed += len(failures)
        for outcome, times in outcomes.most_common():
            print(f"{times:>9,} {outcome}")
    print(f"{failed} failures, seed {given.seed}; see {folder}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
