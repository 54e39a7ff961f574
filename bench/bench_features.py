"""Feature logging: pairs of query and document per second, and memory.

    python bench/bench_features.py --data arxiv.jsonl --phrases arxiv-phrases.txt

prints the Markdown that stands in bench/README.md. Each phrase is a query, the best documents of a `match`
are its judged ones, and ten lexical features of each are streamed as Arrow batches. Memory is measured in
processes of their own.
"""

import argparse
import datetime
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow

from rescora import Index
from rescora.evaluation.feature_log import FeatureLog

sys.path.append(str(Path(__file__).parent))  # pytest does not look beside this file
from bench_arxiv import apart, print_machine

QUERIES = 1_000
SIZES = (10, 100, 1_000)  # documents a query
WANTED = 200_000  # pairs a second a core
ROUNDS = 5
SMALL_BATCH = 16_384  # rows, where memory is measured: a tenth of the queries fills several
CHECKED = 100  # one query in so many
EXPLAINED = 5  # documents a checked query
SEED = 7
MAPPINGS = {
    "_source": {"enabled": False},
    "dynamic": False,  # the id is no field
    "properties": {"title": {"type": "text"}, "text": {"type": "text"}},
}

TEXT = "{{text}}"
LEXICAL = {
    "match": {"match": {"text": TEXT}},
    "and": {"match": {"text": {"query": TEXT, "operator": "and"}}},
    "minimum_should_match": {"match": {"text": {"query": TEXT, "minimum_should_match": "2<75%"}}},
    "phrase": {"match_phrase": {"text": TEXT}},
    "phrase_slop_5": {"match_phrase": {"text": {"query": TEXT, "slop": 5}}},
    "title": {"match": {"title": TEXT}},
    "dis_max": {
        "dis_max": {"queries": [{"match": {"title": TEXT}}, {"match": {"text": TEXT}}], "tie_breaker": 0.3}
    },
}
STATISTICS = {"tf_max": ("tf", "max"), "tf_sum": ("tf", "sum"), "idf_sum": ("idf", "sum")}


def feature(name: str, statistic: str, aggregate: str) -> dict:
    asked = {"field": "text", "query": TEXT, "statistic": statistic, "aggregate": aggregate}
    return {"feature_name": name, "term_statistics": asked}


FEATURES = [
    *({"feature_name": name, "query": query} for name, query in LEXICAL.items()),
    *(feature(name, *asked) for name, asked in STATISTICS.items()),
]


class Judged(NamedTuple):
    """A phrase and the documents whose features are wanted, best first."""

    text: str
    docs: np.ndarray

    def query(self, size: int) -> dict:
        return {"query_id": self.text, "params": {"text": self.text}, "docs": self.docs[:size]}


def main() -> None:
    """Check answers, then measure time and memory, and print both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="JSON lines with `id`, `title` and `text`; or a saved index"
    )
    parser.add_argument("--phrases", type=Path, required=True, help="a phrase a line")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="timed rounds (default: %(default)s)")
    arguments = parser.parse_args()
    phrases = [line for line in arguments.phrases.read_text("utf-8").splitlines() if line.strip()][:QUERIES]
    with tempfile.TemporaryDirectory() as folder:
        path = saved_index(arguments.data, Path(folder))
        index = Index.open(path)
        judged = judge(index, phrases)
        print_machine()
        print(f"pyarrow {pyarrow.__version__}, numpy {np.__version__}; {datetime.date.today()}.\n")
        print_checks(index, judged)
        print_speed(index, judged, arguments.rounds)
        print_memory(path, phrases)


def saved_index(data: Path, folder: Path) -> Path:
    """Return the path of an index of the collection."""
    if data.suffix == ".rescora":
        return data
    path = folder / "arxiv.rescora"
    Index.from_documents(data, id_field="id", mappings=MAPPINGS, progress=False).save(path)
    return path


def judge(index: Index, phrases: list[str]) -> list[Judged]:
    return [Judged(phrase, best_documents(index, phrase)) for phrase in phrases]


def best_documents(index: Index, phrase: str) -> np.ndarray:
    """Return the best documents for a phrase; where too few match, others by chance follow."""
    size = SIZES[-1]
    hits = index.search(query={"match": {"text": phrase}}, size=size, track_total_hits=False)
    docs = index.docs(hits.ids)
    others = np.array(random.Random(SEED).sample(range(len(index)), 2 * size), np.uint32)
    return np.concatenate([docs, others[~np.isin(others, docs)]])[:size]


def log_of(index: Index, judged: list[Judged], size: int, threads: int = 1) -> FeatureLog:
    return index.extract_features(FEATURES, (one.query(size) for one in judged), threads=threads)


# -- answers


def print_checks(index: Index, judged: list[Judged]) -> None:
    sample = judged[::CHECKED]
    rows = [features.X for features in log_of(index, sample, SIZES[-1])]
    values = sum(map(check_scores, [index] * len(sample), sample, rows))
    counts = sum(map(check_statistics, [index] * len(sample), sample, rows))
    print(
        f"{len(sample)} queries are checked first: {values:,} scores are those of `Index.search`, bit for "
        f"bit, and {counts:,} statistics those that `Index.explain` shows.\n"
    )


def filled(query: object, text: str) -> object:
    """Return a query with its parameter, without any template."""
    if isinstance(query, dict):
        return {key: filled(value, text) for key, value in query.items()}
    if isinstance(query, list):
        return [filled(one, text) for one in query]
    return text if query == TEXT else query


def check_scores(index: Index, one: Judged, rows: np.ndarray) -> int:
    """Demand that each query feature is the score that a search of these documents gives."""
    ids = index.ids(one.docs)
    for name, column in zip(LEXICAL, rows.T, strict=False):  # the statistics come after
        query = {"bool": {"must": filled(LEXICAL[name], one.text), "filter": {"ids": {"values": ids}}}}
        hits = index.search(query=query, size=len(ids))
        scores = dict(zip(hits.ids, hits.scores, strict=True))
        expected = np.array([scores.get(id_, np.nan) for id_ in ids], np.float32)
        assert expected.tobytes() == np.where(np.isnan(column), np.float32(np.nan), column).tobytes(), name
    return len(LEXICAL) * len(ids)


def check_statistics(index: Index, one: Judged, rows: np.ndarray) -> int:
    """Demand the counts that explanations give, and their idf where a document has all words."""
    names = [feature["feature_name"] for feature in FEATURES]
    found = 0
    for doc, row in zip(one.docs[:EXPLAINED], rows, strict=False):
        values = dict(zip(names, row.tolist(), strict=True))
        explanation = index.explain(index.ids([doc])[0], query={"match": {"text": one.text}})
        counts, idfs = said(explanation, "freq, "), said(explanation, "idf, ")
        assert [max(counts), sum(counts)] == [values["tf_max"], values["tf_sum"]], one.text
        found += 2
        if not np.isnan(values["and"]):
            # each idf is shown as its float32, the sum is rounded once more
            assert abs(sum(idfs) - values["idf_sum"]) <= 1e-6 * sum(idfs), one.text
            found += 1
    return found


def said(explanation: dict, beginning: str) -> list[float]:
    """Return the values that an explanation has under descriptions that begin so."""
    below = [value for detail in explanation["details"] for value in said(detail, beginning)]
    own = [explanation["value"]] if explanation["description"].startswith(beginning) else []
    return own + below


# -- time


class Cost(NamedTuple):
    """Seconds that streaming a log took."""

    processor: float  # of all threads
    wall: float


def stream(log: FeatureLog, pairs: int) -> Cost:
    began = time.process_time(), time.perf_counter()
    rows = sum(len(batch) for batch in log.batches())
    cost = Cost(time.process_time() - began[0], time.perf_counter() - began[1])
    assert rows == pairs
    return cost


def print_speed(index: Index, judged: list[Judged], rounds: int) -> float:
    """Print a line a size; return the pairs a second that are held to what is wanted."""
    print(f"{len(judged):,} queries, {len(FEATURES)} features; medians of {rounds} warm rounds.\n")
    print("| documents | threads | pairs/s a core (CPU) | least to most | pairs/s (wall) | CPU ns a pair |")
    print("|--:|--:|--:|--:|--:|--:|")
    rates = {}
    for size, threads in [*((size, 1) for size in SIZES), (SIZES[-1], 2)]:
        pairs = sum(len(one.docs[:size]) for one in judged)
        costs = timed(lambda size=size, threads=threads: log_of(index, judged, size, threads), pairs, rounds)
        rates[size, threads] = print_row(size, threads, pairs, costs)
    print(f"\nWanted are {WANTED:,} pairs a second a core.\n")
    return rates[SIZES[-1], 1]


def timed(make: Callable[[], FeatureLog], pairs: int, rounds: int) -> list[Cost]:
    stream(make(), pairs)
    return [stream(make(), pairs) for _ in range(rounds)]


def print_row(size: int, threads: int, pairs: int, costs: list[Cost]) -> float:
    rates = sorted(pairs / cost.processor for cost in costs)
    wall = statistics.median(pairs / cost.wall for cost in costs)
    median = statistics.median(rates)
    numbers = f"{median:,.0f} | {rates[0]:,.0f} to {rates[-1]:,.0f} | {wall:,.0f} | {1e9 / median:,.0f}"
    print(f"| {size:,} | {threads} | {numbers} |", flush=True)
    return median


# -- memory


def print_memory(path: Path, phrases: list[str]) -> None:
    """Stream a tenth of the queries and all of them, and show what either has held."""
    print(f"Batches of {SMALL_BATCH:,} rows.\n")
    print("| queries | pairs | peak memory beyond that after one query | the whole log would be |")
    print("|--:|--:|--:|--:|")
    grown = []
    for queries in (len(phrases) // 10, len(phrases)):
        pairs, peak, whole = apart(grow, path, phrases[:queries])
        grown.append(peak)
        print(f"| {queries:,} | {pairs:,} | {peak / 1e6:.1f} MB | {whole / 1e6:.1f} MB |")
    assert grown[1] - grown[0] < whole / 10, "memory grows with the queries"


def grow(path: Path, phrases: list[str]) -> tuple[int, int, int]:
    """Stream a log; return its pairs, what the peak of memory rose by, and the bytes of all its batches."""
    index = Index.open(path)
    index.verify()  # reads all pages, so that what is mapped counts before
    judged = judge(index, phrases)
    list(log_of(index, judged[:1], SIZES[-1]).batches())  # what is loaded and kept once
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what is held now
    before = peak_bytes()
    rows = whole = 0
    for batch in log_of(index, judged, SIZES[-1]).batches(SMALL_BATCH):
        rows += len(batch)
        whole += batch.nbytes
    return rows, peak_bytes() - before, whole


def peak_bytes() -> int:
    """Return the most memory held since the peak was reset: `ru_maxrss` would begin with the parent's."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status does not say VmHWM")


if __name__ == "__main__":
    sys.exit(main())
