"""Booleans are scored as terms; -0.0 is not 0.0; a range of dates is compared with its shard's dates."""

import math

import numpy as np
import pytest

from agreement import Both, bits, bits_of
from rescora import Index

FLAGS = {"properties": {"flag": {"type": "boolean"}, "t": {"type": "text"}, "tag": {"type": "keyword"}}}
DOCS = [
    {"id": "a", "flag": True, "t": "fox"},
    {"id": "b", "flag": [False, False], "t": "fox fox", "tag": "true"},
    {"id": "c", "flag": [True, False]},
    {"id": "d", "t": "dog"},
    {"id": "e", "flag": "false"},
]
FOUND = 4  # documents with the field, which has five values in them, each once a document


def worked(having: int, boost: float = 1, k1: float = 1.2, b: float = 0.75) -> np.float32:
    """BM25 of a word that stands once, in a field of length 1 where five words stand in four documents."""
    one, k1, b = np.float32(1), np.float32(k1), np.float32(b)
    idf = np.float32(math.log(1 + (FOUND - having + 0.5) / (having + 0.5)))
    weight = np.float32(boost) * (one + k1) * idf
    inverse = one / (k1 * ((one - b) + b * one / np.float32(5 / FOUND)))
    return weight - weight / (one + one * inverse)


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.from_documents(DOCS, "id", FLAGS)


def scores(index: Index, query: dict) -> dict[str, np.float32]:
    hits = index.search(query=query)
    return dict(zip(hits.ids, hits.scores, strict=True))


@pytest.mark.parametrize(
    "query",
    [
        {"term": {"flag": True}},
        {"term": {"flag": "true"}},
        {"match": {"flag": True}},
        {"match_phrase": {"flag": "true"}},
        {"multi_match": {"query": "true", "fields": ["flag"]}},
        {"multi_match": {"query": "true", "fields": ["t", "flag"], "lenient": True}},
        {"bool": {"must": {"term": {"flag": True}}}},
    ],
)
def test_a_boolean_is_scored_as_a_word_without_a_length(index, query):
    assert scores(index, query) == {"a": worked(2), "c": worked(2)}


def test_the_rarer_value_scores_more_and_a_boost_goes_into_its_weight(index):
    assert scores(index, {"term": {"flag": {"value": False, "boost": 3}}}) == {
        "b": worked(3, 3),
        "c": worked(3, 3),
        "e": worked(3, 3),
    }
    assert worked(2) > worked(3)


def test_terms_and_ranges_of_booleans_score_a_constant(index):
    assert scores(index, {"terms": {"flag": [True]}}) == {"a": 1, "c": 1}
    assert scores(index, {"terms": {"flag": [True, "false"], "boost": 2}}) == dict.fromkeys("abce", 2)
    assert scores(index, {"range": {"flag": {"gte": True}}}) == {"a": 1, "c": 1}
    assert scores(index, {"range": {"flag": {"lt": True}}}) == {"b": 1, "c": 1, "e": 1}
    assert scores(index, {"range": {"flag": {"gt": True}}}) == {}
    assert scores(index, {"range": {"flag": {}}}) == dict.fromkeys("abce", 1)


def test_the_similarity_of_an_index_weighs_its_booleans_too(tmp_path):
    settings = {"similarity": {"default": {"type": "BM25", "k1": 0.4, "b": 0.1}}}
    built = Index.from_documents(DOCS, "id", FLAGS, settings)
    built.save(tmp_path / "flags.rescora")

    for index in (built, Index.open(tmp_path / "flags.rescora")):
        assert scores(index, {"term": {"flag": True}}) == dict.fromkeys("ac", worked(2, 1, 0.4, 0.1))


def test_a_column_of_booleans_is_scored_as_well():
    docs = [{"_id": str(number)} for number in range(4)]
    mappings = {"properties": {"flag": {"type": "boolean"}}}
    columns = {"flag": np.array([True, False, False, False])}

    index = Index.from_documents(docs, mappings=mappings, columns=columns)

    (hit,) = index.search(query={"term": {"flag": True}})
    assert (
        hit.score
        == Index.from_documents([{"_id": str(number), "flag": number == 0} for number in range(4)])
        .search(query={"term": {"flag": True}})
        .scores[0]
    )


def test_an_explanation_of_a_boolean_counts_what_its_score_was_made_of(index):
    told = index.explain("a", query={"term": {"flag": True}})

    assert told["description"] == "weight(flag:T in 0) [PerFieldSimilarity], result of:"
    assert np.float32(told["value"]) == worked(2)
    _, idf, tf = told["details"][0]["details"]
    assert [detail["value"] for detail in idf["details"]] == [2, FOUND]
    assert [detail["value"] for detail in tf["details"]] == [1.0, 1.2, 0.75, 1.0, 1.25]
    assert index.explain("e", query={"term": {"flag": True}})["description"] == "no matching term"


CROSS = {"type": "cross_fields", "fields": ["flag", "tag"], "query": "true"}


@pytest.mark.parametrize("shards", [1, 2, 3])
@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
@pytest.mark.parametrize(
    "query",
    [
        {"term": {"flag": True}},
        {"bool": {"should": [{"term": {"flag": False}}, {"match": {"t": "fox"}}, {"term": {"flag": False}}]}},
        {"multi_match": CROSS},
        {"multi_match": {**CROSS, "tie_breaker": 0.3}},
        {"function_score": {"query": {"term": {"flag": True}}, "functions": [{"weight": 2}]}},
    ],
)
def test_booleans_score_as_in_the_reference_whatever_the_shards(shards, search_type, query):
    both = Both(DOCS, FLAGS, {"number_of_shards": shards})

    both.agree_on({"query": query, "search_type": search_type})


ZEROS = {"properties": {"x": {"type": "double"}, "f": {"type": "float"}, "n": {"type": "long"}}}
SIGNED = [
    {"_id": "minus", "x": -0.0, "f": -0.0, "n": -0.0},
    {"_id": "plus", "x": 0.0, "f": 0, "n": 0},
    {"_id": "below", "x": -5e-324, "f": -1e-45, "n": -1},
    {"_id": "above", "x": 5e-324, "f": 1e-45, "n": 1},
    {"_id": "none"},
]


@pytest.mark.parametrize("field", ["x", "f"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"term": 0.0}, "plus"),
        ({"term": 0}, "plus"),
        ({"term": "-0"}, "minus"),
        ({"term": -0.0}, "minus"),
        ({"terms": [0.0, 7]}, "plus"),
        ({"terms": [-0.0, 7]}, "minus"),
        ({"terms": [-0.0, 0.0]}, "minus plus"),
        ({"range": {"gte": 0}}, "plus above"),
        ({"range": {"gt": "-0.0"}}, "plus above"),
        ({"range": {"gt": 0}}, "above"),
        ({"range": {"lte": -0.0}}, "minus below"),
        ({"range": {"lt": 0.0}}, "minus below"),
        ({"range": {"lt": -0.0}}, "below"),
        ({"range": {"gte": -0.0, "lte": 0.0}}, "minus plus"),
        ({"range": {"gte": 0.0, "lte": -0.0}}, ""),
    ],
)
def test_of_the_two_zeros_the_negative_comes_first(field, query, found):
    index = Index.from_documents(SIGNED, mappings=ZEROS)
    ((kind, value),) = query.items()

    assert index.search(query={kind: {field: value}}).ids == found.split()


def test_integers_have_one_zero():
    index = Index.from_documents(SIGNED, mappings=ZEROS)

    assert index.search(query={"term": {"n": "-0"}}).ids == ["minus", "plus"]
    assert index.search(query={"range": {"n": {"gte": -0.0, "lte": 0}}}).ids == ["minus", "plus"]


def test_both_zeros_of_one_document_stand_in_their_order():
    index = Index.from_documents([{"_id": "a", "x": [0.0, -0.0]}], mappings=ZEROS)
    first = {"source": "1 / (1 + 1 / doc['x'][0])"}  # 1 / -0.0 is -Infinity

    hits = index.search(query={"script_score": {"query": {"match_all": {}}, "script": first}})

    assert math.copysign(1, hits.scores[0]) == -1


def test_queries_for_the_two_zeros_are_two_queries():
    index = Index.from_documents(SIGNED, mappings=ZEROS)
    should = [{"term": {"x": 0.0}}, {"term": {"x": -0.0}}, {"range": {"x": {"gte": 0.0}}}]

    assert scores(index, {"bool": {"should": should}}) == {"plus": 2, "minus": 1, "above": 1}


DATES = {"properties": {"day": {"type": "date"}, "t": {"type": "text"}}}
DATED = [
    {"id": f"{number}", "day": f"2024-01-{number + 1:02}", "t": "fox dog" if number % 3 else "fox"}
    for number in range(12)
]
OUTSIDE, INSIDE, AROUND = {"gte": "2025"}, {"gte": "2024-01-05", "lt": "2024-01-08"}, {"gte": "2023"}
WRONG_WAY_ROUND = {"gte": "2024-01-08", "lte": "2024-01-03"}


@pytest.mark.parametrize("dates", [OUTSIDE, INSIDE, AROUND, WRONG_WAY_ROUND])
@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("search_type", ["query_then_fetch", "dfs_query_then_fetch"])
def test_a_date_range_in_any_place_scores_as_in_the_reference(dates, shards, search_type):
    both = Both(DATED, DATES, {"number_of_shards": shards})
    day, fox, dog = {"range": {"day": dates}}, {"match": {"t": "fox"}}, {"match": {"t": "dog"}}

    for query in (
        {"bool": {"must": [fox], "filter": [day]}},
        {"bool": {"should": [day, {"bool": {"should": [fox, dog]}}]}},
        {"bool": {"should": [fox, dog, day], "minimum_should_match": 2}},
        {"bool": {"must": [{"bool": {"should": [fox, dog]}}], "must_not": [day]}},
        {"function_score": {"query": {"bool": {"must": [dog, day]}}, "functions": [{"weight": 3}]}},
        {"boosting": {"positive": fox, "negative": day, "negative_boost": 0.3}},
    ):
        both.agree_on({"query": query, "search_type": search_type, "size": 20})


def test_a_range_that_no_date_is_in_leaves_and_one_the_wrong_way_round_stays(index):
    index = Index.from_documents(DATED, "id", DATES)

    def form(dates):
        query = {"bool": {"should": [{"match": {"t": "fox"}}, {"range": {"day": dates}}]}}
        return index.explain("0", query=query)["description"]

    assert form(OUTSIDE) == "weight(t:fox in 0) [PerFieldSimilarity], result of:"
    assert form(WRONG_WAY_ROUND) == "sum of:"
    assert form(AROUND) == "sum of:"


def test_a_shard_whose_dates_are_all_elsewhere_tells_nothing_of_the_other_words():
    docs = [{"id": f"{number}", "day": f"20{number + 10}", "t": "fox"} for number in range(40)]
    both = Both(docs, DATES, {"number_of_shards": 5})
    body = {
        "query": {
            "bool": {"must": [{"match": {"t": "fox"}}], "filter": [{"range": {"day": {"gte": "2045"}}}]}
        },
        "search_type": "dfs_query_then_fetch",
    }

    hits = both.engine.search(body)

    assert bits_of(hits) == bits(both.reference.search(body))
    everything = both.engine.search({**body, "query": {"match": {"t": "fox"}}})
    assert hits.scores[0] > everything.scores[0]  # fewer documents were counted
