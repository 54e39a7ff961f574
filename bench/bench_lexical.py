"""
Both passes over text against Lucene, tantivy and bm25s: hits are compared, then timed in alternating rounds.

    python bench/bench_lexical.py --data arxiv.jsonl --phrases arxiv-phrases.txt --cache folder

prints Markdown; `bench/run.py` does so together with forests and scripts. The cache keeps what Maven
fetched and Lucene's classes; indexes are made anew.
"""

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))  # tests import this file from elsewhere
from bench_conditions import measure_batch, measure_cold, measure_overheads
from bench_growth import measure_growth, table_of
from bench_indexing import measure_indexing
from clock import Effort, Works, in_turns, settle
from lexical import (
    SLOP,
    SLOPS,
    WINDOWS,
    Ours,
    Same,
    check,
    is_cut_short,
    phrases_of,
    texts_of,
    unpacked,
)
from lexical_given import LUCENE, Found, Given, add_options, given_by, label, start, versions
from report import WITHOUT_MEAN, Row, Times, compared, markdown, missing_rivals, statistics_of, table
from rescora import Index
from rivals.first_pass import Bm25s, Tantivy, overlap
from rivals.lucene import Lucene, Missing

WARM_SECONDS = 20  # of every kind of search before any is timed: the JVM compiles what it has seen often

# What is wanted, by window: design.md, part 9.
MEDIAN = {10: 40.0, 100: 15.0, 1_000: 6.0}
TAIL = {10: 300.0, 100: 70.0, 1_000: 18.0}
NEW_TEXT = {10: 8.0, 100: 8.0, 1_000: 4.0}
FIRST_PASS = {label(LUCENE): 1.5, "tantivy": 1.0, "bm25s": 1.0}


def measure(given: Given) -> Found:
    """Build, check and time everything."""
    found = Found([], {}, [], {}, [])
    given.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.cache) as name:
        folder = Path(name)
        lines = unpacked(given.data, folder)
        if is_cut_short(given.data):
            found.notes.append(f"{given.data.name} is cut short: these are its whole lines.")
        measure_indexing(given, lines, folder, found)
        lucenes = started(given, folder, found.missing)
        try:
            measure_searching(given, lines, folder, lucenes, found)
        finally:
            for lucene in lucenes.values():
                lucene.close()
    return found


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


# -- searching


def measure_searching(
    given: Given, lines: Path, folder: Path, lucenes: dict[str, Lucene], found: Found
) -> None:
    """Check all hits, then time both passes."""
    ours = Ours(Index.open(folder / "ours.rescora"), phrases_of(given.phrases, given.queries))
    for lucene in lucenes.values():
        lucene.ask("phrases", phrases=ours.phrases)
    found.notes.append(f"{len(ours.phrases):,} phrases; {given.effort}.")
    found.notes.extend(
        f"{name} runs on Java {lucene.java} with `{' '.join(lucene.flags)}`."
        for name, lucene in lucenes.items()
    )
    found.notes.extend(answers(ours, lucenes))
    warm_up(lucenes, min(WARM_SECONDS, given.effort.rounds))
    measure_rescoring(ours, lucenes, given.effort, found)
    measure_first_pass(ours, lucenes, texts_of(lines), folder, given.effort, found)
    measure_overheads(ours, given.effort, found)
    measure_cold(ours, lucenes, found)
    measure_batch(ours, lucenes, given.effort.rounds, found)
    if given.growth:
        effort = given.effort._replace(rounds=max(3, given.effort.rounds // 2))
        found.curves.extend(measure_growth(ours.index, ours.phrases, lines, lucenes, folder, effort))


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
    """Have each Lucene do all that is timed later, so that nothing is timed while a JVM still compiles."""
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
    works: Works = {
        "ours, bound, in the core": partial(ours.in_core, size, slop, effort.calls),
        "ours, bound, from Python": partial(ours.bound, size, slop, effort.calls),
        "ours, new text, from Python": partial(ours.new_text, size, slop),
    }
    for name, lucene in lucenes.items():
        works[name] = partial(lucene.times, "rescore", size=size, slop=slop, calls=effort.calls)
        settle(works[name])
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
    works: Works = {"ours": partial(ours.first, size, effort.calls)}
    for name, lucene in lucenes.items():
        works[name] = partial(lucene.times, "first", size=size, calls=effort.calls)
        settle(works[name])
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
            FIRST_PASS.get(name if name.startswith("Lucene") else name.split()[0]),
        )
        for name in rivals
        for statistic in ("mean", "99th")
    ]


def print_found(found: Found) -> None:
    """Print the rows, who was missing, what was noted, and the longer tables."""
    print(table(found.rows))
    print(missing_rivals(found.missing))
    print("".join(f"- {note}\n" for note in found.notes))
    for title, text in found.tables.items():
        print(f"{title}:\n\n{text}")
    for curve in found.curves:
        print(f"By {curve.changes}:\n\n{table_of(curve)}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser)
    print_found(measure(given_by(parser.parse_args())))


if __name__ == "__main__":
    main()
