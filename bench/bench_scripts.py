"""Scripts over windows of hits, beside numexpr, numpy and plain Python: answers are asserted, then timed.

    OPENBLAS_NUM_THREADS=1 python bench/bench_scripts.py

prints the Markdown that stands in bench/README.md. All rivals of a row take turns, call by call, so that a
busy machine is as bad for one as for the other. `python -m pytest bench/bench_scripts.py` times ours alone,
with pytest-benchmark.
"""

import datetime
import math
import operator
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import rescora
from rescora import _core
from rescora.queries.scripts import SCORE, Scripts
from rescora.queries.source import Script

sys.path.append(str(Path(__file__).parent))  # pytest does not look beside this file
from report import Row, Wanted

numexpr = pytest.importorskip("numexpr")
getType = pytest.importorskip("numexpr.necompiler").getType

DOCUMENTS = 200_000
DIMS = 384
WINDOWS = (10, 100, 1_000, 10_000)
DRAWS = 8  # windows that take turns, so that gathers do not find everything in the cache
SECONDS = 2.0  # spent on each script and window
HELD_WINDOW = 1_000  # here ours is to be no slower than numexpr
NO_SLOWER = Wanted(1, "x")
DAY = 86_400_000  # milliseconds
ORIGIN = 1_700_000_000_000
SCALE, OFFSET, DECAY = 30 * DAY, DAY, 0.5
# Ours gives float32 scores. A rival's double that is another in its last bit may round to the next float.
ONE_FLOAT = 1.2e-7
# The rivals sum 384 products as float32.
FLOAT_SUMS = 2e-6

MAPPINGS = {
    "_source": {"enabled": False},
    "properties": {
        "n": {"type": "long"},
        "rating": {"type": "double"},
        "year": {"type": "integer"},
        "date": {"type": "date"},
        "v": {"type": "dense_vector", "dims": DIMS},
    },
}

LOGARITHM = "_score + Math.log10(doc['n'].value + 2) * params.w"
BRANCHES = """\
double factor = 1.0;
if (doc['n'].value > 1000) {
  factor = 2.0;
} else if (doc['n'].value > 100) {
  factor = 1.5;
}
if (doc['rating'].value >= params.good) {
  factor *= 1.0 + (doc['rating'].value - params.good) / 10.0;
}
return doc['year'].value < params.year ? _score * factor * 0.5 : _score * factor;
"""
DATE = "_score * decayDateGauss(params.origin, params.scale, params.offset, params.decay, doc['date'].value)"
COSINE = "cosineSimilarity(params.q, 'v') + 1.0"

Columns = dict[str, np.ndarray]  # of all documents, or of a window's


def collection(documents: int = DOCUMENTS) -> Columns:
    """Draw the documents: counts of which few are large, ratings, years, dates around the origin, vectors."""
    random = np.random.default_rng(7)
    return {
        "n": np.minimum(np.exp(random.exponential(2.0, documents)), 1e9).astype(np.int64),
        "rating": np.round(random.uniform(0, 10, documents), 1),
        "year": random.integers(1950, 2025, documents),
        "date": ORIGIN + random.integers(-90 * DAY, 90 * DAY, documents),
        "v": random.standard_normal((documents, DIMS), np.float32),
    }


def make_index(columns: Columns) -> rescora.Index:
    documents = ({"_id": str(i)} for i in range(len(columns["n"])))
    return rescora.Index.from_documents(documents, mappings=MAPPINGS, columns=columns, progress=False)


class Window(NamedTuple):
    """Hits as a first pass gives them: best first, so their documents are in no order."""

    docs: np.ndarray
    scores: np.ndarray


def windows(size: int, documents: int = DOCUMENTS) -> list[Window]:
    random = np.random.default_rng(size)
    return [
        Window(
            random.choice(documents, size, replace=False).astype(np.uint32),
            np.sort(random.gamma(2.0, 3.0, size).astype(np.float32))[::-1].copy(),
        )
        for _ in range(DRAWS)
    ]


# -- each script, as its rivals write it


class Work(NamedTuple):
    """
    A script and the same in other words.

    `expression` is numexpr's, None where it has no way to say it; `numpy` takes a window's columns, `python`
    one document's values. `reads` are the columns, in the order of `python`'s arguments after the score.
    """

    name: str
    script: Script
    reads: tuple[str, ...]
    expression: str | None
    constants: dict[str, float]
    numpy: Callable[..., np.ndarray]
    python: Callable[..., float]
    tolerance: float = ONE_FLOAT


WEIGHT = 1.3
GOOD, YEAR = 7.5, 1990
HALF_LIFE = math.log(DECAY) / SCALE**2  # score = exp(HALF_LIFE * distance^2)
QUERY = np.random.default_rng(11).standard_normal(DIMS).astype(np.float32)
QUERY_VALUES = QUERY.tolist()
QUERY_MAGNITUDE = math.sqrt(sum(value * value for value in QUERY_VALUES))


def numpy_branches(s, n, rating, year):
    factor = np.where(n > 1000, 2.0, np.where(n > 100, 1.5, 1.0))
    factor = np.where(rating >= GOOD, factor * (1.0 + (rating - GOOD) / 10.0), factor)
    return np.where(year < YEAR, s * factor * 0.5, s * factor)


def python_branches(s, n, rating, year):
    factor = 1.0
    if n > 1000:
        factor = 2.0
    elif n > 100:
        factor = 1.5
    if rating >= GOOD:
        factor *= 1.0 + (rating - GOOD) / 10.0
    return s * factor * 0.5 if year < YEAR else s * factor


def numpy_date(s, date):
    distance = np.maximum(np.abs(date - ORIGIN) - OFFSET, 0).astype(np.float64)
    return s * np.exp(distance * distance * HALF_LIFE)


def python_date(s, date):
    distance = float(max(0, abs(date - ORIGIN) - OFFSET))
    return s * math.exp(distance * distance * HALF_LIFE)


def numpy_cosine(_, v):
    return v @ QUERY / (np.sqrt(np.einsum("ij,ij->i", v, v)) * np.float32(QUERY_MAGNITUDE)) + 1


def python_cosine(_, v):
    magnitude = math.sqrt(sum(map(operator.mul, v, v)))
    return sum(map(operator.mul, QUERY_VALUES, v)) / (magnitude * QUERY_MAGNITUDE) + 1.0


def text_of(millis: int) -> str:
    return datetime.datetime.fromtimestamp(millis / 1000, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


WORKS = [
    Work(
        "log10",
        Script(source=LOGARITHM, params={"w": WEIGHT}),
        ("n",),
        "s + log10(n + 2) * w",
        {"w": WEIGHT},
        lambda s, n: s + np.log10(n + 2) * WEIGHT,
        lambda s, n: s + math.log10(n + 2) * WEIGHT,
    ),
    Work(
        "branches",
        Script(source=BRANCHES, params={"good": GOOD, "year": YEAR}),
        ("n", "rating", "year"),
        "s * where(n > 1000, 2.0, where(n > 100, 1.5, 1.0))"
        " * where(rating >= good, 1.0 + (rating - good) / 10.0, 1.0) * where(year < 1990, 0.5, 1.0)",
        {"good": GOOD},
        numpy_branches,
        python_branches,
    ),
    Work(
        "date decay",
        Script(
            source=DATE, params={"origin": text_of(ORIGIN), "scale": "30d", "offset": "1d", "decay": DECAY}
        ),
        ("date",),
        "s * exp(where(abs(date - o) > f, abs(date - o) - f, 0.0) ** 2 * h)",
        {"o": float(ORIGIN), "f": float(OFFSET), "h": HALF_LIFE},
        numpy_date,
        python_date,
    ),
    Work(
        "cosine, 384 floats",
        Script(source=COSINE, params={"q": QUERY_VALUES}),
        ("v",),
        None,
        {},
        numpy_cosine,
        python_cosine,
        FLOAT_SUMS,
    ),
]


def rescorer(index: rescora.Index, script: Script, window: int = max(WINDOWS)) -> rescora.Rescorer:
    request = {
        "window_size": window,
        "script": {"script": {"source": script.source, "params": dict(script.params)}},
    }
    return index.rescorer(request, size=None)


def gathered(columns: Columns, work: Work, window: Window) -> Columns:
    return {name: columns[name][window.docs] for name in work.reads}


def in_python(work: Work, scores: list[float], values: list[list]) -> list[float]:
    function = work.python
    return [function(score, *one) for score, *one in zip(scores, *values, strict=True)]


class Numexpr:
    """One expression over one window's arrays, in the fastest of the ways that numexpr has."""

    def __init__(self, work: Work, arrays: Columns) -> None:
        self.arrays = arrays | {name: np.array(value) for name, value in work.constants.items()}
        signature = [(name, getType(array)) for name, array in self.arrays.items()]
        self.compiled = numexpr.NumExpr(work.expression, signature=signature)
        self.arguments = list(self.arrays.values())
        self.expression = work.expression

    def call(self) -> np.ndarray:
        return self.compiled(*self.arguments)

    def evaluate(self) -> np.ndarray:
        return numexpr.evaluate(self.expression, local_dict=self.arrays)

    def re_evaluate(self) -> np.ndarray:
        return numexpr.re_evaluate(local_dict=self.arrays)


# -- all rivals in turns


class Rival(NamedTuple):
    name: str
    calls: list[Callable[[], object]]  # one a drawn window


def take_turns(rivals: list[Rival], seconds: float) -> dict[str, list[float]]:
    """Return each rival's times in microseconds; every round calls each of them once, on the same window."""
    for rival in rivals:
        for call in rival.calls:
            call()
    times: dict[str, list[float]] = {rival.name: [] for rival in rivals}
    end = time.perf_counter() + seconds
    rounds = 0
    while rounds < 3 * DRAWS or (time.perf_counter() < end and rounds < 20_000):
        for rival in rivals:
            call = rival.calls[rounds % DRAWS]
            began = time.perf_counter_ns()
            call()
            times[rival.name].append((time.perf_counter_ns() - began) / 1000)
        rounds += 1
    return times


def check(work: Work, index: rescora.Index, columns: Columns, window: Window) -> np.ndarray:
    """Demand one answer of all, hit by hit, and return it: a wrong answer has no speed."""
    docs, scores = rescorer(index, work.script)(*window)
    ranks = np.argsort(docs, kind="stable")[np.argsort(np.argsort(window.docs))]
    ours = scores[ranks]
    assert np.array_equal(docs[ranks], window.docs)
    assert (np.diff(scores) <= 0).all()
    arrays = gathered(columns, work, window)
    by_numpy = work.numpy(window.scores, *arrays.values())
    values = [array.tolist() for array in arrays.values()]
    np.testing.assert_allclose(ours, in_python(work, window.scores.tolist(), values), rtol=work.tolerance)
    np.testing.assert_allclose(ours, by_numpy, rtol=work.tolerance)
    if work.expression is not None:
        by_numexpr = Numexpr(work, {"s": window.scores} | arrays).call()
        np.testing.assert_allclose(ours, by_numexpr, rtol=work.tolerance)
    return ours


def rivals_of(work: Work, index: rescora.Index, columns: Columns, size: int) -> list[Rival]:
    drawn = windows(size)
    stage = rescorer(index, work.script)
    script = Scripts(index._view.schema).compile(work.script, SCORE)
    alone = partial(_core.run_script_reals, index._view.core, script)
    arrays = [gathered(columns, work, window) for window in drawn]
    pairs = list(zip(drawn, arrays, strict=True))
    lists = [(w.scores.tolist(), [array.tolist() for array in a.values()]) for w, a in pairs]
    rivals = [
        Rival("stage", [partial(stage, *window) for window in drawn]),
        Rival("script", [partial(alone, *window) for window in drawn]),
        Rival("numpy", [partial(work.numpy, w.scores, *a.values()) for w, a in pairs]),
        Rival("python", [partial(in_python, work, *both) for both in lists]),
    ]
    if work.expression is None:
        return rivals
    prepared = [Numexpr(work, {"s": w.scores} | a) for w, a in pairs]
    return [
        *rivals,
        Rival("numexpr", [one.call for one in prepared]),
        Rival("numexpr.evaluate", [one.evaluate for one in prepared]),
        Rival("numexpr.re_evaluate", [one.re_evaluate for one in prepared]),
    ]


def quartiles(times: list[float]) -> tuple[float, float, float]:
    low, median, high = statistics.quantiles(times, n=4)
    return low, median, high


def table_of_scripts(
    index: rescora.Index, columns: Columns, seconds: float = SECONDS, sizes: Sequence[int] = WINDOWS
) -> list[Row]:
    """Print a line a script and window; return the rows that are held to what is wanted."""
    rows: list[Row] = []
    heads = [
        *("script", "window", "whole call", "quartiles", "ns a hit", "script alone"),
        *("numexpr", "numpy", "Python"),
        *("numexpr / script alone", "numexpr / whole call", "Python / whole call"),
    ]
    print("| " + " | ".join(heads) + " |\n|---|" + "--:|" * (len(heads) - 1))
    for work in WORKS:
        check(work, index, columns, windows(WINDOWS[-1])[0])
        for size in sizes:
            times = take_turns(rivals_of(work, index, columns, size), seconds)
            print_row(work, size, times)
            if size == HELD_WINDOW:
                rows.extend(held_rows(work, times))
    print()
    return rows


def held_rows(work: Work, times: dict[str, list[float]]) -> list[Row]:
    """Return the script alone beside numexpr and numpy, whose columns have been gathered already."""
    low, ours, high = quartiles(times["script"])
    by_rival = {"numpy": statistics.median(times["numpy"])}
    if work.expression is not None:
        name = f"numexpr {numexpr.__version__}"
        by_rival[name] = min(statistics.median(times[way]) for way in times if way.startswith("numexpr"))
    what = f"script, {work.name}, window {HELD_WINDOW:,}, gather included"
    return [
        Row(
            what,
            "median",
            ours,
            "µs",
            name,
            theirs,
            theirs / ours,
            (theirs / high, theirs / low),
            NO_SLOWER if name != "numpy" else None,
            theirs / ours,
        )
        for name, theirs in by_rival.items()
    ]


def print_row(work: Work, size: int, times: dict[str, list[float]]) -> None:
    median = {name: statistics.median(all_) for name, all_ in times.items()}
    low, whole, high = quartiles(times["stage"])
    alone, numpy_, python = median["script"], median["numpy"], median["python"]
    by_numexpr = min((median[name] for name in median if name.startswith("numexpr")), default=None)
    ratios = ["—"] * 2 if by_numexpr is None else [f"{by_numexpr / ours:.2f}" for ours in (alone, whole)]
    times_of_rivals = [
        "—" if by_numexpr is None else f"{by_numexpr:,.1f}",
        f"{numpy_:,.1f}",
        f"{python:,.1f}",
    ]
    ours = [f"{whole:,.1f}", f"{low:,.1f} to {high:,.1f}", f"{1000 * whole / size:,.0f}", f"{alone:,.1f}"]
    cells = [work.name, f"{size:,}", *ours, *times_of_rivals, *ratios, f"{python / whole:.1f}"]
    print("| " + " | ".join(cells) + " |", flush=True)


# -- compiling, and calls so short that only their overhead counts

TYPICAL = {
    "log10": (LOGARITHM, {"w": WEIGHT}),
    "branches": (BRANCHES, {"good": GOOD, "year": YEAR}),
    "date decay": (DATE, dict(WORKS[2].script.params)),
    "two fields": (
        "Math.log(2 + doc['n'].value) * params.w + saturation(doc['rating'].value, 5)",
        {"w": WEIGHT},
    ),
}


def compile_times(index: rescora.Index, source: str, params: dict, rounds: int = 200) -> list[float]:
    """Return times from text to program, in milliseconds; the grammar has been read, nothing else is kept."""
    times = []
    for _ in range(rounds + 5):
        scripts = Scripts(index._view.schema)
        scripts._known()
        began = time.perf_counter()
        scripts.compile(Script(source=source, params=params), SCORE)
        times.append(1000 * (time.perf_counter() - began))
    return times[5:]


def table_of_compiling(index: rescora.Index) -> None:
    print("| script | to compile, ms | quartiles |")
    print("|---|--:|--:|")
    for name, (source, params) in TYPICAL.items():
        low, median, high = quartiles(compile_times(index, source, params))
        print(f"| {name} | {median:.2f} | {low:.2f} to {high:.2f} |")
    print()


def new_parameters(index: rescora.Index) -> Callable[[Window], object]:
    """Return a call that binds one script to parameters that are new each time, and runs it."""
    scripts = Scripts(index._view.schema)
    weights = iter(range(1, 10**9))

    def call(window: Window) -> object:
        script = scripts.compile(Script(source=LOGARITHM, params={"w": float(next(weights))}), SCORE)
        return _core.run_script_reals(index._view.core, script, window.docs, window.scores)

    return call


def new_parameters_in_a_stage(index: rescora.Index) -> Callable[[Window], object]:
    """Return the same through a rescorer with a hole: request, stage and binding anew, the program kept."""
    request = {
        "window_size": 10,
        "script": {"script": {"source": LOGARITHM, "params": {"w": WEIGHT, "label": "{{label}}"}}},
    }
    stage = index.rescorer(request, size=None)
    labels = iter(range(1, 10**9))
    return lambda window: stage(window.docs, window.scores, {"label": str(next(labels))})


def table_of_short_calls(index: rescora.Index) -> None:
    drawn = windows(10)
    stage = rescorer(index, WORKS[0].script)
    bound, stage_anew = new_parameters(index), new_parameters_in_a_stage(index)
    rivals = [
        Rival("a bound rescorer", [partial(stage, *window) for window in drawn]),
        Rival("a kept program, new parameters: bind and run", [partial(bound, window) for window in drawn]),
        Rival("a rescorer with a template, new parameters", [partial(stage_anew, one) for one in drawn]),
    ]
    print("| call at window 10 | µs | quartiles |")
    print("|---|--:|--:|")
    for name, times in take_turns(rivals, SECONDS).items():
        low, median, high = quartiles(times)
        print(f"| {name} | {median:.1f} | {low:.1f} to {high:.1f} |")


# -- ours alone, by pytest-benchmark


@pytest.fixture(scope="module")
def columns():
    return collection()


@pytest.fixture(scope="module")
def index(columns):
    return make_index(columns)


@pytest.mark.parametrize("size", WINDOWS)
@pytest.mark.parametrize("work", WORKS, ids=[work.name for work in WORKS])
def bench_script_rescorer(benchmark, index, columns, work, size):
    """Arrays in, arrays out, the script bound before."""
    window = windows(size)[0]
    check(work, index, columns, window)
    docs, _ = benchmark(rescorer(index, work.script), window.docs, window.scores)
    assert len(docs) == size
    benchmark.extra_info |= {"documents": size, "seconds_per_document": benchmark.stats["median"] / size}


@pytest.mark.parametrize("name", TYPICAL)
def bench_compile(benchmark, index, name):
    """From text to program; the grammar has been read."""
    source, params = TYPICAL[name]

    def fresh():
        return (Scripts(index._view.schema), Script(source=source, params=params), SCORE), {}

    assert benchmark.pedantic(Scripts.compile, setup=fresh, rounds=100, warmup_rounds=5) is not None


def bench_kept_program_with_new_parameters(benchmark, index):
    """Ten hits, the script compiled before, other parameters in each call."""
    call, window = new_parameters(index), windows(10)[0]
    assert (benchmark(call, window) > window.scores).all()


def main() -> None:
    """Check everything, measure it and print it."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        sys.exit("set OPENBLAS_NUM_THREADS=1: one thread each is compared")
    from bench_arxiv import commit, cpu_model  # beside this file, which pytest does not look for

    numexpr.set_num_threads(1)
    columns = collection()
    index = make_index(columns)
    versions = f"Python {platform.python_version()}, numpy {np.__version__}, numexpr {numexpr.__version__}"
    ours = f"rescora {rescora.__version__} at {commit()}, kernels `{_core.isa()}`"
    print(f"{cpu_model()}, {os.cpu_count()} cores; {versions}; {ours}; {datetime.date.today()}.\n")
    table_of_scripts(index, columns)
    table_of_compiling(index)
    table_of_short_calls(index)


if __name__ == "__main__":
    main()
