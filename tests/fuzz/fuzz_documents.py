"""
Mutated documents, mappings and settings: each gives an index or a RequestError, soon.

    python tests/fuzz/fuzz_documents.py --count 50000 --seed 1
"""

from __future__ import annotations

import copy
import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import seeds
from command import run_fuzzer
from mutation import mutate
from outcome import Failure

from rescora import Index, RequestError

CORPUS = Path(__file__).parent / "corpus" / "documents.jsonl"
SLOW = 2.0  # seconds: three documents that take longer hang

NAMES: list[Any] = [
    *(
        "properties",
        "type",
        "text",
        "keyword",
        "long",
        "integer",
        "short",
        "byte",
        "double",
        "float",
        "boolean",
        "date",
    ),
    *(
        "object",
        "nested",
        "fields",
        "analyzer",
        "search_analyzer",
        "similarity",
        "format",
        "dynamic",
        "_source",
        "enabled",
    ),
    *(
        "ignore_above",
        "index",
        "store",
        "doc_values",
        "norms",
        "null_value",
        "coerce",
        "boost",
        "copy_to",
        "k1",
        "b",
    ),
    *(
        "position_increment_gap",
        "date_detection",
        "numeric_detection",
        "strict",
        "number_of_shards",
        "number_of_replicas",
    ),
    *(
        "analysis",
        "tokenizer",
        "filter",
        "custom",
        "standard",
        "lowercase",
        "stop",
        "BM25",
        "flat",
        "max_result_window",
    ),
    *(
        "_id",
        "title",
        "tag",
        "year",
        "price",
        "open",
        "when",
        "a.b",
        "a",
        "",
        ".",
        "a..b",
        "_meta",
        "ignore_malformed",
        *("dense_vector", "geo_point", "rank_feature", "dims", "element_type", "bit", "cosine", "lat", "lon"),
        *("geohash", "coordinates", "index_options", "vector", "place", "rank"),
    ),
]
DOCUMENTS: list[Any] = [
    {
        "_id": "a",
        "title": "A quick fox",
        "tag": ["x", "y"],
        "year": 1999,
        "price": 1.5,
        "open": True,
        "when": "2020-01-02",
        "vector": [1, 2, -3],
        "place": "41.12,-71.34",
        "rank": 2.5,
    },
    {
        "title": ["one", "two words"],
        "a": {"b": {"c": "deep"}, "n": [1, 2]},
        "when": 1_577_923_200_000,
        "year": "7",
    },
    {
        "_id": 7,
        "nothing": None,
        "list": [[1], [2, [3]]],
        "objects": [{"k": 1}, {"k": "2"}],
        "a.b": 3,
        "price": "1e3",
        "vector": [0, 127, 1],
        "place": ["drm3btev3e86", "POINT (1 2)"],
        "rank": "7",
    },
]
MAPPINGS: list[Any] = [
    None,
    seeds.MAPPINGS,
    {
        "dynamic": "strict",
        "_source": {"enabled": True},
        "properties": {
            "title": {"type": "text", "similarity": "flat", "analyzer": "mine"},
            "a": {"properties": {"b": {"properties": {"c": {"type": "keyword"}}}, "n": {"type": "short"}}},
            "when": {"type": "date", "format": "yyyy-MM-dd||epoch_millis"},
            "year": {"type": "long"},
            "nothing": {"type": "boolean"},
        },
    },
    {
        "dynamic": False,
        "properties": {
            "tag": {"type": "keyword", "ignore_above": 3},
            "price": {"type": "float"},
            "vector": {"type": "dense_vector", "element_type": "byte", "similarity": "dot_product"},
            "place": {"type": "geo_point", "ignore_z_value": False},
            "rank": {"type": "rank_feature", "positive_score_impact": False},
        },
    },
]
SETTINGS: list[Any] = [
    None,
    seeds.SETTINGS,
    {
        "index.similarity.flat.type": "BM25",
        "analysis": {
            "analyzer": {"mine": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase", "no"]}},
            "filter": {"no": {"type": "stop", "stopwords": ["the", "a"]}},
        },
    },
]


def run(documents: Any, mappings: Any, settings: Any) -> str:
    """Index and look at every document; return what came of it."""
    began = time.perf_counter()
    try:
        index = Index.from_documents(
            documents, mappings=mappings, settings=settings, progress=False, threads=1
        )
        index.search({"size": 3}).to_dict()
        outcome = "an index"
    except RequestError as error:
        error.to_dict()
        str(error).encode()
        outcome = str(error.type)
    except Exception as error:
        raise Failure(f"{type(error).__name__}: {error}") from error
    taken = time.perf_counter() - began
    if taken > SLOW:
        raise Failure(f"took {taken:.1f} seconds")
    return outcome


def corpus() -> list[tuple[str, tuple[Any, Any, Any]]]:
    """Return what once went wrong: why, and documents, mappings and settings as Python writes them."""
    with CORPUS.open(encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines]
    return [(case["why"], eval(case["given"], {"deep": _deep})) for case in cases]


def _deep(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"a": made}
    return made


def mutated(rng: random.Random) -> tuple[list[Any], Any, Any]:
    """Return documents, mappings and settings of which one or two are damaged."""
    documents, mappings = copy.deepcopy(DOCUMENTS), copy.deepcopy(rng.choice(MAPPINGS))
    settings = copy.deepcopy(rng.choice(SETTINGS) if mappings is not MAPPINGS[2] else SETTINGS[2])
    for _ in range(rng.choice((1, 1, 2, 4))):
        try:
            which = rng.randrange(5)
            if which <= 1:
                at = rng.randrange(len(documents))
                documents[at] = mutate(documents[at], NAMES, DOCUMENTS, rng)
            elif which <= 3:
                mappings = mutate(mappings, NAMES, MAPPINGS[1:], rng)
            else:
                settings = mutate(settings, NAMES, SETTINGS[1:], rng)
        except RecursionError:  # too deep to be copied: deep enough
            break
    return documents, mappings, settings


def fuzz(count: int, seed: int, *, report: bool = False) -> tuple[Counter[str], list[tuple[str, Any]]]:
    """Run `count` inputs; return what came out, and the failures with their inputs."""
    rng = random.Random(seed)
    outcomes: Counter[str] = Counter()
    failures: list[tuple[str, Any]] = []
    for _ in range(count):
        given = mutated(rng)
        try:
            outcomes[run(*given)] += 1
        except Failure as failure:
            failures.append((str(failure), given))
            if report:
                print("FAILED", failure, repr(given)[:3000], flush=True)
    return outcomes, failures


if __name__ == "__main__":
    sys.exit(run_fuzzer(fuzz, (__doc__ or "").partition("\n\n")[0], 5_000, "inputs"))
