"""Forests against the libraries that trained them, oneDAL and lleaves: answers are asserted, then timed.

    taskset -c 1 python bench/bench_forests.py --cache forests --lleaves lleaves-venv/bin/python

prints the Markdown that stands in bench/README.md. All rivals of a row take turns, call by call on the same
rows, so that a busy machine is as bad for one as for the other. `taskset` gives lleaves, which runs in a
process of its own, the same core and caches as the others. `RESCORA_ISA` chooses our instruction set. The
models are trained at first, which takes minutes, and kept in the cache.

    python -m pytest bench/bench_forests.py

times ours alone, by pytest-benchmark, on the models that are in the default cache.

lleaves 1.3.0 needs llvmlite 0.43, which needs a virtual environment of its own:

    python -m venv lleaves-venv && lleaves-venv/bin/pip install lleaves==1.3.0 'llvmlite==0.43.*' lightgbm
"""

import argparse
import datetime
import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import rescora
from rescora import _core

sys.path.append(str(Path(__file__).parent))  # pytest does not look beside this file
from asked_process import AskedProcess
from forest_models import (
    LARGE,
    LIBRARIES,
    MIDDLE,
    SHAPES,
    Library,
    Rows,
    Scores,
    Shape,
    catboost,
    lightgbm,
    load_catboost,
    load_lightgbm,
    load_xgboost,
    model_file,
    optional,
    trained,
    windows,
    xgboost,
)
from report import Row, Wanted

daal4py = optional("daal4py.mb")

WINDOWS = (10, 100, 1_000)
WARM_ROUNDS, LEAST_ROUNDS, MOST_ROUNDS = 3, 40, 5_000
SECONDS = 4.0  # spent on each model and window
LOADS = 5
LLEAVES_LEAVES = 300 * 64  # larger forests take lleaves many minutes to compile
CACHE = Path(tempfile.gettempdir()) / "rescora-forests"


class Target(NamedTuple):
    """How many times as fast as a rival ours is to be."""

    library: str
    shape: Shape
    window: int
    rival: str
    wanted: float


TARGETS = (
    Target("LightGBM", MIDDLE, 100, "LightGBM", 15),
    Target("LightGBM", MIDDLE, 100, "lleaves", 6),
    Target("XGBoost", MIDDLE, 100, "XGBoost", 6),
    Target("XGBoost", MIDDLE, 100, "oneDAL", 2),
    Target("LightGBM", LARGE, 1_000, "LightGBM", 40),
    Target("XGBoost", LARGE, 1_000, "XGBoost", 13),
    Target("XGBoost", LARGE, 1_000, "oneDAL", 6),
)


# -- rivals: each scores windows by their numbers


class Rival(NamedTuple):
    """One that scores a window; `same` demands that the answer is ours."""

    name: str
    scores: Callable[[int], Scores]
    nanoseconds: Callable[[int], int]
    same: Callable[[Scores, Scores], None]


def same_bits(ours: Scores, theirs: Scores) -> None:
    assert ours.dtype == theirs.dtype
    assert ours.tobytes() == theirs.tobytes()


def same_floats(ours: Scores, theirs: Scores) -> None:
    """Allow for float32 sums in another order, whose errors grow with the largest partial sum."""
    np.testing.assert_allclose(ours, theirs.ravel(), rtol=1e-5, atol=1e-5 * np.abs(ours).max())


def same_doubles(ours: Scores, theirs: Scores) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def rival(
    name: str, predict: Callable[[Rows], Scores], rows: Rows, same: Callable[[Scores, Scores], None]
) -> Rival:
    """Return a rival that is a function of rows in this process."""

    def nanoseconds(window: int) -> int:
        one = rows[window]
        began = time.perf_counter_ns()
        predict(one)
        return time.perf_counter_ns() - began

    return Rival(name, lambda window: predict(rows[window]), nanoseconds, same)


def lightgbm_rivals(path: Path, rows: Rows) -> Iterator[Rival]:
    if lightgbm is None:
        return
    booster = load_lightgbm(path)
    plain = partial(booster.predict, num_threads=1, raw_score=True)
    yield rival("LightGBM", plain, rows, same_bits)
    yield rival("LightGBM", partial(plain, predict_disable_shape_check=True), rows, same_bits)


def xgboost_rivals(path: Path, rows: Rows) -> Iterator[Rival]:
    if xgboost is None:
        return
    booster = load_xgboost(path)
    plain = partial(booster.inplace_predict, predict_type="margin")
    yield rival("XGBoost", plain, rows, same_bits)
    yield rival("XGBoost", partial(plain, validate_features=False), rows, same_bits)
    if daal4py is not None:
        model = daal4py.convert_model(xgboost.Booster(model_file=as_regression(path)))
        yield rival("oneDAL", model.predict, rows, same_floats)


def catboost_rivals(path: Path, rows: Rows) -> Iterator[Rival]:
    if catboost is None:
        return
    model = load_catboost(path)
    plain = partial(model.predict, prediction_type="RawFormulaVal", thread_count=1)
    # CatBoost reads a part of its own JSON's leaves with another last bit; the live model has our bits.
    yield rival("CatBoost", plain, rows, same_doubles)


RIVALS_HERE = {"LightGBM": lightgbm_rivals, "XGBoost": xgboost_rivals, "CatBoost": catboost_rivals}


def as_regression(path: Path) -> bytearray:
    """Return an XGBoost model with another objective and the same margins: oneDAL refuses to rank."""
    model = json.loads(path.read_bytes())
    model["learner"]["objective"] = {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}}
    return bytearray(json.dumps(model).encode())


class Lleaves(AskedProcess):
    """lleaves in a process of another Python, which has it; lleaves_process.py is its other end."""

    def __init__(self, python: Path) -> None:
        super().__init__("lleaves", [python, Path(__file__).with_name("lleaves_process.py")])

    def load(self, path: Path, shape: Shape) -> bool:
        """Read what was compiled before, or compile a model if it is not too large."""
        compiled = path.with_suffix(".lleaves")
        if not compiled.exists():
            if shape.trees * shape.leaves > LLEAVES_LEAVES:
                return False
            print(f"compiling {compiled}", file=sys.stderr, flush=True)
        self.ask("load", model=str(path), compiled=str(compiled))
        return True

    def version(self) -> str:
        """Return lleaves' own version."""
        return str(self.ask("version")["version"])

    def rival(self, rows: Rows) -> Rival:
        """Return it over windows, which it reads from a file once."""
        with tempfile.TemporaryDirectory() as folder:
            np.save(Path(folder) / "windows.npy", rows)
            self.ask("windows", path=str(Path(folder) / "windows.npy"))
        return Rival(
            "lleaves",
            lambda window: np.array(self.ask("answer", window=window)["scores"]),
            lambda window: int(self.ask("time", window=window)["nanoseconds"]),
            same_doubles,
        )


@contextmanager
def lleaves_of(python: Path | None) -> Iterator[Lleaves | None]:
    if python is None:
        yield None
        return
    lleaves = Lleaves(python)
    try:
        yield lleaves
    finally:
        lleaves.close()


# -- all rivals in turns


def take_turns(rivals: list[Rival], draws: int, seconds: float) -> list[list[float]]:
    """Return each rival's times in microseconds; every round calls each of them once, on the same window."""
    for window in range(WARM_ROUNDS):
        for one in rivals:
            one.nanoseconds(window % draws)
    times: list[list[float]] = [[] for _ in rivals]
    end = time.perf_counter() + seconds
    rounds = 0
    while rounds < LEAST_ROUNDS or (time.perf_counter() < end and rounds < MOST_ROUNDS):
        for one, kept in zip(rivals, times, strict=True):
            kept.append(one.nanoseconds(rounds % draws) / 1000)
        rounds += 1
    return times


def check(ours: Rival, rivals: list[Rival], draws: int) -> None:
    """Demand our answer of all: a wrong answer has no speed."""
    for window in {0, draws - 1}:
        scores = ours.scores(window)
        for one in rivals:
            one.same(scores, one.scores(window))


class Cell(NamedTuple):
    """What one model and window took: ours in quartiles, the fastest way of each rival; microseconds."""

    low: float
    median: float
    high: float
    rivals: dict[str, float]


def measure(ours: Rival, rivals: list[Rival], draws: int, seconds: float) -> Cell:
    check(ours, rivals, draws)
    mine, *others = take_turns([ours, *rivals], draws, seconds)
    low, median, high = statistics.quantiles(mine, n=4)
    fastest: dict[str, float] = {}
    for one, times in zip(rivals, others, strict=True):
        fastest[one.name] = min(statistics.median(times), fastest.get(one.name, np.inf))
    return Cell(low, median, high, fastest)


Cells = dict[tuple[str, Shape, int], Cell]  # by library, shape and window


class Bench(NamedTuple):
    """What is measured, with whom."""

    folder: Path
    shapes: list[Shape]
    seconds: float
    lleaves: Lleaves | None

    def models(self, library: Library) -> list[Shape]:
        """Return the models that there are or that can be trained."""
        if library.module is not None:
            return self.shapes
        return [shape for shape in self.shapes if model_file(self.folder, library, shape).exists()]

    def measure(self, library: Library, shape: Shape, size: int) -> Cell:
        """Measure one cell of a table."""
        path = trained(self.folder, library, shape)
        rows = windows(shape.features, size)
        ours = rival("ours", rescora.Model.load(path).predict, rows, same_bits)
        return measure(ours, self._rivals(library, shape, path, rows), len(rows), self.seconds)

    def _rivals(self, library: Library, shape: Shape, path: Path, rows: Rows) -> list[Rival]:
        found = [*RIVALS_HERE[library.name](path, rows)]
        if library.name == "LightGBM" and self.lleaves is not None and self.lleaves.load(path, shape):
            found.append(self.lleaves.rival(rows))
        return found


# -- what is printed

RIVALS = {"LightGBM": ("LightGBM", "lleaves"), "XGBoost": ("XGBoost", "oneDAL"), "CatBoost": ("CatBoost",)}


def print_heads(*heads: str) -> None:
    print("| " + " | ".join(heads) + " |\n|---|" + "--:|" * (len(heads) - 1), flush=True)


def print_cells(*cells: str) -> None:
    print("| " + " | ".join(cells) + " |", flush=True)


def table_of_library(bench: Bench, library: Library) -> Cells:
    """Measure a library's models and print a row each."""
    rivals = RIVALS[library.name]
    shapes = bench.models(library)
    if not shapes:
        print(f"{library.name} is missing, and so are its models.\n")
        return {}
    print(f"Models of {library.name}, trees x leaves x features:\n")
    ratios = [f"{name} / ours" for name in rivals]
    print_heads("model", "window", "ours", "quartiles", "ns a document and tree", *rivals, *ratios)
    cells = {}
    for shape in shapes:
        for size in WINDOWS:
            cell = cells[library.name, shape, size] = bench.measure(library, shape, size)
            print_row(shape, size, cell, [missing(bench, name) for name in rivals], rivals)
    print()
    return cells


def missing(bench: Bench, name: str) -> str:
    """Return what stands in the place of a rival that has no time."""
    absent = {
        "LightGBM": lightgbm is None,
        "XGBoost": xgboost is None,
        "CatBoost": catboost is None,
        "oneDAL": daal4py is None or xgboost is None,  # it converts XGBoost's live model
        "lleaves": bench.lleaves is None,
    }
    return "missing" if absent[name] else "not compiled"


def print_row(shape: Shape, size: int, cell: Cell, absent: list[str], rivals: tuple[str, ...]) -> None:
    times = [
        f"{cell.rivals[name]:,.1f}" if name in cell.rivals else instead
        for name, instead in zip(rivals, absent, strict=True)
    ]
    ratios = [f"{cell.rivals[name] / cell.median:.1f}" if name in cell.rivals else "—" for name in rivals]
    each = f"{1000 * cell.median / size / shape.trees:.2f}"
    ours = [f"{cell.median:,.1f}", f"{cell.low:,.1f} to {cell.high:,.1f}", each]
    print_cells(str(shape), f"{size:,}", *ours, *times, *ratios)


def print_targets(cells: Cells) -> None:
    """Print a line a target: reached or missed."""
    print("What was wanted, and what is:\n")
    for target in TARGETS:
        place = f"{target.rival}, {target.shape}, window {target.window:,}"
        print(f"- {place}: {verdict(cells, target)}")
    slower = [
        f"{name} at {shape}, window {size:,} ({theirs / cell.median:.2f})"
        for (_, shape, size), cell in cells.items()
        for name, theirs in cell.rivals.items()
        if theirs <= cell.median
    ]
    said = "missed: " + "; ".join(slower) if slower else "reached"
    print(f"- Faster than every library in each of {len(cells)} cells: {said}.\n")


def target_rows(bench: Bench, cells: Cells) -> list[Row]:
    """Return a row a target, for the one table; a rival without a time is named with the reason."""
    rows = []
    for target in TARGETS:
        wanted = Wanted(target.wanted, "x")
        what = f"{target.library}'s forest {target.shape}, window {target.window:,}"
        row = Row(
            what, "median", None, "µs", target.rival, wanted=wanted, instead=missing(bench, target.rival)
        )
        cell = cells.get((target.library, target.shape, target.window))
        if cell is not None:
            row = row._replace(ours=cell.median)
            theirs = cell.rivals.get(target.rival)
            if theirs is not None:
                ratio, ends = theirs / cell.median, (theirs / cell.high, theirs / cell.low)
                row = row._replace(theirs=theirs, times_as_good=ratio, spread=ends, reached=ratio)
        rows.append(row)
    return rows


def absent_rivals(bench: Bench) -> dict[str, str]:
    """Return the rivals that are not here."""
    why = {"lleaves": "no Python that has it was named"}
    names = {name for rivals in RIVALS.values() for name in rivals}
    return {
        name: why.get(name, "its package is not installed")
        for name in sorted(names)
        if missing(bench, name) == "missing"
    }


def verdict(cells: Cells, target: Target) -> str:
    cell = cells.get((target.library, target.shape, target.window))
    if cell is None or target.rival not in cell.rivals:
        return f"{target.wanted} wanted, not measured."
    reached = cell.rivals[target.rival] / cell.median
    said = "reached" if reached >= target.wanted else "missed"
    return f"{reached:.1f} times as fast, {target.wanted} wanted: {said}."


def load_times(load: Callable[[], object]) -> str:
    """Return the median time of a load, in milliseconds."""
    times = []
    for _ in range(LOADS):
        began = time.perf_counter()
        load()
        times.append(1000 * (time.perf_counter() - began))
    return f"{statistics.median(times):,.1f}"


def table_of_loading(bench: Bench) -> None:
    print(f"From the file to a model that is ready, the median of {LOADS}, milliseconds:\n")
    print_heads("model", "mean leaves", "MB", "ours", "the library itself")
    for library in LIBRARIES:
        for shape in bench.models(library):
            path = trained(bench.folder, library, shape)
            leaves = library.leaves(path.read_bytes())
            assert len(leaves) == shape.trees
            sizes = [f"{statistics.mean(leaves):.1f}", f"{path.stat().st_size / 1e6:.1f}"]
            theirs = "missing" if library.module is None else load_times(partial(library.load, path))
            times = [load_times(partial(rescora.Model.load, path)), theirs]
            print_cells(f"{library.name}, {shape}", *sizes, *times)
    print()


def print_versions(bench: Bench) -> None:
    from bench_arxiv import commit, cpu_model  # beside this file, which pytest does not look for

    compiler = subprocess.run(["c++", "--version"], capture_output=True, text=True, check=True).stdout
    libraries = [f"{one.name} {one.module.__version__}" for one in LIBRARIES if one.module is not None]
    if daal4py is not None:
        libraries.append(f"oneDAL {version('daal')}")
    if bench.lleaves is not None:
        libraries.append(f"lleaves {bench.lleaves.version()}")
    versions = ", ".join([f"Python {platform.python_version()}", f"numpy {np.__version__}", *libraries])
    ours = f"rescora {rescora.__version__} at {commit()}, kernels `{_core.isa()}`"
    print(
        f"{cpu_model()}, {os.cpu_count()} cores; {versions}; {compiler.splitlines()[0]}; {ours}; "
        f"{datetime.date.today()}.\n"
    )


# -- ours alone, by pytest-benchmark


@pytest.mark.parametrize("size", WINDOWS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("library", LIBRARIES, ids=[library.name for library in LIBRARIES])
def bench_predict(benchmark, library, shape, size):
    """Rows in, scores out; another window at each call."""
    path = model_file(CACHE, library, shape)
    if not path.exists():
        pytest.skip("python bench/bench_forests.py trains the models, which takes minutes")
    rows = windows(shape.features, size)
    model = rescora.Model.load(path)
    check(rival("ours", model.predict, rows, same_bits), [*RIVALS_HERE[library.name](path, rows)], len(rows))
    numbers = iter(range(10**9))

    scores = benchmark(lambda: model.predict(rows[next(numbers) % len(rows)]))

    assert np.isfinite(scores).all()
    benchmark.extra_info |= {"documents": size, "seconds_per_document": benchmark.stats["median"] / size}


def main() -> None:
    """Check everything, measure it and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--cache", type=Path, default=CACHE, help="where models are kept (default: %(default)s)"
    )
    parser.add_argument("--lleaves", type=Path, metavar="PYTHON", help="a Python that has lleaves 1.3.0")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help="for a model and window (default: %(default)s)"
    )
    trees = [shape.trees for shape in SHAPES]
    parser.add_argument(
        "--trees", type=int, nargs="+", choices=trees, default=trees, help="of these models only"
    )
    given = parser.parse_args()
    with lleaves_of(given.lleaves) as lleaves:
        shapes = [shape for shape in SHAPES if shape.trees in given.trees]
        print_everything(Bench(given.cache, shapes, given.seconds, lleaves))


def print_everything(bench: Bench) -> Cells:
    """Measure and print all tables."""
    if daal4py is not None:
        importlib.import_module("daal4py").daalinit(1)  # one thread each is compared
    print_versions(bench)
    cells: Cells = {}
    for library in LIBRARIES:
        cells |= table_of_library(bench, library)
    print_targets(cells)
    table_of_loading(bench)
    return cells


if __name__ == "__main__":
    main()
