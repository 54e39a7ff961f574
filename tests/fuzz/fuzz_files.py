"""
Damaged index files as Python opens them: each gives an answer or a CorruptFileError, soon.

The core's own bytes are damaged more thoroughly by fuzz_damage (damage.cpp); this is about the metadata,
which is JSON that Python reads, and the sources.

    python tests/fuzz/fuzz_files.py --count 2000 --seed 1
"""

from __future__ import annotations

import copy
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import seeds
from command import run_fuzzer
from fuzz_documents import NAMES
from mutation import mutate, mutate_bytes
from outcome import Failure

from rescora import CorruptFileError, Index, RequestError

SLOW = 2.0  # seconds: sixty documents that take longer hang
BODIES = [body for body in seeds.BODIES if "sort" not in body]


def use(path: Path) -> str:
    """Open a file and ask it everything; return what came of it."""
    began = time.perf_counter()
    try:
        index = Index.open(path)
        repr(index), index.mappings, index.settings, index.name, len(index)
        for body in BODIES:
            ask(index, body)
        outcome = "answers"
    except CorruptFileError as error:
        str(error).encode()
        outcome = "refused"
    except Exception as error:
        raise Failure(f"{type(error).__name__}: {error}") from error
    taken = time.perf_counter() - began
    if taken > SLOW:
        raise Failure(f"took {taken:.1f} seconds")
    return outcome


def ask(index: Index, body: Any) -> None:
    """Search, or be told that this index has no such fields."""
    try:
        index.search(body, threads=1).to_dict()
    except RequestError as error:
        error.to_dict()


class Files:
    """Makes damaged copies of one saved index."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "damaged"
        self._index = seeds.index()
        self._index.save(self.path)
        self._good = self.path.read_bytes()
        self._metadata = {
            "fields": list(self._index._view.schema.names),
            "mappings": self._index.mappings,
            "settings": self._index.settings,
        }
        text = json.dumps(self._metadata, separators=(",", ":"), ensure_ascii=False).encode()
        self._begin = self._good.index(text[:20])
        self._end = self._good.index(b"\x00", self._begin)

    def damage(self, rng: random.Random) -> str:
        """Write one damaged copy, and return how it was made."""
        how = rng.randrange(8)
        if how <= 3:
            metadata = copy.deepcopy(self._metadata)
            for _ in range(rng.choice((1, 1, 2, 4))):
                try:
                    metadata = mutate(metadata, NAMES, [self._metadata, seeds.MAPPINGS, seeds.SETTINGS], rng)
                except RecursionError:  # too deep to be copied: deep enough
                    break
            return self._write_metadata(metadata)
        if how == 4:
            return self._write_text(mutate_bytes(self._good[self._begin : self._end], rng))
        low, high = (self._begin, self._end) if how == 5 else (self._end, len(self._good))
        damaged = bytearray(self._good)
        for _ in range(rng.choice((1, 2, 8, 500 if how > 5 else 8))):
            damaged[rng.randrange(low, high)] = rng.randrange(256)
        self.path.write_bytes(damaged)
        return "metadata's bytes" if how == 5 else "bytes after the metadata"

    def _write_metadata(self, metadata: Any) -> str:
        try:
            return self._write_text(json.dumps(metadata, default=repr, skipkeys=True).encode())
        except (ValueError, RecursionError):  # a number too long to be written, or too deep
            return self._write_text(b"[" * 100_000)

    def _write_text(self, metadata: bytes) -> str:
        with self.path.open("wb") as file:
            self._index._view.core.save(file.fileno(), metadata.decode("utf-8", "replace"))
        return "metadata"


def fuzz(count: int, seed: int, *, report: bool = False) -> tuple[Counter[str], list[str]]:
    """Use `count` damaged copies; return what came out, and the failures."""
    rng = random.Random(seed)
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder))
        for _ in range(count):
            how = files.damage(rng)
            try:
                outcomes[f"{how}: {use(files.path)}"] += 1
            except Failure as failure:
                failures.append(f"{how}: {failure}")
                if report:
                    print("FAILED", failures[-1], flush=True)
    return outcomes, failures


if __name__ == "__main__":
    sys.exit(run_fuzzer(fuzz, (__doc__ or "").partition("\n\n")[0], 2_000, "damaged copies"))
