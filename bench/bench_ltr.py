"""Does learning to rank make a ranking better? BM25, and LightGBM's lambdarank over features of the engine.

    python bench/bench_ltr.py --data tmdb cranfield

prints the Markdown that stands in bench/README.md. A directory has docs.jsonl, queries.jsonl and qrels.tsv.
Every query is ranked by a model that was trained on other queries: five folds, drawn by a seed. What the
training is told was chosen once, before anything was measured, and is the same for all collections.
"""

import argparse
import datetime
import random
import sys
from pathlib import Path
from typing import NamedTuple

import lightgbm
import numpy as np

from rescora import Index, Model

sys.path.append(str(Path(__file__).parent))  # pytest does not look beside this file
from bench_arxiv import print_machine
from bench_tmdb import FILES, best_fields, lines, mean, ndcg_of_each, read_judgments

FOLDS = 5
SEED = 7
WINDOW = 100
DRAWS = 10_000  # of the bootstrap
ROUNDS = 100  # trees
TRAINING = {
    "objective": "lambdarank",
    "label_gain": [0, 1, 2, 3, 4],  # the grade itself, as in evaluation.metrics
    "num_leaves": 7,  # few, for there are few queries
    "learning_rate": 0.05,
    "min_data_in_leaf": 20,
    "lambdarank_truncation_level": 20,
    "seed": SEED,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
TYPES = {
    **dict.fromkeys(("title", "text", "keywords", "tagline", "author"), "text"),
    **dict.fromkeys(("vote_count", "year"), "integer"),
    **dict.fromkeys(("vote_average", "popularity"), "double"),
}
LOGARITHM = "doc['{0}'].size() == 0 ? 0 : Math.log10(doc['{0}'].value + 1)"
TEXT = "{{text}}"

Judgments = dict[str, dict[str, float]]


class Ranking(NamedTuple):
    """A query's first pass, and the features of what it found."""

    text: str
    ids: list[str]
    docs: np.ndarray
    X: np.ndarray
    grades: np.ndarray


class Collection(NamedTuple):
    """An index, and the judged queries with their rankings."""

    name: str
    index: Index
    features: list[dict]
    judgments: Judgments
    rankings: dict[str, Ranking]


def main() -> None:
    """Measure every collection and print how good its rankings are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders of collections")
    folders = parser.parse_args().data
    absent = [str(folder / name) for folder in folders for name in FILES if not (folder / name).is_file()]
    if absent:
        sys.exit(f"NOTHING WAS MEASURED: there is no {', '.join(absent)}")
    print_machine()
    print(f"LightGBM {lightgbm.__version__}, numpy {np.__version__}; {datetime.date.today()}.\n")
    told = ", ".join(f"`{key}` {value}" for key, value in TRAINING.items() if key != "verbose")
    print(f"{ROUNDS} trees; {told}.\n")
    for folder in folders:
        print_collection(collect(folder))


# -- first pass and features


def collect(folder: Path) -> Collection:
    fields = fields_of(folder)
    mappings = {"dynamic": False, "properties": {name: {"type": TYPES[name]} for name in fields}}
    index = Index.from_documents(folder / "docs.jsonl", id_field="id", mappings=mappings, progress=False)
    features = features_of(fields)
    judgments = read_judgments(folder / "qrels.tsv")
    texts = {one["id"]: one["text"] for one in lines(folder / "queries.jsonl") if one["id"] in judgments}
    return Collection(folder.name, index, features, judgments, rank_first(index, features, texts, judgments))


def fields_of(folder: Path) -> list[str]:
    """Return the known fields that documents have."""
    found = {key for line in lines(folder / "docs.jsonl") for key, value in line.items() if value is not None}
    return [name for name in TYPES if name in found]


def features_of(fields: list[str]) -> list[dict]:
    """Return extractors: what every collection can be asked, and what its further fields allow."""
    queries = {
        "title": {"match": {"title": TEXT}},
        "text": {"match": {"text": TEXT}},
        "title_and": {"match": {"title": {"query": TEXT, "operator": "and"}}},
        "text_most": {"match": {"text": {"query": TEXT, "minimum_should_match": "2<75%"}}},
        "title_phrase": {"match_phrase": {"title": {"query": TEXT, "slop": 2}}},
        "text_phrase": {"match_phrase": {"text": {"query": TEXT, "slop": 5}}},
        **{name: {"match": {name: TEXT}} for name in ("keywords", "tagline", "author") if name in fields},
    }
    scripts = {name: LOGARITHM.format(name) for name in ("vote_count", "popularity") if name in fields}
    values = [name for name in ("vote_average", "year") if name in fields]
    return [
        {"feature_name": "first_pass", "first_pass_score": True},
        *({"feature_name": name, "query": query} for name, query in queries.items()),
        statistic("words", "text", "count"),
        statistic("text_tf_max", "text", "tf", "max"),
        statistic("text_tf_sum", "text", "tf", "sum"),
        statistic("title_tf_sum", "title", "tf", "sum"),
        statistic("text_idf_sum", "text", "idf", "sum"),
        *({"feature_name": name, "script": script} for name, script in scripts.items()),
        *({"feature_name": name, "field": name} for name in values),
    ]


def statistic(name: str, field: str, statistic: str, aggregate: str | None = None) -> dict:
    asked = {"field": field, "query": TEXT, "statistic": statistic}
    return {"feature_name": name, "term_statistics": asked | ({"aggregate": aggregate} if aggregate else {})}


def rank_first(
    index: Index, features: list[dict], texts: dict[str, str], judgments: Judgments
) -> dict[str, Ranking]:
    """Search every query and log the features of what is found; a document without judgment has grade 0."""
    found = {
        id: index.search(query=best_fields(text), size=WINDOW, _source=False) for id, text in texts.items()
    }
    queries = (
        {
            "query_id": id,
            "params": {"text": texts[id]},
            "ids": hits.ids,
            "scores": hits.scores,
            "grades": [max(judgments[id].get(document, 0.0), 0.0) for document in hits.ids],
        }
        for id, hits in found.items()
    )
    return {
        one.query_id: Ranking(texts[one.query_id], list(found[one.query_id].ids), one.docs, one.X, one.grades)
        for one in index.extract_features(features, queries)
    }


# -- training and rescoring


def folds_of(queries: list[str]) -> list[list[str]]:
    shuffled = sorted(queries)
    random.Random(SEED).shuffle(shuffled)
    return [shuffled[i::FOLDS] for i in range(FOLDS)]


def train(collection: Collection, queries: list[str]) -> lightgbm.Booster:
    chosen = [collection.rankings[query] for query in queries]
    data = lightgbm.Dataset(
        np.concatenate([one.X for one in chosen]),
        label=np.concatenate([one.grades for one in chosen]),
        group=[len(one.docs) for one in chosen],
        feature_name=[feature["feature_name"] for feature in collection.features],
    )
    return lightgbm.train(TRAINING, data, num_boost_round=ROUNDS)


def rescored(collection: Collection, booster: lightgbm.Booster, queries: list[str]) -> dict[str, list[str]]:
    """Return the rankings of a search with the model, which are those of LightGBM's own predictions."""
    index = collection.index
    index.put_model("fold", Model.load(booster, features=collection.features))
    run = {}
    for query in queries:
        ranking = collection.rankings[query]
        rank = {"model_id": "fold", "params": {"text": ranking.text}}
        hits = index.search(
            query=best_fields(ranking.text),
            rescore={"window_size": WINDOW, "learning_to_rank": rank},
            size=WINDOW,
            _source=False,
        )
        check(ranking, booster, list(hits.ids), hits.scores)
        run[query] = list(hits.ids)
    return run


def check(ranking: Ranking, booster: lightgbm.Booster, ids: list[str], scores: np.ndarray) -> None:
    """Demand the order and the scores of the booster's predictions on the logged features."""
    if not len(ranking.docs):
        assert ids == []
        return
    predicted = np.asarray(booster.predict(ranking.X)).astype(np.float32)
    order = np.lexsort((ranking.docs, -predicted))  # of equal scores the lower number first
    assert [ranking.ids[place] for place in order] == ids
    assert predicted[order].tobytes() == np.asarray(scores, np.float32).tobytes()


# -- figures


def print_collection(collection: Collection) -> None:
    rankings, judgments = collection.rankings, collection.judgments
    pairs = sum(len(one.docs) for one in rankings.values())
    known = sum(id in judgments[query] for query, one in rankings.items() for id in one.ids)
    names = ", ".join(f"`{feature['feature_name']}`" for feature in collection.features)
    print(
        f"{collection.name}: {len(collection.index):,} documents, {len(judgments)} judged queries, "
        f"{pairs:,} pairs of which {known:,} are judged; {len(collection.features)} features: {names}.\n"
    )
    before = ndcg_of_each({query: one.ids for query, one in rankings.items()}, judgments)
    after: dict[str, float] = {}
    by_fold = []
    for test in folds_of(list(rankings)):
        booster = train(collection, [query for query in rankings if query not in test])
        run = rescored(collection, booster, test)
        after |= ndcg_of_each(run, {query: judgments[query] for query in test})
        by_fold.append((mean({q: before[q] for q in test}), mean({q: after[q] for q in test}), len(test)))
    print_folds(collection.name, by_fold)
    print_pairs(before, after)


def print_folds(name: str, by_fold: list[tuple[float, float, int]]) -> None:
    print(f"| {name}; nDCG@10 | queries | BM25 | BM25, then the model | difference |")
    print("|---|--:|--:|--:|--:|")
    for number, (before, after, queries) in enumerate(by_fold, start=1):
        print(f"| fold {number} | {queries} | {before:.4f} | {after:.4f} | {after - before:+.4f} |")
    columns = np.array([(before, after, after - before) for before, after, _ in by_fold])
    spread = " | ".join(f"{value:.4f}" for value in columns.std(axis=0, ddof=1))
    print(f"| standard deviation over folds | | {spread} |")


def print_pairs(before: dict[str, float], after: dict[str, float]) -> None:
    """Print the mean over queries, and how the queries compare one by one."""
    assert before.keys() == after.keys()
    print(
        f"| mean over queries | {len(before)} | {mean(before):.4f} | {mean(after):.4f} "
        f"| {mean(after) - mean(before):+.4f} |\n"
    )
    changes = np.array([after[query] - before[query] for query in before])
    better, worse = int((changes > 1e-12).sum()), int((changes < -1e-12).sum())  # sums round
    low, high = interval(changes)
    print(
        f"{better} queries are better, {worse} worse, {len(changes) - better - worse} equal. The mean "
        f"difference lies in {low:+.4f} to {high:+.4f} (95 %, {DRAWS:,} bootstrap draws of queries).\n"
    )


def interval(changes: np.ndarray) -> tuple[float, float]:
    drawn = np.random.default_rng(SEED).choice(changes, (DRAWS, len(changes)))
    low, high = np.quantile(drawn.mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


if __name__ == "__main__":
    sys.exit(main())
