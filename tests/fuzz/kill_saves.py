"""
Processes that are killed while they save: what stands at the path is always one of the indexes, whole.

Each round several processes save two indexes in turns to one path, and are killed (SIGKILL) at a random
moment. The file is then opened and checked to its last byte. At the end one more save must leave nothing but
its file.

    python tests/fuzz/kill_saves.py --seconds 60 --seed 1
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from rescora import Index

SIZES = (3, 4_000)  # documents of the two indexes; the larger one takes some milliseconds to write
AT_ONCE = 2  # processes that save to the same path
LONGEST = 0.03  # seconds until they are killed


def indexes() -> list[Index]:
    """Return an index of each size."""
    return [
        Index.from_documents([{"title": f"fox {i % 97} of {i}", "n": i} for i in range(size)], progress=False)
        for size in SIZES
    ]


def save_for_ever(made: list[Index], path: Path) -> None:
    """Save one after the other; never returns."""
    try:
        while True:
            for index in made:
                index.save(path)
    except BaseException as error:
        os.write(2, f"a save failed: {error!r}\n".encode())
    finally:
        os._exit(1)


def start(made: list[Index], path: Path) -> int:
    """Return the number of a new process that saves; it shares the indexes' memory."""
    process = os.fork()
    if process == 0:
        save_for_ever(made, path)
    return process


def kill(process: int) -> str:
    """Kill a process that must still be running; return what went wrong."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    return "" if os.WIFSIGNALED(status) else "a process ended by itself"


def fault_of(path: Path) -> str:
    """Return what is wrong with the file."""
    try:
        size = len(Index.open(path, verify=True))
    except Exception as error:
        return f"the file cannot be opened: {error!r}"
    return "" if size in SIZES else f"the file has {size} documents"


def attack(folder: Path, seed: int, kills: int, seconds: float) -> tuple[Counter[str], list[str]]:
    """Kill that often, or that long if `kills` is 0; return what was seen, and the failures."""
    rng = random.Random(seed)
    made, path = indexes(), folder / "index.rescora"
    seen: Counter[str] = Counter()
    failures: list[str] = []
    made[0].save(path)
    end = time.monotonic() + seconds
    while seen["kills"] < kills if kills else time.monotonic() < end:
        processes = [start(made, path) for _ in range(AT_ONCE)]
        time.sleep(rng.uniform(0, LONGEST))
        failures += [kill(process) for process in processes]
        failures.append(fault_of(path))
        seen["kills"] += len(processes)
        left = len(list(folder.iterdir())) - 1
        seen["rounds that left a temporary file"] += left > 0
        seen["temporary files at once, at most"] = max(left, seen["temporary files at once, at most"])
    made[1].save(path)
    failures.append(fault_of(path))
    seen["files left"] = len(list(folder.iterdir())) - 1
    if seen["files left"]:
        failures.append(f"files are left: {sorted(path.name for path in folder.iterdir())}")
    return seen, [failure for failure in failures if failure]


def main() -> int:
    """Attack as the arguments of the process say; 0 when nothing failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=0, help="stop after as many, not after seconds")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen, failures = attack(Path(folder), given.seed, given.kills, given.seconds)
    for what, times in seen.items():
        print(f"{times:>9,} {what}")
    for failure in failures[:20]:
        print("FAILED", failure)
    print(f"{len(failures)} failures with seed {given.seed}")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
