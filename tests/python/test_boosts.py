"""Boosts count for inner minimum scores even where scores are not needed."""

import numpy as np
import pytest

from agreement import Both, bits, bits_of
from rescora import Index, RequestError

DOCS = [{"id": f"{number}", "t": "fox " * (number + 1), "n": number} for number in range(8)]
N = {"field_value_factor": {"field": "n"}}


@pytest.fixture(scope="module")
def both() -> Both:
    return Both(DOCS)


def at_least(score: float, boost: float = 1) -> dict:
    """Match documents of which twice their number is as much."""
    scored = {"query": {"constant_score": {"filter": {"match": {"t": "fox"}}}}, **N, "min_score": score}
    return {"function_score": {**scored, "boost": boost}}


def scripted(query: dict, **options) -> dict:
    return {"script_score": {"query": query, "script": "doc['n'].value + 1", **options}}


@pytest.mark.parametrize(
    ("query", "least"),
    [
        (at_least(4), 4),
        (at_least(4, 2), 2),
        (scripted({"match_all": {}}, min_score=4), 3),
        (scripted({"match_all": {}}, min_score=4, boost=2), 1),
        (scripted({"match_all": {}}, min_score=4, boost=0.5), 7),
    ],
)
def test_a_post_filter_keeps_its_boost(both, query, least):
    body = {"query": {"match_all": {}}, "post_filter": query, "size": 20}

    hits = both.engine.search(body)

    assert hits.ids == [f"{number}" for number in range(least, 8)]
    assert hits.total == 8 - least
    assert bits_of(hits) == bits(both.reference.search(body))


def test_a_boost_passes_through_a_script_that_need_not_run(both):
    body = {"filter": [scripted(at_least(4))], "must": [{"match": {"t": "fox"}}]}

    for boost, least in ((1, 4), (2, 2), (0.5, 8)):
        query = {"bool": {**body, "boost": boost}}
        hits = both.engine.search(query=query, size=20)
        assert bits_of(hits) == bits(both.reference.search({"query": query, "size": 20}))
        assert sorted(hits.ids) == [f"{number}" for number in range(least, 8)]


def test_where_hits_are_only_counted_an_outer_boost_is_none(both):
    query = at_least(4, 2)

    assert both.engine.search(query=query, size=20).total == 6
    assert both.engine.search(query=query, size=0).total == 4
    assert both.engine.search(query=query, size=0, min_score=0.1).total == 6
    nested = {"bool": {"must": [at_least(4, 2), {"match": {"t": "fox"}}], "boost": 2}}
    for body in ({"query": query, "size": 0}, {"query": nested, "size": 0}, {"query": nested, "size": 20}):
        assert both.engine.search(body).total == both.reference.result(body).total


@pytest.mark.parametrize(
    "query",
    [
        {"bool": {"must": [{"match": {"t": {"query": "fox", "boost": 1e30}}}], "boost": 1e30}},
        {"bool": {"should": [{"match": {"t": {"query": "fox", "boost": 3e38}}}] * 2}},
    ],
)
def test_boosts_that_multiply_to_infinity_are_an_error(both, query):
    with pytest.raises(RequestError, match="boost must be a positive float, got Infinity") as caught:
        both.engine.search(query=query)
    assert caught.value.to_dict()["status"] == 400
    with pytest.raises(ValueError, match="boost must be a positive float"):
        both.reference.search({"query": query})

    body, fine = {"query": query}, {"query": {"match": {"t": "fox"}}}
    found = both.engine.msearch([body, fine])
    assert isinstance(found[0], RequestError)
    assert found[1].total == 8


def test_a_boost_that_makes_a_weight_infinite_is_an_error():
    index = Index.from_documents(DOCS, "id")
    query = {"match": {"t": {"query": "fox", "boost": 3.4e38}}}

    with pytest.raises(RequestError, match="a boost makes the weight of a word infinite"):
        index.search(query=query)
    with pytest.raises(RequestError, match="a boost makes the weight of a word infinite"):
        index.rescore(["0"], [1.0], rescore={"query": {"rescore_query": query}})
    found = index.msearch([{"query": query}, {"query": {"match_all": {}}}])
    assert isinstance(found[0], RequestError)
    assert np.isfinite(found[1].scores).all()
