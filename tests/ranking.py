"""Papers to rank, their features, and the ranking by these, step by step in plain Python."""

import json

import numpy as np

from reference.goldens import documents_path, read_lines
from rescora import Index, Model

PAPERS = [
    {
        key: paper[key]
        for key in ("id", "title", "text", "primary_cat", "num_pages", "num_authors")
        if key in paper
    }
    for paper in read_lines(documents_path("arxiv-demo"))[:300]
]
MAPPINGS = {
    "properties": {
        "title": {"type": "text"},
        "text": {"type": "text"},
        "primary_cat": {"type": "keyword"},
        "num_pages": {"type": "integer"},
        "num_authors": {"type": "integer"},
    }
}
TEXTS = (
    "quantum field theory",
    "of the",
    "neural network in the",
    "we study black holes",
    "nothing-of-this zzz",
)
EVERYTHING = 10_000
QUERIES = {
    "title": {"match": {"title": "{{query_text}}"}},
    "text": {"match": {"text": {"query": "{{query_text}}", "minimum_should_match": 2}}},
    "phrase": {"match_phrase": {"text": {"query": "{{query_text}}", "slop": 4}}},
    "both": {"multi_match": {"query": "{{query_text}}", "fields": ["title^2", "text"]}},
    "short": {"range": {"num_pages": {"lte": 8, "boost": 3}}},
    "physics": {"prefix": {"primary_cat": {"value": "{{category}}"}}},
}
SCRIPT = "doc['num_authors'].size() == 0 ? -1 : doc['num_authors'].value * 0.25 + _score"
OTHERS = {
    "pages": {"field": "num_pages"},
    "script": {"script": SCRIPT},
    "first": {"first_pass_score": True},
    "length": {"param": "length", "default": 2},
}
FEATURES = [
    *({"feature_name": name, "query": query} for name, query in QUERIES.items()),
    *({"feature_name": name, **body} for name, body in OTHERS.items()),
]
NAMES = [feature["feature_name"] for feature in FEATURES]


def papers(shards: int = 1) -> Index:
    """Return the index of all papers."""
    return Index.from_documents(PAPERS, "id", mappings=MAPPINGS, settings={"number_of_shards": shards})


def params_of(text: str) -> dict:
    return {"query_text": text, "category": "hep", "length": len(text)}


def first_query(text: str) -> dict:
    """Return what finds many papers, some of them with equal scores."""
    return {
        "bool": {"should": [{"match": {"title": text}}, {"range": {"num_pages": {"gte": 5, "boost": 0.5}}}]}
    }


def ranked(window: int, model_id: str, params: dict | None = None, **more) -> dict:
    """Return the rescorer."""
    body = {"model_id": model_id, **({} if params is None else {"params": params}), **more}
    return {"window_size": window, "learning_to_rank": body}


def matches(index: Index, query: dict, search_type: str) -> dict[str, np.float32]:
    """Return the score of each document that a query matches."""
    hits = index.search(query=query, size=EVERYTHING, search_type=search_type)
    return dict(zip(hits.ids, hits.scores, strict=True))


def filled(query: dict, params: dict) -> dict:
    text = json.dumps(query)
    for name, value in params.items():
        text = text.replace("{{" + name + "}}", str(value))
    return json.loads(text)


def table(index: Index, first: dict[str, np.float32], params: dict, search_type: str) -> np.ndarray:
    """Return a row of features for each document of a first pass, which one search a feature gives."""
    found = {name: matches(index, filled(query, params), search_type) for name, query in QUERIES.items()}
    known = {paper["id"]: paper for paper in PAPERS}
    rows = []
    for id_, score in first.items():
        paper = known[id_]
        row = [found[name].get(id_, np.nan) for name in QUERIES]
        authors = paper.get("num_authors")
        scripted = -1 if authors is None else authors * 0.25 + float(score)
        rows.append([*row, paper.get("num_pages", np.nan), scripted, score, params["length"]])
    return np.array(rows, np.float64).astype(np.float32).reshape(len(first), len(NAMES))


def windows(index: Index, first: dict[str, np.float32], window: int) -> dict[str, np.float32]:
    """Return the best of each shard."""
    shards: dict[int, list[str]] = {}
    for id_ in first:  # best first already
        shards.setdefault(index._view.core.shard_of(int(index.docs([id_])[0])), []).append(id_)
    return {id_: first[id_] for ids in shards.values() for id_ in ids[:window]}


def in_order(index: Index, ids, scores) -> list[tuple[str, np.float32]]:
    """Return documents by score descending, number ascending."""
    numbers = index.docs(list(ids))
    places = sorted(range(len(numbers)), key=lambda place: (-scores[place], numbers[place]))
    ids = list(ids)
    return [(ids[place], np.float32(scores[place])) for place in places]


def plainly(index: Index, text: str, window: int, predict, search_type: str = "query_then_fetch"):
    """Return the ranking of one query by a function from rows to scores."""
    first = windows(index, matches(index, first_query(text), search_type), window)
    rows = table(index, first, params_of(text), search_type)
    scores = np.asarray(predict(rows) if len(rows) else [], np.float32)
    return in_order(index, first, scores)


def training_rows(index: Index) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of a few queries, and grades that hang on them."""
    rows = [
        table(
            index, matches(index, first_query(text), "query_then_fetch"), params_of(text), "query_then_fetch"
        )
        for text in TEXTS
    ]
    joined = np.concatenate(rows)
    wanted = np.nan_to_num(joined[:, 0]) + np.nan_to_num(joined[:, 6]) / 10 + np.isnan(joined[:, 2])
    return joined, np.digitize(wanted, np.quantile(wanted, [0.5, 0.8, 0.95]))


def stump(feature: str, threshold: float, left: float, right: float, missing: str = "left") -> dict:
    """Return a tree of two leaves, left where the feature is below the threshold."""
    leaves = [{"nodeid": 1, "leaf": left}, {"nodeid": 2, "leaf": right}]
    split = {"split": feature, "split_condition": threshold, "yes": 1, "no": 2}
    return {"nodeid": 0, **split, "missing": 1 if missing == "left" else 2, "children": leaves}


LEAF = [{"nodeid": 0, "leaf": 1.0}]


def computed(
    index: Index, features: list[dict], params: dict | None = None, query=None, **more
) -> dict[str, dict]:
    """Return what an index makes of features: in each document, those that it has, by name."""
    index.put_model("computed", Model.load(LEAF, features))
    body = {"rescore": ranked(EVERYTHING, "computed", params), "size": len(index), "explain": True, **more}
    hits = index.search({"query": query or {"match_all": {}}, **body})
    return {hit.id: features_of(hit.explanation) for hit in hits}


def features_of(explanation: dict) -> dict[str, np.float32]:
    """Return the features in an explanation by a model."""
    extracted = explanation["details"][1]
    assert extracted["description"] == "extracted features"
    before, after = "feature value for [", "]"
    return {
        node["description"].removeprefix(before).removesuffix(after): np.float32(node["value"])
        for node in extracted["details"]
    }
