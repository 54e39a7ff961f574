"""What comes with hits: names of queries that matched, sources, times, Elasticsearch's whole answer."""

import json

import numpy as np
import pytest

from rescora import Index

DOCS = [
    {"_id": "a", "t": "quick fox", "n": [1, 2], "o": {"x": 1, "y": "secret"}},
    {"_id": "b", "t": "brown fox", "n": 3},
    {"_id": "c", "t": "slow"},
]


@pytest.fixture(scope="module", params=[1, 3])
def index(request):
    return Index.from_documents(DOCS, settings={"number_of_shards": request.param, "index.name": "papers"})


def names(hits):
    return {hit.id: hit.matched_queries for hit in hits}


def test_queries_are_named_where_they_match(index):
    query = {
        "bool": {
            "should": [
                {"match": {"t": {"query": "quick", "_name": "word"}}},
                {"range": {"n": {"gte": 2, "_name": "number"}}},
                {"match_all": {"_name": "all"}},
            ],
            "_name": "whole",
        }
    }

    assert names(index.search(query=query)) == {
        "a": ["word", "number", "all", "whole"],
        "b": ["number", "all", "whole"],
        "c": ["all", "whole"],
    }


def test_rescore_queries_are_named_in_and_out_of_the_window(index):
    rescore = [
        {
            "window_size": 1,
            "query": {"rescore_query": {"match_phrase": {"t": {"query": "brown fox", "_name": "p"}}}},
        },
        {"query": {"rescore_query": {"term": {"t": {"value": "quick", "_name": "q"}}}}},
    ]

    found = names(index.search(query={"match": {"t": {"query": "fox", "_name": "first"}}}, rescore=rescore))

    assert found == {"a": ["first", "q"], "b": ["first", "p"]}


def test_of_two_queries_with_one_name_the_one_that_is_built_last_has_it(index):
    word, number = (
        {"match": {"t": {"query": "quick", "_name": "x"}}},
        {"range": {"n": {"gte": 2, "_name": "x"}}},
    )
    filtered = {"function_score": {"query": word, "functions": [{"weight": 2, "filter": number}]}}

    assert names(index.search(query={"bool": {"should": [word, number, {"match_all": {}}]}})) == {
        "a": ["x"],
        "b": ["x"],
        "c": [],
    }
    assert names(index.search(query={"bool": {"should": [number], "filter": word}})) == {"a": ["x"]}
    assert names(index.search(query={"bool": {"filter": number, "must_not": word}})) == {"b": ["x"]}
    assert names(index.search(query=filtered)) == {"a": ["x"]}
    assert names(index.search(query=number, rescore={"query": {"rescore_query": word}})) == {
        "a": ["x"],
        "b": [],
    }


def test_no_names_no_matched_queries(index):
    hits = index.search(query={"match": {"t": "fox"}})

    assert [hit.matched_queries for hit in hits] == [[], []]
    assert all("matched_queries" not in hit for hit in hits.to_dict()["hits"]["hits"])


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (True, {"t": "quick fox", "n": [1, 2], "o": {"x": 1, "y": "secret"}}),
        (False, None),
        ("t", {"t": "quick fox"}),
        (["t", "o.*"], {"t": "quick fox", "o": {"x": 1, "y": "secret"}}),
        ({"includes": ["o"], "excludes": ["o.y"]}, {"o": {"x": 1}}),
        ({"excludes": ["*"]}, {}),
    ],
)
def test_source_is_filtered(index, wanted, expected):
    (hit,) = index.search(query={"ids": {"values": ["a"]}}, source=wanted)

    assert hit.source == expected
    assert hit.to_dict().get("_source") == expected


def test_sources_need_not_be_kept():
    index = Index.from_documents(DOCS, mappings={"_source": {"enabled": False}})

    (hit,) = index.search(query={"ids": {"values": ["a"]}})

    assert hit.source is None
    assert "_source" not in hit.to_dict()


def test_the_profile_has_each_step_of_each_shard(index):
    stage = {"query": {"rescore_query": {"match": {"t": "fox"}}}}

    answer = index.search(query={"match": {"t": "fox"}}, rescore=[stage] * 3, profile=True).to_dict()

    shards = answer["profile"]["shards"]
    assert len(shards) == answer["_shards"]["total"]
    for number, shard in enumerate(shards):
        assert shard["id"] == f"[{number}]"
        assert len(shard["rescore"]) == 3
        for step in (shard["plan"], shard["first_pass"], *shard["rescore"]):
            assert step["time_in_nanos"] >= 0
    assert answer["profile"]["merge"]["time_in_nanos"] >= 0
    assert "profile" not in index.search().to_dict()


def test_the_answer_has_elasticsearchs_shape(index):
    hits = index.search(
        query={"constant_score": {"filter": {"match": {"t": "fox"}}, "boost": 0.1}}, source=["n"]
    )

    answer = hits.to_dict()

    shards = answer["_shards"]["total"]
    assert answer.pop("took") >= 0
    assert answer == {
        "timed_out": False,
        "_shards": {"total": shards, "successful": shards, "skipped": 0, "failed": 0},
        "hits": {
            "total": {"value": 2, "relation": "eq"},
            "max_score": 0.1,
            "hits": answer["hits"]["hits"],
        },
    }
    assert sorted(answer["hits"]["hits"], key=lambda hit: hit["_id"]) == [
        {"_index": "papers", "_id": "a", "_score": 0.1, "_source": {"n": [1, 2]}},
        {"_index": "papers", "_id": "b", "_score": 0.1, "_source": {"n": 3}},
    ]
    assert json.loads(json.dumps(answer)) == answer  # JSON takes it as it is


def test_an_answer_without_hits(index):
    answer = index.search(query={"match_none": {}}, track_total_hits=False).to_dict()["hits"]

    assert answer == {"max_score": None, "hits": []}


def test_hits_know_themselves(index):
    hits = index.search(query={"match": {"t": "fox"}}, size=1)

    assert (len(hits), hits.total, hits.total_relation) == (1, 2, "eq")
    assert hits.scores.dtype == np.float32
    assert hits[0].score == hits.max_score
    assert (hits[0].index, hits[0].id) == ("papers", hits.ids[0])
