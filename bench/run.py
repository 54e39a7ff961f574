"""
Run all benchmarks with all rivals on one machine: a table of targets and results, longer tables, figures.

    python bench/run.py --data arxiv.jsonl --phrases arxiv-phrases.txt --cache rivals

prints Markdown; `--write` puts it, and the figures, into bench/README.md and bench/plots/. Everyone's answers
are compared before anything is timed. What is not installed is named as missing. `--quick` does little of
everything, to see that it runs: its numbers are worth nothing, and the page says so.
"""

import argparse
import contextlib
import datetime
import importlib.util
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent))  # tests import this file from elsewhere
from bench_arxiv import FIELD, print_machine
from bench_growth import Curve, draw, table_of
from bench_lexical import measure
from lexical import lines_of, phrases_of, unpacked
from lexical_given import Found, add_options, given_by
from report import Row, Wanted, missing_rivals, put_between, summary, table
from rescora import Index

PARTS = ("lexical", "forests", "scripts", "features")
PAGE = Path(__file__).with_name("README.md")
PLOTS = Path(__file__).with_name("plots")
MARK = "rivals"
FEATURES_LOGGED = 200_000  # pairs a second a core
FLAGS = (
    "Ours is built by CMake's Release, for every instruction set its kernels have, with `-ffp-contract=off`."
)
QUICK = {"rounds": 2, "queries": 50, "builds": 1, "seconds": 0.2}


def main() -> None:
    """Measure what was asked for and print or write it."""
    one_thread_each()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_options(parser)
    add_own_options(parser)
    given = parser.parse_args()
    if given.quick:
        vars(given).update(QUICK)
    check_fields(given)
    found = Found([], {}, [], {}, [])
    for part in given.parts:
        merge(found, MEASURES[part](given))
    page = page_of(given, found)  # before anything is written, for it names the commit
    if not given.write:
        print(page)
        return
    draw_all(found)
    put_between(PAGE, MARK, page + figures(found.curves))


def check_fields(given: argparse.Namespace) -> None:
    """Stop at once, not after an hour, if the documents lack what a later part reads."""
    wanted = {"id", FIELD} | ({"title"} if "features" in given.parts else set())
    lacking = wanted - json.loads(next(iter(lines_of(given.data)))).keys()
    if lacking:
        sys.exit(f"{given.data} has documents without {', '.join(sorted(lacking))}")


def one_thread_each() -> None:
    """Start again with BLAS on one thread, which numpy reads when it is imported."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.argv])


def add_own_options(parser: argparse.ArgumentParser) -> None:
    """Add what the other parts need, and what becomes of the page."""
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="default: all")
    parser.add_argument(
        "--models", type=Path, help="where trained forests are kept (default: as bench_forests.py's)"
    )
    parser.add_argument("--lleaves", type=Path, metavar="PYTHON", help="a Python that has lleaves 1.3.0")
    parser.add_argument(
        "--seconds", type=float, help="for each forest or script and window (default: as they do alone)"
    )
    parser.add_argument("--quick", action="store_true", help="do little of everything, to see that it runs")
    parser.add_argument("--write", action="store_true", help="write bench/README.md and bench/plots/")


def merge(found: Found, other: Found) -> None:
    """Add what another part found."""
    found.rows.extend(other.rows)
    found.tables.update(other.tables)
    found.notes.extend(other.notes)
    found.missing.update(other.missing)
    found.curves.extend(other.curves)


# -- the parts


def measure_lexical(given: argparse.Namespace) -> Found:
    return measure(given_by(given))


def measure_forests(given: argparse.Namespace) -> Found:
    """Run bench_forests.py on one core, which lleaves' process shares."""
    import bench_forests as forests  # here, for it imports every library

    with one_core(), forests.lleaves_of(given.lleaves) as lleaves, printed() as text:
        cache, seconds = given.models or forests.CACHE, given.seconds or forests.SECONDS
        bench = forests.Bench(cache, list(forests.SHAPES), seconds, lleaves)
        cells = forests.print_everything(bench)
        rows, missing = forests.target_rows(bench, cells), forests.absent_rivals(bench)
    return Found(rows, {"Forests": text.getvalue()}, [], missing, [])


def measure_scripts(given: argparse.Namespace) -> Found:
    """Run bench_scripts.py's table on one core; without numexpr there is nothing to be held to."""
    if importlib.util.find_spec("numexpr") is None:
        row = Row("scripts, window 1,000", "", None, "µs", "numexpr", wanted=Wanted(1, "x"))
        row = row._replace(instead="missing")
        return Found([row], {}, [], {"numexpr": "its package is not installed"}, [])
    import bench_scripts as scripts

    scripts.numexpr.set_num_threads(1)
    columns = scripts.collection()
    index = scripts.make_index(columns)
    with one_core(), printed() as text:
        rows = scripts.table_of_scripts(index, columns, given.seconds or scripts.SECONDS)
    return Found(rows, {"Scripts, µs": text.getvalue()}, [], {}, [])


def measure_features(given: argparse.Namespace) -> Found:
    """Run bench_features.py's checks and times; no rival does this in process."""
    if importlib.util.find_spec("pyarrow") is None:
        row = Row("features logged", "", None, "pairs/s", wanted=Wanted(FEATURES_LOGGED, "pairs/s"))
        return Found([row], {}, [], {"pyarrow, for features": "its package is not installed"}, [])
    import bench_features as features

    given.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=given.cache) as name, printed() as text:
        lines = unpacked(given.data, Path(name), ("id", "title", FIELD))
        index = Index.open(features.saved_index(lines, Path(name)))
        judged = features.judge(index, phrases_of(given.phrases, given.queries))
        features.print_checks(index, judged)
        rate = features.print_speed(index, judged, min(given.rounds, features.ROUNDS))
    wanted = Wanted(FEATURES_LOGGED, "pairs/s")
    work = "10 features logged, 1,000 documents a query, a core"
    row = Row(work, "median", rate, "pairs/s", wanted=wanted, reached=rate)
    return Found([row], {"Features logged": text.getvalue()}, [], {}, [])


MEASURES = {
    "lexical": measure_lexical,
    "forests": measure_forests,
    "scripts": measure_scripts,
    "features": measure_features,
}


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Stay on one core, so that processes that take turns share its caches."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def printed() -> Iterator[io.StringIO]:
    """Keep what is printed."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        yield text


# -- the page


def page_of(given: argparse.Namespace, found: Found) -> str:
    """Return the whole page but the figures."""
    with printed() as text:
        print_machine()
        machine = text.getvalue().strip()
    parts = [
        warnings_of(given),
        f"{machine} {datetime.date.today()}. {FLAGS}\n",
        "".join(f"- {n}\n" for n in found.notes),
    ]
    parts += [missing_rivals(found.missing), table(found.rows), summary(found.rows)]
    parts += [f"{title}:\n\n{text}" for title, text in found.tables.items()]
    parts += [f"Figure: time by {curve.changes}, µs:\n\n{table_of(curve)}" for curve in found.curves]
    return "\n".join(part for part in parts if part)


def warnings_of(given: argparse.Namespace) -> str:
    """Say what was left out or cut short."""
    said = ["**A quick try: these numbers are worth nothing.**\n"] if given.quick else []
    left = [part for part in PARTS if part not in given.parts]
    said += [f"Not run: {', '.join(left)}.\n"] if left else []
    return "\n".join(said)


def figures(curves: Sequence[Curve]) -> str:
    """Return the references to the plots."""
    return "".join(f"\n![time by {curve.changes}](plots/{curve.stem}.svg)\n" for curve in curves)


def draw_all(found: Found) -> None:
    """Draw the figures, if there is what draws them."""
    pyplot: Any
    try:
        import matplotlib as mpl

        mpl.use("svg")
        from matplotlib import pyplot
    except ImportError:
        found.missing["matplotlib"] = "it is not installed, so the figures are old"
        return
    for curve in found.curves:
        draw(curve, PLOTS, pyplot)


if __name__ == "__main__":
    main()
