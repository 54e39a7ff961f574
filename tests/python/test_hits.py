"""Hits read like a list, print as a table and become Elasticsearch's answer."""

import json

import numpy as np
import pytest

import rescora
from rescora.fetch.source import Sources
from rescora.found import Found, shortest
from rescora.hits import Hit, Hits

SCORES = np.array([1.3032254, 0.5987902, 0.1], np.float32)


def hits(n=3, **kwargs):
    kwargs.setdefault("parts", {"_source": Sources(lambda i: {"title": f"Title <{i}>"})})
    kwargs.setdefault("max_score", 1.3032254 if n else None)
    return Hits(Found(ids=[f"d{i}" for i in range(n)], scores=SCORES[:n], total=n, **kwargs))


def test_hits_are_a_sequence():
    found = hits()

    assert len(found) == 3
    assert [hit.id for hit in found] == ["d0", "d1", "d2"]
    assert found[-1].id == "d2"
    assert [hit.id for hit in found[1:]] == ["d1", "d2"]
    assert found[0] in found
    with pytest.raises(IndexError):
        found[3]


def test_scores_print_as_the_shortest_decimal_of_the_float32():
    assert hits()[0].score == 1.3032254
    assert json.dumps(hits().to_dict()["hits"]["max_score"]) == "1.3032254"
    assert np.float32(shortest(SCORES[1])) == SCORES[1]


def test_the_answer_has_elasticsearchs_shape():
    found = hits(1, took=3.7, index_name="papers", total_relation="gte")

    assert found.to_dict() == {
        "took": 3,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {
            "total": {"value": 1, "relation": "gte"},
            "max_score": 1.3032254,
            "hits": [
                {"_index": "papers", "_id": "d0", "_score": 1.3032254, "_source": {"title": "Title <0>"}}
            ],
        },
    }


def test_without_hits_there_is_no_best_score():
    assert hits(0).to_dict()["hits"] == {
        "total": {"value": 0, "relation": "eq"},
        "max_score": None,
        "hits": [],
    }


def test_hits_that_were_not_counted_have_no_total():
    assert "total" not in hits(counted=False).to_dict()["hits"]


def test_explanations_names_and_profile_stand_where_elasticsearch_puts_them():
    found = hits(
        1,
        parts={
            "matched_queries": [["a", "b"]],
            "_explanation": [{"value": 1.3, "description": "x", "details": []}],
        },
        shards=np.array([2]),
        profile={"shards": []},
    )

    body = found.to_dict()

    assert body["profile"] == {"shards": []}
    assert body["hits"]["hits"][0] == {
        "_shard": "[index][2]",
        "_node": "rescora",
        "_index": "index",
        "_id": "d0",
        "_score": 1.3032254,
        "matched_queries": ["a", "b"],
        "_explanation": {"value": 1.3, "description": "x", "details": []},
    }
    assert found[0].source is None


def test_a_source_is_fetched_when_asked_for_and_once():
    asked = []
    found = hits(parts={"_source": Sources(lambda i: asked.append(i) or {"i": i})})

    assert asked == []
    assert found[1].source is found[1].source
    assert asked == [1]


def test_a_table_is_printed():
    text = repr(hits(took=1.25))

    assert text.splitlines()[0] == "<rescora.Hits: 3 of 3 hits in 1.25 ms>"
    assert "1  d0  1.3032254  Title <0>" in text


def test_html_is_escaped_and_needs_no_network():
    page = hits()._repr_html_()

    assert "Title &lt;0&gt;" in page
    assert "http" not in page


def test_a_hit_shows_id_and_score():
    assert repr(hits()[0]) == "Hit(id='d0', score=1.3032254)"
    assert isinstance(hits()[0], Hit)


def test_hits_tell_which_keys_were_dropped():
    index = rescora.Index.from_documents([{"_id": "a", "t": "fox"}])
    body = {"query": {"match": {"t": "fox"}}, "aggs": {"n": {"max": {"field": "n"}}}, "highlight": {}}

    hits = index.search(body, unsupported="drop")
    [one] = index.msearch([body], unsupported="drop")

    for found in (hits, one):
        assert found.dropped == ("aggs", "highlight")
        assert found.to_dict()["dropped"] == ["aggs", "highlight"]
        assert "without aggs, highlight" in repr(found)
        assert found.to_dict()["hits"] == index.search(query=body["query"]).to_dict()["hits"]
    assert index.search(query=body["query"]).dropped == ()
    assert index.explain("a", body, unsupported="drop") == index.explain("a", query=body["query"])
    with pytest.raises(rescora.UnsupportedError):
        index.explain("a", body)
