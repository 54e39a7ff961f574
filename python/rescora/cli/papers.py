"""The demo's data: one query over the shipped papers before and after rescoring, and known-item metrics."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

import msgspec

from rescora.evaluation.metrics import mean, ndcg, reciprocal_rank
from rescora.index import Index

if TYPE_CHECKING:
    from pathlib import Path

    from rescora.hits import Hits

DEFAULT_QUERY = "neural network"
WINDOW = 50  # documents that the first rescorer looks at
SHOWN = 10
NAMES = ("first pass", "phrase", "phrase, then title")


@dataclass(frozen=True, slots=True)
class Row:
    """One paper in a ranking, and where it stood before; None when it was nowhere."""

    rank: int
    before: int | None
    id: str
    title: str
    score: float
    score_before: float | None


@dataclass(frozen=True, slots=True)
class Measure:
    """How well a request finds the one paper that each known-item query was taken from."""

    name: str
    mrr: float
    ndcg_at_10: float
    microseconds_per_query: float


@dataclass(frozen=True, slots=True)
class Demo:
    """All that the demo shows."""

    documents: int
    index_seconds: float
    query: str
    rankings: dict[str, list[Row]]  # after each chain of rescorers
    steps: dict[str, float]  # microseconds
    queries: int
    measures: list[Measure]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return asdict(self)


def folder() -> Path:
    """Return the folder of the shipped collection: docs.jsonl, queries.jsonl, qrels.tsv."""
    return resources.files("rescora") / "data" / "arxiv-demo"  # type: ignore[return-value]  # a wheel is unpacked


def judged_queries() -> tuple[dict[str, str], dict[str, dict[str, float]]]:
    """Return the text of each known-item query, and the grades of its documents."""
    lines = (folder() / "queries.jsonl").read_bytes().splitlines()
    queries = {line["id"]: line["text"] for line in map(msgspec.json.decode, lines)}
    judgments: dict[str, dict[str, float]] = {}
    for line in (folder() / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        judgments.setdefault(query, {})[document] = float(grade)
    return queries, judgments


def requests(query: str) -> dict[str, dict[str, Any]]:
    """Return the three requests of the demo by name: no rescorer, one, a chain of two."""
    phrase = {
        "window_size": WINDOW,
        "query": {
            "rescore_query": {"match_phrase": {"text": {"query": query, "slop": 2}}},
            "query_weight": 0.7,
            "rescore_query_weight": 1.2,
        },
    }
    title = {
        "window_size": SHOWN,
        "query": {"rescore_query": {"match": {"title": query}}, "rescore_query_weight": 0.2},
    }
    first_pass = {"query": {"match": {"text": {"query": query, "operator": "or"}}}, "size": WINDOW}
    chains: list[list[dict[str, Any]]] = [[], [phrase], [phrase, title]]
    return {name: {**first_pass, "rescore": chain} for name, chain in zip(NAMES, chains, strict=True)}


def run(query: str = DEFAULT_QUERY) -> Demo:
    """Index the collection, ask the query in three ways, and measure all known-item queries."""
    began = time.perf_counter()
    index = Index.from_documents(folder() / "docs.jsonl", id_field="id", progress=False)
    index_seconds = time.perf_counter() - began

    found = {name: index.search(body, profile=True) for name, body in requests(query).items()}
    before = found[NAMES[0]]
    rankings = {name: _rows(before, found[name]) for name in NAMES[1:]}
    queries, judgments = judged_queries()
    return Demo(
        documents=len(index),
        index_seconds=index_seconds,
        query=query,
        rankings=rankings,
        steps=_steps(found[NAMES[-1]]),
        queries=len(queries),
        measures=[_measure(index, name, queries, judgments) for name in NAMES],
    )


def _rows(before: Hits, after: Hits) -> list[Row]:
    places = {hit.id: (rank, hit.score) for rank, hit in enumerate(before, start=1)}
    rows = []
    for rank, hit in enumerate(list(after)[:SHOWN], start=1):
        was, score_before = places.get(hit.id, (None, None))
        title = " ".join((hit.source or {}).get("title", "").split())
        rows.append(Row(rank, was, hit.id, title, hit.score, score_before))
    return rows


def _steps(hits: Hits) -> dict[str, float]:
    """Return the microseconds of each step of a search over one shard, by its profile."""
    profile = hits.profile or {}
    shard = profile["shards"][0]
    steps = {"binding the plan": shard["plan"], "first pass": shard["first_pass"]}
    names = NAMES[-1].split(", then ")
    steps |= {f"rescorer: {name}": spent for name, spent in zip(names, shard["rescore"], strict=True)}
    return {name: spent["time_in_nanos"] / 1000 for name, spent in steps.items()}


def _measure(
    index: Index, name: str, queries: dict[str, str], judgments: dict[str, dict[str, float]]
) -> Measure:
    bodies = [{**requests(text)[name], "_source": False} for text in queries.values()]
    began = time.perf_counter()
    answers = cast("list[Hits]", index.msearch(bodies, raise_errors=True))  # errors are raised
    seconds = time.perf_counter() - began
    run = {query: answer.ids for query, answer in zip(queries, answers, strict=True)}
    return Measure(
        name=name,
        mrr=mean(reciprocal_rank, run, judgments),
        ndcg_at_10=mean(ndcg, run, judgments),
        microseconds_per_query=seconds / len(queries) * 1e6,
    )
