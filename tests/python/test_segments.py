"""Wherever the segments of a shard end, every answer is that of one segment, bit for bit."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import bits_of, examples
from engine_goldens import CASES, index_of, present
from reference.goldens import definition, documents, golden
from requests_strategy import MAPPINGS, SETTINGS, bodies, collections, queries
from rescora import RequestError
from segmented import ends_by_chance, segmented

pytestmark = pytest.mark.slow


def answer(ask, *asked):
    """Return what a call gives as plain values, or its error."""
    try:
        return ask(*asked)
    except RequestError as error:
        return error.to_dict()


def search(index, body, search_type):
    """Return a page with every hit explained, but for how long it took."""
    page = index.search({**body, "explain": True}, search_type=search_type).to_dict()
    del page["took"]
    return page


def features(index, query, search_type):
    """Return the features of all documents."""
    columns = [{"feature_name": "q", "query": query}]
    log = index.extract_features(columns, [{"docs": np.arange(len(index))}], search_type=search_type)
    return log.to_numpy().X.tobytes()


def stage(index, body, search_type):
    """Return what a body's rescorers make of all documents, and of two windows of them at once."""
    docs = np.arange(len(index), dtype=np.uint32)
    scores = np.ones(len(docs), np.float32)
    rescorer = index.rescorer(body.get("rescore", []), size=None, search_type=search_type)
    one = rescorer(docs, scores)
    halves = np.array_split(docs, 2)
    several = rescorer.batch(halves, [scores[: len(half)] for half in halves])
    return [array.tobytes() for array in (*one, *several)]


def agree(one, cut, requests, query):
    """Assert that both indexes answer alike."""
    for how in ("query_then_fetch", "dfs_query_then_fetch"):
        for body in requests:
            assert answer(search, cut, body, how) == answer(search, one, body, how), body
            assert answer(stage, cut, body, how) == answer(stage, one, body, how), body
        assert answer(features, cut, query, how) == answer(features, one, query, how), query


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("segments", [2, 7, 40])
@given(collections(most=40), st.lists(bodies, min_size=5, max_size=5), queries, st.randoms())
@examples(25)
def test_any_collection_in_any_segments_answers_as_in_one(segments, shards, docs, requests, query, draw):
    options = {
        "id_field": "id",
        "mappings": MAPPINGS,
        "settings": {**SETTINGS, "number_of_shards": shards},
    }
    one = segmented(docs, [], **options)
    cut = segmented(docs, ends_by_chance(len(docs), segments, draw), **options)

    agree(one, cut, requests, query)


@pytest.mark.parametrize("segments", [2, 7, 40])
@pytest.mark.parametrize("name", present())
def test_the_goldens_come_out_of_any_segments(name, segments):
    docs = documents(name)
    ends = ends_by_chance(len(docs), segments, random.Random(segments))
    cut = segmented(docs, ends, id_field="id", **definition(name))

    for case in golden(name)[: CASES[name]]:
        body = case["request"]
        assert bits_of(cut.search(body)) == bits_of(index_of(name).search(body)), body
