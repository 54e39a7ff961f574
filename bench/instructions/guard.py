"""
The performance guard: instruction counts of fixed workloads by callgrind, compared with a record.

    python bench/instructions/guard.py
    python bench/instructions/guard.py --record

Counts are of one compiler, its flags, an instruction set, a C library and a valgrind. Where all of these are
those of the record, a workload over the tolerance fails; elsewhere the counts are only reported. A wrong
answer fails everywhere.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("counts.json")
COUNTED = "rescora_counted"  # the function of workloads.cpp inside which instructions are counted
# The same build in the same place repeats exactly. Other sources move things in memory, and memcmp takes more
# instructions where words lie near the end of a page: 1 % of indexing, and less than 0.1 % of anything else.
TOLERANCE = 0.02
FAILED, NO_VALGRIND = 1, 3  # exit statuses


class Failure(Exception):
    """The counting came to nothing: why, in words for whoever ran it."""


@dataclass(frozen=True)
class Counts:
    """Instructions of each workload, and with what they were made."""

    made_with: dict[str, str]
    instructions: dict[str, int]


class Verdict(Enum):
    """What is to be said of a workload."""

    SAME = ""
    SLOWER = "slower"
    FASTER = "faster: record it with --record"
    NEW = "new: record it with --record"
    MISSING = "recorded, but not counted"


@dataclass(frozen=True)
class Row:
    """One workload, recorded and counted."""

    workload: str
    before: int | None
    now: int | None
    verdict: Verdict

    @property
    def change(self) -> float | None:
        """What was added, as a part of what was there before."""
        return None if self.before is None or self.now is None else self.now / self.before - 1

    def __str__(self) -> str:
        before, now = ("" if count is None else f"{count:,}" for count in (self.before, self.now))
        change = "" if self.change is None else f"{100 * self.change:+.2f} %"
        return f"{self.workload:36} {before:>14} {now:>14} {change:>10}  {self.verdict.value}".rstrip()


# -- comparing


def differences(record: Counts, counted: Counts) -> list[str]:
    """Say what was made with something else, thing by thing; nothing where counts can be compared."""
    names = [*record.made_with, *(counted.made_with.keys() - record.made_with.keys())]
    return [
        f"{name}: {record.made_with.get(name)} then, {counted.made_with.get(name)} now"
        for name in names
        if record.made_with.get(name) != counted.made_with.get(name)
    ]


def verdict_of(before: int | None, now: int | None, tolerance: float) -> Verdict:
    """Judge one workload, of which one of the two counts may be missing."""
    if before is None:
        return Verdict.NEW
    if now is None:
        return Verdict.MISSING
    if now > before * (1 + tolerance):
        return Verdict.SLOWER
    return Verdict.FASTER if now < before * (1 - tolerance) else Verdict.SAME


def compare(record: Counts, counted: Counts, tolerance: float) -> list[Row]:
    """Put every workload that was counted beside the record, then those that were not counted any more."""
    before, now = record.instructions, counted.instructions
    names = [*now, *(name for name in before if name not in now)]
    return [
        Row(name, before.get(name), now.get(name), verdict_of(before.get(name), now.get(name), tolerance))
        for name in names
    ]


def judge(record: Counts, counted: Counts, tolerance: float) -> tuple[str, bool]:
    """
    Compare with the record.

    Returns
    -------
    report : str
        A line a workload, and what follows from them.
    good : bool
        False when workloads are slower or missing, and the record was made with the same things.
    """
    rows = compare(record, counted, tolerance)
    table = [f"{'workload':36} {'before':>14} {'now':>14} {'change':>10}", *map(str, rows)]
    if other := differences(record, counted):
        reason = "Only reported, not judged: the record was made with other things."
        return "\n".join([*table, "", reason, *(f"  {line}" for line in other)]), True
    bad = [row.workload for row in rows if row.verdict in (Verdict.SLOWER, Verdict.MISSING)]
    said = f"{len(bad)} of {len(rows)} workloads are slower by more than {100 * tolerance:g} %, or missing"
    end = (
        [f"{said}: {'; '.join(bad)}."]
        if bad
        else [f"No workload is slower by more than {100 * tolerance:g} %."]
    )
    return "\n".join([*table, "", *end]), not bad


# -- counting


def instruction_set() -> str:
    """Return the one to force: AVX2 where there is one, for valgrind knows no AVX-512."""
    processor = Path("/proc/cpuinfo")
    return "avx2" if processor.exists() and re.search(r"\bavx2\b", processor.read_text()) else "scalar"


def parse_dumps(folder: Path) -> list[int]:
    """Return the instructions of each call of the counted function, from callgrind's numbered files."""
    counts = {}
    for path in folder.glob("counts.*"):
        text = path.read_text()
        if "\ndesc: Trigger: --dump-after" in text and (total := re.search(r"^totals: (\d+)$", text, re.M)):
            counts[int(path.suffix[1:])] = int(total[1])
    return [counts[number] for number in sorted(counts)]


def parse_output(output: str, dumps: list[int]) -> Counts:
    """Join the workloads' names, in the order in which they ran, with their counts."""
    lines = [line.split("\t") for line in output.splitlines()]
    names = [value for key, value in lines if key == "workload"]
    if not names or len(names) != len(dumps):
        raise Failure(f"callgrind counted {len(dumps)} calls of {COUNTED} for {len(names)} workloads")
    made_with = {key: value for key, value in lines if key != "workload"}
    return Counts(made_with, dict(zip(names, dumps, strict=True)))


def count(program: Path, valgrind: str) -> Counts:
    """Run the workloads under callgrind."""
    if not program.exists():
        raise Failure(f"{program} is not there: bash .ci/run guard builds it")
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, "--quiet", "--tool=callgrind", f"--callgrind-out-file={folder}/counts"]
        command += [f"--toggle-collect={COUNTED}", f"--dump-after={COUNTED}", f"./{program.name}"]
        # The environment and the program's name lie in its memory too: nobody else's, and no folder.
        environment = {"RESCORA_ISA": instruction_set()}
        ran = subprocess.run(
            command, cwd=program.parent, env=environment, capture_output=True, text=True, check=False
        )
        if ran.returncode != 0:
            raise Failure(f"the workloads failed with status {ran.returncode}:\n{ran.stderr.strip()}")
        counted = parse_output(ran.stdout, parse_dumps(Path(folder)))
    version = subprocess.run(
        [valgrind, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    counted.made_with.update({"C library": " ".join(platform.libc_ver()), "valgrind": version})
    return counted


# -- the record


def read(path: Path) -> Counts:
    """Read a record."""
    return Counts(**json.loads(path.read_text("utf-8")))


def write(path: Path, counted: Counts) -> None:
    """Write a record, a line a workload."""
    path.write_text(json.dumps(vars(counted), indent=2) + "\n", "utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Count, then compare or record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--program", type=Path, default=PROJECT / "build" / "release" / "workloads")
    parser.add_argument(
        "--tolerance", type=float, default=TOLERANCE, help="default: %(default)s, two in a hundred"
    )
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name} anew")
    chosen = parser.parse_args(arguments)
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        print("Nothing was counted: valgrind is not installed.", file=sys.stderr)
        return NO_VALGRIND
    try:
        counted = count(chosen.program, valgrind)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return FAILED
    report, good = judge(read(RECORD) if RECORD.exists() else counted, counted, chosen.tolerance)
    print(report)
    if chosen.record:
        write(RECORD, counted)
        print(f"Recorded in {RECORD.relative_to(PROJECT)}.")
    return 0 if good or chosen.record else FAILED


if __name__ == "__main__":
    sys.exit(main())
