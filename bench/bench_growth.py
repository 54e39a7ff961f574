"""
How a phrase rescorer's time grows with the window, the collection, the phrase and the slop, beside Lucene.

`bench/run.py` measures and draws it. Each figure changes one thing and holds the others: a window of 100,
slop 2, the given phrases, the whole collection.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench_arxiv import FIELD, apart, build
from clock import Effort, Works, in_turns, settle
from lexical import Ours, texts_of
from report import STATISTICS, Times, markdown
from rescora import Index
from rivals.lucene import Lucene

WINDOW, SLOP = 100, 2
WINDOWS = (1, 3, 10, 30, 100, 300, 1_000, 3_000)
SLOPS = (0, 1, 2, 5, 10, 20, 50, 100)
LENGTHS = (2, 3, 4, 5, 6, 8)  # words
SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)  # of the documents
PHRASES = 200
SEED = 7
SHOWN = ("median", "99th")


class Curve(NamedTuple):
    """One figure: microseconds by name, statistic and place."""

    stem: str  # of the plot's file
    changes: str  # what the axis says
    places: tuple[int, ...]
    microseconds: dict[str, dict[str, list[float]]]


def measure_growth(
    index: Index,
    phrases: Sequence[str],
    lines: Path,
    lucenes: dict[str, Lucene],
    folder: Path,
    effort: Effort,
) -> list[Curve]:
    """Return all figures; at the end each Lucene has the whole collection open again."""
    few = phrases[:: max(1, len(phrases) // PHRASES)][:PHRASES]
    ours = Ours(index, few)
    by_length = {length: Ours(index, drawn_phrases(index, lines, length)) for length in LENGTHS}
    timed = partial(times_of, lucenes=lucenes, effort=effort)
    return [
        curve("window", "window, hits", ((size, timed(ours, size, SLOP)) for size in WINDOWS)),
        curve("slop", "slop", ((slop, timed(ours, WINDOW, slop)) for slop in SLOPS)),
        curve("words", "words", ((words, timed(one, WINDOW, SLOP)) for words, one in by_length.items())),
        curve("documents", "documents", collections(few, lines, lucenes, folder, timed)),
    ]


def curve(stem: str, changes: str, measured: Iterator[tuple[int, dict[str, Times]]]) -> Curve:
    """Gather what was measured place by place."""
    places: list[int] = []
    found: dict[str, dict[str, list[float]]] = {}
    for place, times in measured:
        places.append(place)
        for name, rounds in times.items():
            for statistic in SHOWN:
                value = STATISTICS[statistic](rounds.min(axis=0)) / 1000
                found.setdefault(name, {}).setdefault(statistic, []).append(value)
    return Curve(stem, changes, tuple(places), found)


def times_of(
    ours: Ours, size: int, slop: int, lucenes: dict[str, Lucene], effort: Effort
) -> dict[str, Times]:
    """Return the rounds of ours in the core and from Python, and of each Lucene."""
    works: Works = {
        "ours, in the core": partial(ours.in_core, size, slop, effort.calls),
        "ours, from Python, new text": partial(ours.new_text, size, slop),
    }
    for name, lucene in lucenes.items():
        lucene.ask("phrases", phrases=ours.phrases)
        works[name] = partial(lucene.times, "rescore", size=size, slop=slop, calls=effort.calls)
        settle(works[name])
    times = in_turns(works, effort.rounds, effort.warm)
    ours.forget()
    return times


def drawn_phrases(index: Index, lines: Path, length: int) -> list[str]:
    """Return phrases of so many words that stand one after another in a document."""
    chance = random.Random(SEED)
    texts = texts_of(lines)
    phrases: list[str] = []
    while len(phrases) < PHRASES:
        words = [token.token for token in index.analyze(FIELD, chance.choice(texts))]
        if len(words) >= length:
            start = chance.randrange(len(words) - length + 1)
            phrases.append(" ".join(words[start : start + length]))
    return phrases


def collections(
    phrases: Sequence[str],
    lines: Path,
    lucenes: dict[str, Lucene],
    folder: Path,
    timed: Callable[..., dict[str, Times]],
) -> Iterator[tuple[int, dict[str, Times]]]:
    """Index ever larger parts of the lines, and give their documents and times; the last is the whole."""
    whole = lines.read_bytes().splitlines(keepends=True)
    for share in SHARES:
        count = max(1, round(share * len(whole)))
        part = folder / f"part-{count}.jsonl"
        part.write_bytes(b"".join(whole[:count]))
        saved = folder / f"part-{count}.rescora"
        apart(build, part, saved, False)
        for name, lucene in lucenes.items():
            inverted = str(folder / f"part-{count}-{name}")
            lucene.ask("index", lines=str(part), folder=inverted)
            lucene.ask("open", folder=inverted)
        yield count, timed(Ours(Index.open(saved), phrases), WINDOW, SLOP)
        part.unlink()


def table_of(curve: Curve) -> str:
    """Return a figure's numbers."""
    heads = ("µs", "", *(f"{place:,}" for place in curve.places))
    rows = (
        (name, statistic, *(f"{value:,.1f}" for value in values))
        for name, by_statistic in curve.microseconds.items()
        for statistic, values in by_statistic.items()
    )
    return markdown(heads, rows)


def draw(curve: Curve, folder: Path, pyplot: Any) -> Path:
    """Draw a figure as a small SVG whose bytes depend on the numbers alone."""
    pyplot.rcParams |= {"svg.hashsalt": "rescora", "svg.fonttype": "none", "font.size": 9}
    figure, axes = pyplot.subplots(figsize=(5.2, 3.4), layout="constrained")
    for number, (name, by_statistic) in enumerate(curve.microseconds.items()):
        for style, (statistic, values) in zip(("o-", "o--"), by_statistic.items(), strict=True):
            said = f"{name}, {statistic}"
            look: dict[str, Any] = {"color": f"C{number}", "markersize": 3, "linewidth": 1.2}
            axes.plot(curve.places, values, style, label=said, **look)
    axes.set_yscale("log")
    axes.set_xscale("symlog" if 0 in curve.places else "log")
    axes.set_xticks(curve.places, [f"{place:,}" for place in curve.places], rotation=30)
    axes.set_xlim(left=-0.3 if 0 in curve.places else None)
    axes.minorticks_off()
    axes.set(xlabel=curve.changes, ylabel="microseconds a call")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=6)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{curve.stem}.svg"
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
    return path
