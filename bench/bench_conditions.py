"""More lexical benchmarks: Python's overhead, cold caches, all cores; bench_lexical.py prints them."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench_arxiv import FIELD
from clock import Effort, Works, in_turns, settle, shortest
from lexical import SLOP, WINDOWS, Ours
from lexical_given import Found
from report import WITHOUT_MEAN, Row, Times, Wanted, compared, markdown, statistics_of
from rescora.request import parse_body
from rivals.lucene import Lucene

STAGE_OVERHEAD = Wanted(5, "µs", at_most=True)
SEARCH_OVERHEAD = Wanted(60, "µs", at_most=True)
BATCH = Wanted(8, "million pairs/s")
BATCH_TWO_CORES = Wanted(1.8, "x")
COLD_BYTES = 96 << 20  # read between calls: more than the last cache of these machines holds
COLD_ROUNDS, COLD_PHRASES = 3, 200
BATCH_WORDS, BATCH_WINDOWS = 3, 1_000


# -- what Python adds


def measure_overheads(ours: Ours, effort: Effort, found: Found) -> None:
    """Time whole calls and their core's part in turns; the difference is Python's."""
    works: Works = {
        "stage": partial(ours.new_text, 10, SLOP),
        "stage's core": partial(ours.in_core, 10, SLOP, effort.calls),
        "search": partial(whole_searches, ours, effort.calls),
        "search's core": partial(core_searches, ours, effort.calls),
    }
    times = in_turns(works, effort.rounds, effort.warm)
    for name, wanted in (("stage", STAGE_OVERHEAD), ("search", SEARCH_OVERHEAD)):
        call = "stage(docs, scores, params)" if name == "stage" else "index.search(body)"
        added = times[name].min(axis=0) - times[f"{name}'s core"].min(axis=0)
        median = float(np.median(added)) / 1000
        found.rows.append(
            Row(f"what {call} adds to the core's work", "median", median, "µs", wanted=wanted, reached=median)
        )


def search_body(phrase: str) -> dict[str, Any]:
    """Return one match, one phrase rescorer, ten hits, no source."""
    phrase_query = {"match_phrase": {FIELD: {"query": phrase, "slop": SLOP}}}
    return {
        "query": {"match": {FIELD: phrase}},
        "rescore": {"window_size": 50, "query": {"rescore_query": phrase_query}},
        "_source": False,
    }


def whole_searches(ours: Ours, calls: int) -> np.ndarray:
    bodies = [search_body(phrase) for phrase in ours.phrases]
    return np.array([shortest(partial(ours.index.search, body), calls) for body in bodies])


def core_searches(ours: Ours, calls: int) -> np.ndarray:
    index = ours.index
    bodies = [parse_body(search_body(phrase), index._view.settings) for phrase in ours.phrases]
    requests = [index._view.planner.plan(body).request for body in bodies]
    return np.array([shortest(partial(index._view.core.search, request, 0), calls) for request in requests])


# -- cold caches, many cores


def measure_cold(ours: Ours, lucenes: dict[str, Lucene], found: Found) -> None:
    """Time single calls after other memory was read; a query's time is the median of the rounds."""
    few = Ours(ours.index, ours.phrases[:: max(1, len(ours.phrases) // COLD_PHRASES)][:COLD_PHRASES])
    other = np.arange(COLD_BYTES // 8)
    touch = other[::8].sum  # a number of each cache line
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=few.phrases)
    lines = []
    for size in WINDOWS:
        works: Works = {
            "ours, bound, in the core": partial(few.in_core, size, SLOP, 1, touch),
            "ours, new text, from Python": partial(few.new_text, size, SLOP, touch),
        }
        for name, lucene in lucenes.items():
            works[name] = partial(lucene.times, "cold", size=size, slop=SLOP, bytes=COLD_BYTES)
        times = in_turns(works, COLD_ROUNDS, 1)
        middles = {name: np.median(rounds, axis=0, keepdims=True) for name, rounds in times.items()}
        lines += [[name, f"{size:,}", *statistics_of(one)[:-1]] for name, one in middles.items()]
        found.rows.extend(cold_rows(middles, size))
    heads = ("rescoring, cold", "window", *WITHOUT_MEAN)
    how = f"slop {SLOP}, {len(few.phrases)} phrases, median of {COLD_ROUNDS} rounds"
    title = f"Rescoring with cold caches, {how}, µs"
    found.tables[title] = markdown(heads, lines)
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=ours.phrases)


def cold_rows(times: dict[str, Times], size: int) -> list[Row]:
    """Return the rows beside each Lucene; with one line of medians there is no spread."""
    work = f"phrase rescorer, slop {SLOP}, window {size:,}, plan bound, cold caches"
    ours = times["ours, bound, in the core"]
    return [
        compared(work, statistic, ours, name, times[name])._replace(spread=None)
        for name in times
        if not name.startswith("ours")
        for statistic in ("median", "99th")
    ]


def measure_batch(ours: Ours, lucenes: dict[str, Lucene], rounds: int, found: Found) -> None:
    """Time a batch of full windows on one core and on all, beside Lucene's threads doing the same."""
    batch = full_windows(ours)
    if batch is None:
        found.notes.append(f"No phrase of {BATCH_WORDS} words fills a window of {WINDOWS[-1]:,}: no batch.")
        return
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=batch.phrases)
    cores = len(os.sched_getaffinity(0))
    call = batch_call(batch)
    times: dict[int, dict[str, Times]] = {}
    for threads in dict.fromkeys((1, cores)):
        works = {"ours": partial(nanoseconds, call, threads)}
        for name, lucene in lucenes.items():
            works[name] = partial(parallel, lucene, threads)
            settle(works[name])
        times[threads] = in_turns(works, max(5, rounds // 2), 2)
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=ours.phrases)
    add_batch(times, found)


def full_windows(ours: Ours) -> Ours | None:
    """Return phrases of three words with full windows, again and again until there are enough."""
    full = [
        phrase
        for phrase, (docs, _) in zip(ours.phrases, ours.windows(WINDOWS[-1]), strict=True)
        if len(phrase.split()) == BATCH_WORDS and len(docs) == WINDOWS[-1]
    ]
    return Ours(ours.index, [full[i % len(full)] for i in range(BATCH_WINDOWS)]) if full else None


def batch_call(batch: Ours) -> Callable[[int], object]:
    windows = batch.windows(WINDOWS[-1])
    docs, scores = (np.concatenate(parts) for parts in zip(*windows, strict=True))
    offsets = np.arange(len(windows) + 1, dtype=np.int64) * WINDOWS[-1]
    stage = batch.stage("{{query}}", WINDOWS[-1], SLOP)
    params = [{"query": phrase} for phrase in batch.phrases]
    return lambda threads: stage.batch(docs, scores, offsets, params=params, threads=threads)


def nanoseconds(call: Callable[[int], object], threads: int) -> np.ndarray:
    return np.array([shortest(partial(call, threads), 1)])


def parallel(lucene: Lucene, threads: int) -> np.ndarray:
    seconds = lucene.ask("parallel", size=WINDOWS[-1], slop=SLOP, threads=threads)["seconds"]
    return np.array([int(1e9 * seconds)])


def add_batch(times: dict[int, dict[str, Times]], found: Found) -> None:
    """Add the rows of pairs a second; the shortest round counts."""
    work = f"batch of {BATCH_WINDOWS:,} windows of {WINDOWS[-1]:,}"
    for threads, by_name in times.items():
        on = f"{work}, {threads} thread{'s' if threads > 1 else ''}"
        ours = pairs_a_second(by_name["ours"])
        wanted = BATCH if threads == 1 else None
        found.rows.append(Row(on, "", ours, "million pairs/s", wanted=wanted, reached=ours))
        for name in [name for name in by_name if name != "ours"]:
            row = compared(on, "median", by_name["ours"], name, by_name[name])
            found.rows.append(
                row._replace(
                    statistic="", ours=ours, theirs=pairs_a_second(by_name[name]), unit="million pairs/s"
                )
            )
    most = max(times)
    if most > 1:
        gained = float(times[1]["ours"].min() / times[most]["ours"].min())
        wanted = BATCH_TWO_CORES if most == 2 else None
        found.rows.append(
            Row(f"{work}, {most} threads against one", "", gained, "x", wanted=wanted, reached=gained)
        )


def pairs_a_second(times: Times) -> float:
    return BATCH_WINDOWS * WINDOWS[-1] / 1e6 / (float(times.min()) / 1e9)
