"""The public calls, on the shipped collection: each answer is asserted before its time counts."""

import json
from importlib import resources

import numpy as np
import pytest

import rescora

FOLDER = resources.files("rescora") / "data" / "arxiv-demo"
WORDS = "quantum field theory"
FIRST_PASS = {"match": {"text": WORDS}}
PHRASE = {"match_phrase": {"text": {"query": "{{words}}", "slop": 2}}}


def rescore(words, window):
    phrase = json.loads(json.dumps(PHRASE).replace("{{words}}", words))
    return {"window_size": window, "query": {"rescore_query": phrase, "rescore_query_weight": 1.2}}


@pytest.fixture(scope="module")
def index():
    return rescora.Index.from_documents(str(FOLDER / "docs.jsonl"), id_field="id", progress=False)


@pytest.fixture(scope="module")
def candidates(index):
    hits = index.search(query=FIRST_PASS, size=296)
    return index.docs(hits.ids), hits.scores


def bench_from_documents(benchmark):
    """Index 1,199 papers with all their fields."""
    index = benchmark(rescora.Index.from_documents, str(FOLDER / "docs.jsonl"), id_field="id", progress=False)
    assert len(index) == 1199


@pytest.mark.parametrize("window", [10, 50, 200])
def bench_search_with_a_phrase_rescorer(benchmark, index, window):
    """One body with one rescorer, parsed, planned and answered; ten hits, no sources."""
    body = {"query": FIRST_PASS, "rescore": rescore(WORDS, window), "_source": False}
    hits = benchmark(index.search, body)
    assert hits[0].id == "1810.09100"  # the one abstract that has the words in a row


@pytest.mark.parametrize("window", [10, 100, 296])
def bench_rescorer_bound(benchmark, index, candidates, window):
    """Arrays in, arrays out, the phrase compiled before."""
    docs, scores = (array[:window] for array in candidates)
    stage = index.rescorer(rescore(WORDS, window), size=None)
    found, _ = benchmark(stage, docs, scores)
    assert index.ids(found[:1]) == ["1810.09100"]


@pytest.mark.parametrize("window", [10, 100, 296])
def bench_rescorer_with_new_text(benchmark, index, candidates, window):
    """Arrays in, arrays out, the phrase analyzed, compiled and bound in each call."""
    docs, scores = (array[:window] for array in candidates)
    stage = index.rescorer(rescore("{{words}}", window), size=None)
    found, _ = benchmark(stage, docs, scores, {"words": WORDS})
    assert index.ids(found[:1]) == ["1810.09100"]


def bench_batch(benchmark, index, candidates):
    """A hundred windows of 100 on one thread."""
    docs, scores = (np.tile(array[:100], 100) for array in candidates)
    stage = index.rescorer(rescore(WORDS, 100), size=10)
    found, _, offsets = benchmark(stage.batch, docs, scores, np.arange(101) * 100, threads=1)
    assert len(found) == 1000
    assert offsets[-1] == 1000
