"""Indexing, size on disk and opening, beside Lucene; bench_lexical.py and run.py print it."""

from collections.abc import Sequence
from pathlib import Path

from bench_arxiv import apart, build, size_of_text
from lexical_given import LUCENE, Build, Found, Given, label, start, versions
from report import Row, Wanted, markdown
from rivals.lucene import Lucene, Missing

INDEXED, ON_DISK = "indexing, one thread", "size on disk, no sources"
INDEXING = Wanted(30, "MB/s")
INDEXING_RATIO = Wanted(3, "x")
SIZE = Wanted(4, "times Lucene's size", at_most=True)
OPENING = Wanted(5, "ms", at_most=True)


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
    found.rows.append(Row(INDEXED, "", best, "MB/s", wanted=INDEXING, reached=best))
    lines = [indexing_line("ours", ours, megabytes, disk, opening)]
    if LUCENE not in theirs:
        found.rows.extend(
            Row(work, "", ours_, unit, label(LUCENE), wanted=wanted, instead="missing")
            for work, ours_, unit, wanted in (
                (INDEXED, best, "MB/s", INDEXING_RATIO),
                (ON_DISK, disk, "MB", SIZE),
            )
        )
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
    faster = Row(INDEXED, "", best, "MB/s", name, theirs, best / theirs)
    smaller = Row(ON_DISK, "", disk, "MB", name, size, size / disk)
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
