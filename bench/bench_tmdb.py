"""Does a script make a ranking better? Films by BM25, and by BM25 and how many people voted for them.

    python bench/bench_tmdb.py --data DIRECTORY

prints the Markdown that stands in bench/README.md. The directory has docs.jsonl, queries.jsonl and qrels.tsv;
without `--data` it is data/tmdb in the folder that RESCORA_SHARED names.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import ir_measures

from rescora import Index
from rescora.evaluation import metrics

SCRIPT = "_score + Math.log10(doc['vote_count'].value + 1) * params.w"
WEIGHTS = (0, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 12)  # 0 is BM25 alone
WINDOWS = (100, 1_000)
FIELDS = ("title", "text")
MAPPINGS = {
    "dynamic": False,
    "properties": {"title": {"type": "text"}, "text": {"type": "text"}, "vote_count": {"type": "integer"}},
}
FILES = ("docs.jsonl", "queries.jsonl", "qrels.tsv")

Judgments = dict[str, dict[str, float]]


def main() -> None:
    """Index the films, rank them with every weight, and print how good the rankings are."""
    folder = data_folder()
    index = Index.from_documents(folder / "docs.jsonl", id_field="id", mappings=MAPPINGS, progress=False)
    queries = {one["id"]: one["text"] for one in lines(folder / "queries.jsonl")}
    judgments = read_judgments(folder / "qrels.tsv")
    missing = sum("vote_count" not in one for one in lines(folder / "docs.jsonl"))
    print(f"{len(index):,} films, {missing} without `vote_count`; {len(judgments)} judged queries.\n")
    for name, make_query in QUERIES.items():
        print_table(name, index, {id: make_query(text) for id, text in queries.items()}, judgments)


def data_folder() -> Path:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    shared = os.environ.get("RESCORA_SHARED")
    parser.add_argument("--data", type=Path, default=Path(shared, "data", "tmdb") if shared else None)
    folder = parser.parse_args().data
    if folder is None:
        sys.exit("NOTHING WAS MEASURED: say where the films are, by --data or by RESCORA_SHARED")
    absent = [name for name in FILES if not (folder / name).is_file()]
    if absent:
        sys.exit(f"NOTHING WAS MEASURED: {folder} has no {', '.join(absent)}")
    return folder


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def read_judgments(path: Path) -> Judgments:
    judgments: Judgments = {}
    for line in path.read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        judgments.setdefault(query, {})[document] = float(grade)
    return judgments


def best_fields(text: str) -> dict:
    """The better of the two fields."""
    return {"dis_max": {"queries": [{"match": {field: text}} for field in FIELDS]}}


def title_alone(text: str) -> dict:
    return {"match": {"title": text}}


QUERIES = {"`dis_max` over title and overview": best_fields, "`match` on the title": title_alone}


def rank(index: Index, query: dict, weight: float, window: int) -> list[str]:
    rescore = {
        "window_size": window,
        "script": {"script": {"source": SCRIPT, "params": {"w": float(weight)}}},
    }
    return list(
        index.search(query=query, size=window, _source=False, **({"rescore": rescore} if weight else {})).ids
    )


def ndcg_of_each(run: dict[str, list[str]], judgments: Judgments) -> dict[str, float]:
    """Return nDCG@10 query by query, after ir_measures has found the same mean."""
    each = {query: metrics.ndcg(run[query], grades, k=10) for query, grades in judgments.items()}
    qrels = {query: {id: int(grade) for id, grade in grades.items()} for query, grades in judgments.items()}
    scores = {query: {id: -float(i) for i, id in enumerate(ranking)} for query, ranking in run.items()}
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, scores)[ir_measures.nDCG @ 10]
    assert abs(theirs - mean(each)) < 1e-9
    return each


def mean(each: dict[str, float]) -> float:
    return sum(each.values()) / len(each)


def left_out(by_weight: dict[float, dict[str, float]]) -> tuple[float, list[float]]:
    """
    Choose each query's weight by all the other queries.

    Returns the mean over the queries, each ranked with a weight that it had no part in, and the weights.
    """
    total, chosen = 0.0, []
    queries = list(next(iter(by_weight.values())))
    for query in queries:
        others = {w: sum(each.values()) - each[query] for w, each in by_weight.items()}
        weight = max(others, key=lambda w: others[w])
        total += by_weight[weight][query]
        chosen.append(weight)
    return total / len(queries), chosen


def print_table(name: str, index: Index, queries: dict[str, dict], judgments: Judgments) -> None:
    measured = {
        window: {
            weight: ndcg_of_each(
                {id: rank(index, query, weight, window) for id, query in queries.items()}, judgments
            )
            for weight in WEIGHTS
        }
        for window in WINDOWS
    }
    print(f"| {name}; nDCG@10 | " + " | ".join(f"window {window:,}" for window in WINDOWS) + " |")
    print("|---|" + "--:|" * len(WINDOWS))
    for weight in WEIGHTS:
        label = f"w = {weight:g}" if weight else "BM25 alone"
        print(
            f"| {label} | " + " | ".join(f"{mean(measured[window][weight]):.4f}" for window in WINDOWS) + " |"
        )
    outside = {window: left_out(measured[window]) for window in WINDOWS}
    print(
        "| w chosen by the other queries | "
        + " | ".join(f"{score:.4f}" for score, _ in outside.values())
        + " |"
    )
    for window, (_, chosen) in outside.items():
        counts = ", ".join(f"{w:g} {chosen.count(w)} times" for w in sorted(set(chosen)))
        alone, best = measured[window][0], measured[window][max(set(chosen), key=chosen.count)]
        better = sum(best[query] > alone[query] for query in alone)
        worse = sum(best[query] < alone[query] for query in alone)
        print(
            f"\nWindow {window:,}: w was {counts}; against BM25, {better} queries are better, {worse} worse.",
            end="",
        )
    print("\n")


if __name__ == "__main__":
    main()
