"""`rescora bench`: time a first pass and a phrase rescorer, as called from Python."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rescora.cli import papers
from rescora.cli.output import print_json
from rescora.cli.table import Cell, Column, Screen, Table
from rescora.errors import RequestError
from rescora.index import Index

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from rescora.cli.output import Subparsers
    from rescora.rescorer import Rescorer

WINDOWS = (10, 100, 1000)
WORKS = ("first pass", "phrase rescorer, new text", "phrase rescorer, bound")
ROUNDS = 20  # warm rounds a query; its time is the shortest of them, free of what else the machine did
SEED = 7


def add(commands: Subparsers) -> None:
    """Add the subcommand."""
    parser = commands.add_parser("bench", help="time the first pass and a phrase rescorer on this machine")
    parser.add_argument(
        "index", metavar="PATH.rescora", nargs="?", help="an index (default: the demo's papers)"
    )
    parser.add_argument("--field", default="text", metavar="NAME", help="a text field (default: %(default)s)")
    parser.add_argument(
        "--phrases",
        metavar="FILE",
        help="a phrase a line (default: the demo's queries, or phrases from the documents)",
    )
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True)
class Timing:
    """Microseconds a query, over all phrases."""

    work: str
    window: int
    median: float
    p90: float
    p99: float
    worst: float


def run(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    if arguments.index is None:
        index = Index.from_documents(papers.folder() / "docs.jsonl", id_field="id", progress=False)
    else:
        index = Index.open(arguments.index)
    phrases = _phrases(arguments, index)
    timings = measure(index, arguments.field, phrases)
    if arguments.json:
        print_json(
            {"documents": len(index), "phrases": len(phrases), "timings": [asdict(t) for t in timings]}
        )
        return
    screen = Screen()
    screen.write(
        f" {len(index):,} documents, {len(phrases):,} phrases on [{arguments.field}]; one thread, called "
        f"from Python; microseconds, the best of {ROUNDS} warm rounds a phrase",
        "dim",
    )
    screen.draw(table_of(timings))


def table_of(timings: Sequence[Timing]) -> Table:
    """Return the timings as a table."""
    numbers = ("median", "p90", "p99", "worst")
    table = Table(
        (Column("work"), Column("window", right=True), *(Column(name, right=True) for name in numbers))
    )
    for timing in timings:
        cells = [Cell(f"{getattr(timing, name):,.1f}", "cyan") for name in numbers]
        table.add(timing.work, f"{timing.window:,}", *cells)
    return table


def _phrases(arguments: argparse.Namespace, index: Index) -> list[str]:
    if arguments.phrases is not None:
        lines = Path(arguments.phrases).read_text("utf-8").splitlines()
        found = [line for line in lines if line.strip()]
    elif arguments.index is None:
        found = list(papers.judged_queries()[0].values())
    else:
        found = sample_phrases(index, arguments.field)
    if not found:
        raise RequestError(
            f"there are no phrases to time: is [{arguments.field}] a text field with a source?"
        )
    return found


def sample_phrases(index: Index, field: str, count: int = 200) -> list[str]:
    """Return phrases of three consecutive words of the index's own documents."""
    chance = random.Random(SEED)
    documents = np.arange(len(index), dtype=np.uint32)[:: max(1, len(index) // (2 * count))]
    hits = index.search(
        {"query": {"ids": {"values": index.ids(documents)}}, "size": 10_000, "_source": [field]}
    )
    phrases = []
    for hit in hits:
        words = str((hit.source or {}).get(field, "")).split()
        if len(words) >= 3:
            start = chance.randrange(len(words) - 2)
            phrases.append(" ".join(words[start : start + 3]))
    return phrases[:count]


def measure(
    index: Index, field: str, phrases: Sequence[str], windows: Sequence[int] = WINDOWS, rounds: int = ROUNDS
) -> list[Timing]:
    """
    Time both passes.

    Parameters
    ----------
    index : Index
        What is searched.
    field : str
        A text field.
    phrases : sequence of str
        The queries.
    windows : sequence of int
        Hits of the first pass, all of which are rescored.
    rounds : int
        Warm rounds a phrase.

    Returns
    -------
    list of Timing
        First pass (match on the words), then rescoring (match_phrase, slop 2) with a text that is new to the
        stage, then with a stage that was compiled for this text; window by window.
    """
    template = {window: _stage(index, field, "{{query}}", window) for window in windows}
    seconds: dict[tuple[str, int], list[float]] = {(work, window): [] for work in WORKS for window in windows}
    for phrase in phrases:
        for window in windows:
            body = {"query": {"match": {field: phrase}}, "size": window, "_source": False}
            hits = index.search(body)
            docs, scores = index.docs(hits.ids), hits.scores
            calls: tuple[Callable[[], object], ...] = (
                partial(index.search, body),
                partial(template[window], docs, scores, {"query": phrase}),
                partial(_stage(index, field, phrase, window), docs, scores),
            )
            for work, call in zip(WORKS, calls, strict=True):
                seconds[work, window].append(_shortest(call, rounds))
    return [_timing(work, window, seconds[work, window]) for work in WORKS for window in windows]


def _stage(index: Index, field: str, text: str, window: int) -> Rescorer:
    phrase = {"match_phrase": {field: {"query": text, "slop": 2}}}
    return index.rescorer({"window_size": window, "query": {"rescore_query": phrase}}, size=window)


def _shortest(work: Callable[[], object], rounds: int) -> float:
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def _timing(work: str, window: int, seconds: Sequence[float]) -> Timing:
    median, p90, p99, worst = (float(np.percentile(seconds, share)) * 1e6 for share in (50, 90, 99, 100))
    return Timing(work, window, median, p90, p99, worst)
