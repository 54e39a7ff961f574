"""The lexical workload: a collection, its phrases, Rescora's searches, and the check of a rival's hits."""

import json
import subprocess
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench_arxiv import FIELD
from clock import shortest
from rescora import Index, Rescorer
from rivals.lucene import Hits, Lucene

WINDOWS = (10, 100, 1_000)
SLOPS = (0, 2, 10)
SLOP = 2  # of the numbers that are wanted
EVERYTHING = 2**32  # hits that a call may return
COUNTED = 1_000  # hits that Lucene's search(query, n) counts before it may skip; ours is told the same


def unpacked(data: Path, folder: Path, fields: Sequence[str] = ("id", FIELD)) -> Path:
    """Return JSON lines with these fields alone; of an archive that is cut short, its whole lines."""
    lines = folder / "lines.jsonl"
    with lines.open("w", encoding="utf-8") as kept:
        for line in lines_of(data):
            document = json.loads(line)
            json.dump({field: document[field] for field in fields}, kept, ensure_ascii=False)
            kept.write("\n")
    return lines


def lines_of(data: Path) -> Iterable[bytes]:
    """Give the whole lines of a file, plain or .zst."""
    if data.suffix != ".zst":
        with data.open("rb") as given:
            yield from given
        return
    with subprocess.Popen(
        ["zstd", "-dcq", "--long=27", data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as archive:
        assert archive.stdout is not None
        yield from (line for line in archive.stdout if line.endswith(b"\n"))


def is_cut_short(data: Path) -> bool:
    """Return whether an archive ends too early, so that only its whole lines are used."""
    return (
        data.suffix == ".zst"
        and subprocess.run(["zstd", "-tqq", "--long=27", data], check=False).returncode != 0
    )


def texts_of(lines: Path) -> list[str]:
    """Return the texts, for rivals that take no file."""
    with lines.open("rb") as given:
        return [json.loads(line)[FIELD] for line in given]


def phrases_of(path: Path, most: int | None) -> list[str]:
    """Return the phrases, a line each; of fewer than all, evenly spread ones."""
    every = [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    return every if most is None else every[:: max(1, len(every) // most)][:most]


class Ours:
    """Our first pass and rescorers over one list of phrases."""

    def __init__(self, index: Index, phrases: Sequence[str]) -> None:
        self.index = index
        self.phrases = list(phrases)
        self._windows: dict[int, list[tuple[np.ndarray, np.ndarray]]] = {}
        self._stages: dict[tuple[int, int], list[Rescorer]] = {}

    def body(self, phrase: str, size: int) -> dict[str, Any]:
        """Return the request of a first pass."""
        query = {"match": {FIELD: phrase}}
        return {"query": query, "size": size, "_source": False, "track_total_hits": COUNTED}

    def windows(self, size: int) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return each phrase's first pass as documents and scores."""
        if size not in self._windows:
            pages = (self.index.search(self.body(phrase, size)) for phrase in self.phrases)
            self._windows[size] = [(self.index.docs(page.ids), page.scores) for page in pages]
        return self._windows[size]

    def stage(self, text: str, size: int, slop: int) -> Rescorer:
        """Return the rescorer of a phrase, or of every phrase where the text is a parameter."""
        phrase = {"match_phrase": {FIELD: {"query": text, "slop": slop}}}
        return self.index.rescorer({"window_size": size, "query": {"rescore_query": phrase}}, size=size)

    def stages(self, size: int, slop: int) -> list[Rescorer]:
        """Return each phrase's rescorer, compiled and bound."""
        key = (size, slop)
        if key not in self._stages:
            self._stages[key] = [self.stage(phrase, size, slop) for phrase in self.phrases]
        return self._stages[key]

    def forget(self) -> None:
        """Free what was kept."""
        self._windows.clear()
        self._stages.clear()

    # -- one round each: nanoseconds, phrase by phrase

    def first(self, size: int, calls: int) -> np.ndarray:
        """Search, as a user does."""
        bodies = [self.body(phrase, size) for phrase in self.phrases]
        return np.array([shortest(partial(self.index.search, body), calls) for body in bodies])

    def in_core(self, size: int, slop: int, calls: int, before: Callable[[], object] = int) -> np.ndarray:
        """Rescore with a bound plan, timed inside the core; `before` is called before each phrase."""
        times = np.empty(len(self.phrases), np.int64)
        for i, (stage, window) in enumerate(zip(self.stages(size, slop), self.windows(size), strict=True)):
            before()
            times[i] = stage._fixed.nanoseconds(*window, EVERYTHING, calls).min()
        return times

    def bound(self, size: int, slop: int, calls: int) -> np.ndarray:
        """Rescore with a bound plan, called from Python."""
        pairs = zip(self.stages(size, slop), self.windows(size), strict=True)
        return np.array([shortest(partial(stage, *window), calls) for stage, window in pairs])

    def new_text(self, size: int, slop: int, before: Callable[[], object] | None = None) -> np.ndarray:
        """
        Rescore with a text that is new to the stage.

        Each text comes once a round, so that nothing kept of the last call can serve. What brings the
        documents into the caches instead is a call of the bound plan, or `before` does what it likes.
        """
        stage = self.stage("{{query}}", size, slop)
        times = np.empty(len(self.phrases), np.int64)
        for i, (known, window) in enumerate(zip(self.stages(size, slop), self.windows(size), strict=True)):
            if before is None:
                known(*window)
            else:
                before()
            times[i] = shortest(partial(stage, *window, {"query": self.phrases[i]}), 1)
        return times


# -- equal answers


class Same(NamedTuple):
    """How many pages of hits are equal, document by document and bit by bit of the score."""

    equal: int
    of: int
    first_difference: str = ""

    def __add__(self, other: "Same") -> "Same":  # type: ignore[override]
        first = self.first_difference or other.first_difference
        return Same(self.equal + other.equal, self.of + other.of, first)


def same_hits(what: str, phrases: Sequence[str], ours: Sequence[tuple], theirs: Hits) -> Same:
    """Compare pages of hits."""
    different = [
        phrase
        for phrase, mine, other in zip(phrases, ours, theirs.pages(), strict=True)
        if any(a.tobytes() != b.tobytes() for a, b in zip(mine, other, strict=True))
    ]
    first = f"{what}: [{different[0]}]" if different else ""
    return Same(len(phrases) - len(different), len(phrases), first)


def check(ours: Ours, lucene: Lucene, windows: Sequence[int] = WINDOWS, slops: Sequence[int] = SLOPS) -> Same:
    """Compare both passes' hits of every phrase."""
    same = Same(0, 0)
    for size in windows:
        first = ours.windows(size)
        same += same_hits(
            f"first pass, top {size}", ours.phrases, first, lucene.hits("first_hits", size=size)
        )
        for slop in slops:
            mine = [ours.stage(p, size, slop)(*hits) for p, hits in zip(ours.phrases, first, strict=True)]
            theirs = lucene.hits("rescore_hits", size=size, slop=slop)
            same += same_hits(f"window {size}, slop {slop}", ours.phrases, mine, theirs)
    return same
