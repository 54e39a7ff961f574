"""
Both passes over text beside Lucene, tantivy and bm25s: hits are compared, then everything is timed in turns.

    python bench/bench_lexical.py --data arxiv.jsonl --phrases arxiv-phrases.txt --cache folder

prints Markdown; `bench/run.py` does so together with forests and scripts. The cache keeps what Maven
fetched and Lucene's classes; indexes are made anew.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.append(str(Path(__file__).parent))  # tests import this file from elsewhere
from bench_arxiv import FIELD, apart, build, size_of_text
from lexical import (
    SLOPS,
    WINDOWS,
    Effort,
    Ours,
    Same,
    check,
    in_turns,
    phrases_of,
    shortest,
    texts_of,
    unpacked,
)
from report import WITHOUT_MEAN, Row, Times, Wanted, compared, markdown, missing_rivals, statistics_of, table
from rescora import Index
from rescora.request import parse_body
from rivals.first_pass import Bm25s, Tantivy, overlap
from rivals.lucene import Lucene, Missing

LUCENE, NEWER_LUCENE = "9.9.1", "10.5.1"
SLOP = 2  # of the numbers that are wanted
COLD_BYTES = 96 << 20  # read between calls: more than the last cache of these machines holds
COLD_ROUNDS, COLD_PHRASES = 3, 200
WARM_SECONDS = 20  # of every kind of search before any is timed: the JVM compiles what it has seen often
BATCH_WORDS, BATCH_WINDOWS = 3, 1_000

# What is wanted, by window: design.md, part 9.
MEDIAN = {10: 40.0, 100: 15.0, 1_000: 6.0}
TAIL = {10: 300.0, 100: 70.0, 1_000: 18.0}
NEW_TEXT = {10: 8.0, 100: 8.0, 1_000: 4.0}
FIRST_PASS_BESIDE = {f"Lucene {LUCENE}": 1.5, "tantivy": 1.0, "bm25s": 1.0}
STAGE_OVERHEAD = Wanted(5, "µs", at_most=True)
SEARCH_OVERHEAD = Wanted(60, "µs", at_most=True)
BATCH = Wanted(8, "million pairs/s")
BATCH_TWO_CORES = Wanted(1.8, "x")
INDEXING = Wanted(30, "MB/s")
INDEXING_RATIO = Wanted(3, "x")
SIZE = Wanted(4, "times Lucene's size", at_most=True)
OPENING = Wanted(5, "ms", at_most=True)


Build = dict[str, float]  # seconds to index and to save, bytes on disk


class Given(NamedTuple):
    """What the caller chose."""

    data: Path
    phrases: Path
    cache: Path
    jars: Path | None
    jdk: Path | None
    newer: str | None
    newer_jdk: Path | None
    effort: Effort
    queries: int | None
    builds: int


class Found(NamedTuple):
    """What was measured: rows of the one table, longer tables by their heads, and who was missing."""

    rows: list[Row]
    tables: dict[str, str]
    notes: list[str]
    missing: dict[str, str]


def measure(given: Given) -> Found:
    """Build, check and time everything."""
    found = Found([], {}, [], {})
    given.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.cache) as name:
        folder = Path(name)
        lines = unpacked(given.data, folder)
        measure_indexing(given, lines, folder, found)
        lucenes = started(given, folder, found.missing)
        try:
            measure_searching(given, lines, folder, lucenes, found)
        finally:
            for lucene in lucenes.values():
                lucene.close()
    return found


def start(given: Given, version: str) -> Lucene:
    """Start one version of Lucene on the JDK that was named for it."""
    home = given.jdk if version == LUCENE else given.newer_jdk or given.jdk
    return Lucene(version, given.jars, given.cache, home)


def versions(given: Given) -> list[str]:
    return [LUCENE, *([given.newer] if given.newer else [])]


def label(version: str) -> str:
    return f"Lucene {version}"


def started(given: Given, folder: Path, missing: dict[str, str]) -> dict[str, Lucene]:
    """Start processes that have indexed nothing, so that their compilers have seen searches alone."""
    lucenes = {}
    for version in versions(given):
        if label(version) not in missing:
            lucenes[label(version)] = lucene = start(given, version)
            lucene.ask("open", folder=str(folder / version))
    if given.newer is None:
        missing["a newer Lucene"] = "none was named"
    return lucenes


# -- indexing


def measure_indexing(given: Given, lines: Path, folder: Path, found: Found) -> None:
    """Index the lines with everyone in turns; the fastest of each counts."""
    lucenes: dict[str, Lucene] = {}
    for version in versions(given):
        try:
            lucenes[version] = start(given, version)
        except Missing as why:
            found.missing[label(version)] = str(why)
    ours: list[Build] = []
    theirs: dict[str, list[Build]] = {version: [] for version in lucenes}
    for _ in range(given.builds):
        ours.append(apart(build, lines, folder / "ours.rescora", False))
        for version, lucene in lucenes.items():
            theirs[version].append(lucene.ask("index", lines=str(lines), folder=str(folder / version)))
    opened = {version: best_opening(lucene, folder / version) for version, lucene in lucenes.items()}
    for lucene in lucenes.values():
        lucene.close()
    text_bytes, documents = size_of_text(lines)
    found.notes.append(f"{documents:,} documents, {text_bytes / 1e6:,.1f} MB of text.")
    add_indexing(ours, theirs, opened, text_bytes, found)


def best_opening(lucene: Lucene, folder: Path) -> float:
    return min(lucene.ask("open", folder=str(folder))["seconds"] for _ in range(5))


def add_indexing(
    ours: Sequence[Build],
    theirs: dict[str, list[Build]],
    opened: dict[str, float],
    text_bytes: int,
    found: Found,
) -> None:
    """Add the rows of time, size and opening, and their table."""
    megabytes = text_bytes / 1e6
    best = max(megabytes / one["index"] for one in ours)
    disk, opening = ours[-1]["disk"] / 1e6, 1000 * min(one["open"] for one in ours)
    found.rows.append(Row("indexing, one thread", "", best, "MB/s", wanted=INDEXING, reached=best))
    lines = [indexing_line("ours", ours, megabytes, disk, opening)]
    for version, builds in theirs.items():
        name, held = label(version), version == LUCENE
        found.rows.extend(indexing_rows(name, held, best, disk, builds, megabytes))
        lines.append(indexing_line(name, builds, megabytes, builds[-1]["disk"] / 1e6, 1000 * opened[version]))
        if any(one["segments"] != 1 for one in builds):
            found.notes.append(f"{name} wrote {builds[-1]['segments']} segments and merged them.")
    found.rows.append(Row("opening a saved index", "", opening, "ms", wanted=OPENING, reached=opening))
    heads = ("index", "MB of text/s, best", "worst", "saving, s", "MB on disk", "opening, ms")
    found.tables[f"Indexing, {len(ours)} times each"] = markdown(heads, lines)


def indexing_rows(
    name: str, held: bool, best: float, disk: float, builds: Sequence[Build], megabytes: float
) -> list[Row]:
    """Return the rows of one Lucene; `held` says whether it is the one that numbers are wanted against."""
    theirs = max(megabytes / one["index"] for one in builds)
    size = builds[-1]["disk"] / 1e6
    faster = Row("indexing, one thread", "", best, "MB/s", name, theirs, best / theirs)
    smaller = Row("size on disk, no sources", "", disk, "MB", name, size, size / disk)
    if not held:
        return [faster, smaller]
    return [
        faster._replace(wanted=INDEXING_RATIO, reached=best / theirs),
        smaller._replace(wanted=SIZE, reached=disk / size),
    ]


def indexing_line(
    name: str, builds: Sequence[Build], megabytes: float, disk: float, opening: float
) -> list[str]:
    rates = [megabytes / one["index"] for one in builds]
    saving = min(one["save"] for one in builds)
    return [name, f"{max(rates):.1f}", f"{min(rates):.1f}", f"{saving:.2f}", f"{disk:.1f}", f"{opening:.2f}"]


# -- searching


def measure_searching(
    given: Given, lines: Path, folder: Path, lucenes: dict[str, Lucene], found: Found
) -> None:
    """Check all hits, then time both passes."""
    ours = Ours(Index.open(folder / "ours.rescora"), phrases_of(given.phrases, given.queries))
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=ours.phrases)
    found.notes.append(f"{len(ours.phrases):,} phrases; {given.effort}.")
    found.notes.extend(answers(ours, lucenes))
    warm_up(lucenes, min(WARM_SECONDS, given.effort.rounds))
    measure_rescoring(ours, lucenes, given.effort, found)
    measure_first_pass(ours, lucenes, texts_of(lines), folder, given.effort, found)
    measure_overheads(ours, given.effort, found)
    measure_cold(ours, lucenes, found)
    measure_batch(ours, lucenes, given.effort.rounds, found)


def answers(ours: Ours, lucenes: dict[str, Lucene]) -> list[str]:
    """Demand 9.9.1's very hits, for a wrong answer has no speed; say how far a newer one's are the same."""
    notes = []
    for name, lucene in lucenes.items():
        same = check(ours, lucene)
        notes.append(said(name, same))
        if name == label(LUCENE) and same.equal != same.of:
            raise AssertionError(notes[-1])
    return notes


def said(name: str, same: Same) -> str:
    pages = f"{same.equal:,} of {same.of:,} pages of hits are {name}'s, documents and bits of scores"
    return (
        f"{pages}; the first other one is {same.first_difference}." if same.first_difference else f"{pages}."
    )


def warm_up(lucenes: dict[str, Lucene], seconds: float) -> None:
    """Have each Lucene do all that is timed later, so that no row is measured while the JVM still compiles."""
    for lucene in lucenes.values():
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            for size in WINDOWS:
                lucene.times("first", size=size)
                for slop in SLOPS:
                    lucene.times("rescore", size=size, slop=slop)


def measure_rescoring(ours: Ours, lucenes: dict[str, Lucene], effort: Effort, found: Found) -> None:
    """Time phrase rescorers over the whole window of the first pass."""
    lines = []
    for slop in SLOPS:
        for size in WINDOWS:
            times = rescoring(ours, lucenes, size, slop, effort)
            lines += [[name, f"{slop}", f"{size:,}", *statistics_of(t)] for name, t in times.items()]
            if slop == SLOP:
                found.rows.extend(rescoring_rows(times, size))
        ours.forget()
    heads = ("rescoring", "slop", "window", *WITHOUT_MEAN, "median of rounds")
    found.tables["Rescoring with a phrase, µs"] = markdown(heads, lines)


def rescoring(
    ours: Ours, lucenes: dict[str, Lucene], size: int, slop: int, effort: Effort
) -> dict[str, Times]:
    """Return the rounds of ours, three ways, and of each Lucene."""
    works: dict[str, Callable[[], np.ndarray]] = {
        "ours, bound, in the core": partial(ours.in_core, size, slop, effort.calls),
        "ours, bound, from Python": partial(ours.bound, size, slop, effort.calls),
        "ours, new text, from Python": partial(ours.new_text, size, slop),
    }
    for name, lucene in lucenes.items():
        works[name] = partial(lucene.times, "rescore", size=size, slop=slop, calls=effort.calls)
    return in_turns(works, effort.rounds, effort.warm)


def rescoring_rows(times: dict[str, Times], size: int) -> list[Row]:
    """Return the rows beside each Lucene; what is wanted is wanted against 9.9.1."""
    core, new = times["ours, bound, in the core"], times["ours, new text, from Python"]
    bound, anew = (
        f"phrase rescorer, slop {SLOP}, window {size:,}, {how}"
        for how in ("plan bound", "from Python, new text")
    )
    held = label(LUCENE)
    rows = []
    for name in dict.fromkeys((held, *(name for name in times if not name.startswith("ours")))):
        wanted = (MEDIAN[size], TAIL[size], NEW_TEXT[size]) if name == held else (None, None, None)
        theirs = times.get(name, "missing")
        rows += [
            compared(bound, "median", core, name, theirs, wanted[0]),
            compared(bound, "99th", core, name, theirs, wanted[1]),
            compared(anew, "median", new, name, theirs, wanted[2]),
        ]
    return rows


def measure_first_pass(
    ours: Ours, lucenes: dict[str, Lucene], texts: list[str], folder: Path, effort: Effort, found: Found
) -> None:
    """Time the search for the best; of tantivy and bm25s only the hits' overlap can be told."""
    others: dict[str, Tantivy | Bm25s] = {}
    for name, make in (("tantivy", Tantivy), ("bm25s", Bm25s)):
        try:
            made = make(texts, ours.phrases, folder / name)
            others[made.name] = made
        except Missing as why:
            found.missing[name] = str(why)
    best = [docs for docs, _ in ours.windows(10)]
    found.notes.extend(
        f"{name} has {100 * overlap(best, other.hits(10)):.1f} % of our ten best: {other.scores_differ}."
        for name, other in others.items()
    )
    lines = []
    for size in WINDOWS:
        times = first_pass(ours, lucenes, others, size, effort)
        names = (*WITHOUT_MEAN, "mean")
        lines += [[name, f"{size:,}", *statistics_of(t, names)] for name, t in times.items()]
        found.rows.extend(first_pass_rows(times, size, found.missing))
    heads = ("first pass", "best", *WITHOUT_MEAN, "mean", "median of rounds")
    found.tables["First pass, µs"] = markdown(heads, lines)


def first_pass(
    ours: Ours, lucenes: dict[str, Lucene], others: dict[str, Any], size: int, effort: Effort
) -> dict[str, Times]:
    works: dict[str, Callable[[], np.ndarray]] = {"ours": partial(ours.first, size, effort.calls)}
    for name, lucene in lucenes.items():
        works[name] = partial(lucene.times, "first", size=size, calls=effort.calls)
    for name, other in others.items():
        works[name] = partial(other.times, size, effort.calls)
    return in_turns(works, effort.rounds, effort.warm)


def first_pass_rows(times: dict[str, Times], size: int, missing: dict[str, str]) -> list[Row]:
    """Return a row for each rival and statistic; the missing have rows too."""
    rivals = [name for name in times if name != "ours"]
    rivals += [name for name in (label(LUCENE), "tantivy", "bm25s") if name in missing]
    return [
        compared(
            f"first pass, best {size:,}",
            statistic,
            times["ours"],
            name,
            times.get(name, "missing"),
            FIRST_PASS_BESIDE.get(name.split()[0] if name != label(LUCENE) else name),
        )
        for name in rivals
        for statistic in ("mean", "99th")
    ]


# -- what Python adds


def measure_overheads(ours: Ours, effort: Effort, found: Found) -> None:
    """Time whole calls and their core's part in turns; the difference is Python's."""
    works: dict[str, Callable[[], np.ndarray]] = {
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
    bodies = [parse_body(search_body(phrase), index._settings) for phrase in ours.phrases]
    requests = [index._planner.plan(body).request for body in bodies]
    return np.array([shortest(partial(index._core.search, request, 0), calls) for request in requests])


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
        works: dict[str, Callable[[], np.ndarray]] = {
            "ours, bound, in the core": partial(few.in_core, size, SLOP, 1, touch),
            "ours, new text, from Python": partial(few.new_text, size, SLOP, touch),
        }
        for name, lucene in lucenes.items():
            works[name] = partial(lucene.times, "cold", size=size, slop=SLOP, bytes=COLD_BYTES)
        times = in_turns(works, COLD_ROUNDS, 1)
        middles = {name: np.median(rounds, axis=0, keepdims=True) for name, rounds in times.items()}
        lines += [[name, f"{size:,}", *statistics_of(one)[:-1]] for name, one in middles.items()]
        found.rows.extend(
            compared(f"the same with cold caches, window {size:,}", s, middles["ours, bound, in the core"],
                     name, middles[name])._replace(spread=None)
            for name in lucenes for s in ("median", "99th")
        )  # fmt: skip
    heads = ("rescoring, cold", "window", *WITHOUT_MEAN)
    how = f"slop {SLOP}, {len(few.phrases)} phrases, median of {COLD_ROUNDS} rounds"
    title = f"Rescoring with cold caches, {how}, µs"
    found.tables[title] = markdown(heads, lines)
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=ours.phrases)


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


# -- the command


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the lexical part needs to know."""
    parser.add_argument(
        "--data", type=Path, required=True, help="JSON lines with `id` and `text`, plain or .zst"
    )
    parser.add_argument("--phrases", type=Path, required=True, help="a phrase a line")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "rescora-rivals",
        help="for jars, classes and indexes (default: %(default)s)",
    )
    parser.add_argument(
        "--lucene-jars", type=Path, help="a folder with the jars (default: Maven fetches them)"
    )
    parser.add_argument("--jdk", type=Path, help="for Lucene 9 (default: JAVA_HOME, or java on the PATH)")
    parser.add_argument("--newer-lucene", default=NEWER_LUCENE, help="a second row (default: %(default)s)")
    parser.add_argument("--newer-jdk", type=Path, help="for the newer Lucene (default: the same JDK)")
    parser.add_argument("--rounds", type=int, default=Effort().rounds, help="default: %(default)s")
    parser.add_argument("--queries", type=int, help="so many of the phrases (default: all)")
    parser.add_argument(
        "--builds", type=int, default=5, help="of each index; the fastest counts (default: %(default)s)"
    )


def given_by(arguments: argparse.Namespace) -> Given:
    effort = Effort(arguments.rounds)._replace(warm=min(Effort().warm, arguments.rounds))
    return Given(
        arguments.data,
        arguments.phrases,
        arguments.cache,
        arguments.lucene_jars,
        arguments.jdk,
        arguments.newer_lucene or None,
        arguments.newer_jdk,
        effort,
        arguments.queries,
        arguments.builds,
    )


def print_found(found: Found) -> None:
    """Print the rows, who was missing, what was noted, and the longer tables."""
    print(table(found.rows))
    print(missing_rivals(found.missing))
    print("".join(f"- {note}\n" for note in found.notes))
    for title, text in found.tables.items():
        print(f"{title}:\n\n{text}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser)
    print_found(measure(given_by(parser.parse_args())))


if __name__ == "__main__":
    main()
