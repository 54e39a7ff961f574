"""Reports of measurements: statistics over queries, table rows with targets, Markdown."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

Times = np.ndarray  # nanoseconds, shape (rounds, queries)
STATISTICS: dict[str, Callable[[np.ndarray], float]] = {
    "median": lambda times: float(np.percentile(times, 50)),
    "90th": lambda times: float(np.percentile(times, 90)),
    "99th": lambda times: float(np.percentile(times, 99)),
    "worst": lambda times: float(np.max(times)),
    "mean": lambda times: float(np.mean(times)),
}
WITHOUT_MEAN = ("median", "90th", "99th", "worst")


class Wanted(NamedTuple):
    """A bound that a number is to keep."""

    bound: float
    unit: str  # "x" is how many times as good as the rival
    at_most: bool = False

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {amount(self.bound, self.unit)}"

    def verdict(self, reached: float | None) -> str:
        """Say whether the bound is kept, and by how much of it."""
        if reached is None:
            return "not measured"
        kept = reached <= self.bound if self.at_most else reached >= self.bound
        away = abs(reached - self.bound) / self.bound
        return f"{'reached' if kept else 'missed'} by {100 * away:,.0f} %"


class Row(NamedTuple):
    """One line of the table: what was done, ours beside one rival's, and what was wanted."""

    work: str
    statistic: str
    ours: float | None
    unit: str
    rival: str = "—"
    theirs: float | None = None
    times_as_good: float | None = None
    spread: tuple[float, float] | None = None  # quartiles over rounds of `times_as_good`
    wanted: Wanted | None = None
    reached: float | None = None  # what is held to `wanted`
    instead: str = "—"  # what stands for the rival's number where there is none

    def cells(self) -> list[str]:
        """Return the row's texts."""
        return [
            f"{self.work}, {self.statistic}" if self.statistic else self.work,
            "—" if self.ours is None else amount(self.ours, self.unit),
            self.rival,
            self.instead if self.theirs is None else amount(self.theirs, self.unit),
            "—" if self.times_as_good is None else amount(self.times_as_good, "x"),
            "—" if self.spread is None else " to ".join(amount(end, "x") for end in self.spread),
            "—" if self.wanted is None else str(self.wanted),
            "—" if self.wanted is None else self.wanted.verdict(self.reached),
        ]


HEADS = ("work", "ours", "rival", "the rival's", "times as good", "quartiles of rounds", "wanted", "reached")


def amount(number: float, unit: str) -> str:
    """Return a number with its unit, with about three digits."""
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{number:,.{digits}f}".rstrip("0").rstrip(".") if digits else f"{number:,.0f}"
    return f"{text}x" if unit == "x" else f"{text} {unit}".rstrip()


def compared(
    work: str, statistic: str, ours: Times, rival: str, theirs: Times | str, wanted: float | None = None
) -> Row:
    """
    Return the row of two lists of rounds; `theirs` is a text where the rival is missing.

    A query's time is the least of its rounds. The spread is that of the ratio round by round, each round's
    statistic taken alone.
    """
    of = STATISTICS[statistic]
    mine = of(ours.min(axis=0)) / 1000
    bound = None if wanted is None else Wanted(wanted, "x")
    if isinstance(theirs, str):
        return Row(work, statistic, mine, "µs", rival, wanted=bound, instead=theirs)
    other = of(theirs.min(axis=0)) / 1000
    rounds = [of(b) / of(a) for a, b in zip(ours, theirs, strict=True)]
    low, high = np.percentile(rounds, (25, 75))
    ratio = other / mine
    return Row(work, statistic, mine, "µs", rival, other, ratio, (float(low), float(high)), bound, ratio)


def statistics_of(times: Times, names: Iterable[str] = WITHOUT_MEAN) -> list[str]:
    """Return the queries' least times by each statistic, then the median of the rounds' medians; µs."""
    least = times.min(axis=0)
    medians = float(np.median(np.median(times, axis=1)))
    return [f"{STATISTICS[name](least) / 1000:,.1f}" for name in names] + [f"{medians / 1000:,.1f}"]


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(heads) + " |", "|---|" + "--:|" * (len(heads) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def table(rows: Iterable[Row]) -> str:
    """Return the one table."""
    return markdown(HEADS, (row.cells() for row in rows))


def summary(rows: Sequence[Row]) -> str:
    """Count what was reached, and name what was missed or not measured."""
    held = [row for row in rows if row.wanted is not None]
    said = [(row, row.wanted.verdict(row.reached)) for row in held if row.wanted is not None]
    lines = [
        f"{sum(text.startswith('reached') for _, text in said)} of {len(held)} wanted numbers are reached."
    ]
    lines += [
        f"- {row.cells()[0]}{'' if row.rival == '—' else f', beside {row.rival}'}: {text}."
        for row, text in said
        if not text.startswith("reached")
    ]
    return "\n".join(lines) + "\n"


def missing_rivals(missing: Mapping[str, str]) -> str:
    """Name each rival that did not run, and why."""
    return "".join(f"- Missing: {name}: {why}.\n" for name, why in missing.items())


def put_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between `<!-- name -->` and `<!-- /name -->` in a file."""
    page = path.read_text("utf-8")
    marks = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if len(marks.findall(page)) != 1:
        raise ValueError(f"{path} has no single pair of the marks <!-- {name} --> and <!-- /{name} -->")
    path.write_text(marks.sub(lambda found: found[1] + "\n" + text + "\n" + found[2], page), "utf-8")
