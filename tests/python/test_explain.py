"""Every explanation has its hit's score as value, and Lucene's words."""

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from requests_strategy import MAPPINGS, SETTINGS, bodies, collections
from rescora import Index, RequestError

WEIGHTS = ("primaryWeight", "secondaryWeight")


def f32(value) -> str:
    return np.float32(value).tobytes().hex()


def check_arithmetic(node: dict) -> None:
    """Assert that products by weights and the combinations of a rescorer come out, all the way down."""
    details, said = node["details"], node["description"]
    values = [np.float32(detail["value"]) for detail in details]
    if details and details[-1]["description"] in WEIGHTS:
        assert said == "product of:"
        assert len(details) == 2
        assert f32(values[0] * values[1]) == f32(node["value"])
    elif len(details) == 2 and all(is_weighted(detail) for detail in details):
        combine = {
            "sum of:": values[0] + values[1],
            "product of:": values[0] * values[1],
            "avg of:": (values[0] + values[1]) / np.float32(2),
            "max of:": max(values),
            "min of:": min(values),
        }
        assert f32(combine[said]) == f32(node["value"])
    elif said.startswith("weight(") and said.endswith("[PerFieldSimilarity], result of:"):
        assert [f32(value) for value in values] == [f32(node["value"])]
    elif said == "idf, sum of:":
        assert f32(sum(map(float, values))) == f32(node["value"])
    for detail in details:
        assert set(detail) == {"value", "description", "details"}
        check_arithmetic(detail)


def is_weighted(node: dict) -> bool:
    return bool(node["details"]) and node["details"][-1]["description"] in WEIGHTS


def is_joined(query) -> bool:
    """Return whether a function_score has another in its query."""
    if isinstance(query, list):
        return any(map(is_joined, query))
    if not isinstance(query, dict):
        return False
    scored = query.get("function_score")
    inner = scored.get("query") if isinstance(scored, dict) else None
    return '"function_score"' in json.dumps(inner) or any(map(is_joined, query.values()))


@examples(200)
@given(collections(), st.lists(bodies, min_size=1, max_size=4), st.sampled_from([1, 1, 3]), st.booleans())
def test_every_explanation_has_the_score_of_its_hit(docs, asked, shards, dfs):
    index = Index.from_documents(docs, "id", MAPPINGS, {**SETTINGS, "number_of_shards": shards})

    search_type = "dfs_query_then_fetch" if dfs else "query_then_fetch"
    for body in ({**one, "search_type": search_type} for one in asked):
        try:
            plain = index.search(body)
        except RequestError:  # a hit that cannot be scored cannot be explained
            continue
        try:
            hits = index.search({**body, "explain": True})
        except RequestError:  # what only takes away is explained with its score, and that may fail
            assert '"negative"' in json.dumps(body)
            continue
        assert hits.ids == plain.ids
        for hit, score in zip(hits, plain.scores, strict=True):
            value = hit.explanation["value"]
            if is_joined(body):  # explanations are, in float, where scores are not
                assert value == pytest.approx(float(score), rel=1e-6), body
            else:
                assert f32(value) == f32(score), body
            assert index.explain(hit.id, body) == hit.explanation
            check_arithmetic(hit.explanation)
        for doc in docs:
            with suppress(RequestError):  # what is no hit may have no score
                index.explain(doc["id"], body)


@pytest.fixture(scope="module")
def index():
    docs = [
        {"_id": "a", "t": "quick brown fox", "n": 1, "k": "x"},
        {"_id": "b", "t": "brown quick fox fox", "n": 2, "k": ["x", "y"]},
        {"_id": "c", "t": "the fox " + "word " * 50, "n": 3},
    ]
    mappings = {"properties": {"t": {"type": "text"}, "n": {"type": "long"}, "k": {"type": "keyword"}}}
    return Index.from_documents(docs, mappings=mappings)


def node(value, description, *details):
    return {"value": value, "description": description, "details": list(details)}


def idf(value, having, documents):
    return node(
        value,
        "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
        node(having, "n, number of documents containing term"),
        node(documents, "N, total number of documents with field"),
    )


def tf(value, freq, length, average, approximate=""):
    return node(
        value,
        "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
        freq,
        node(1.2, "k1, term saturation parameter"),
        node(0.75, "b, length normalization parameter"),
        node(length, f"dl, length of field{approximate}"),
        node(average, "avgdl, average length of field"),
    )


def weight(value, query, place, frequency, *factors):
    return node(
        value,
        f"weight({query} in {place}) [PerFieldSimilarity], result of:",
        node(value, f"score(freq={frequency}), computed as boost * idf * tf from:", *factors),
    )


def freq(value):
    return node(value, "freq, occurrences of term within document")


BOOST = node(2.2, "boost")
QUICK_IN_A = weight(
    0.71941596, "t:quick", 0, 1.0, BOOST, idf(0.47000363, 2, 3), tf(0.6957547, freq(1), 3, 19.666666)
)
FOX_IN_B = weight(
    0.23661944, "t:fox", 1, 2.0, BOOST, idf(0.13353139, 3, 3), tf(0.80546075, freq(2), 4, 19.666666)
)
FOX_IN_C = weight(
    0.07983591,
    "t:fox",
    2,
    1.0,
    BOOST,
    idf(0.13353139, 3, 3),
    tf(0.27176422, freq(1), 52, 19.666666, " (approximate)"),
)
PHRASE_IN_A = weight(
    1.4388319,
    't:"quick brown"',
    0,
    1.0,
    BOOST,
    node(0.94000727, "idf, sum of:", idf(0.47000363, 2, 3), idf(0.47000363, 2, 3)),
    tf(0.6957547, node(1.0, "phraseFreq=1.0"), 3, 19.666666),
)
CHAIN = [
    {
        "window_size": 2,
        "query": {
            "rescore_query": {"match_phrase": {"t": "quick brown"}},
            "query_weight": 0.5,
            "rescore_query_weight": 2,
        },
    },
    {"window_size": 1, "query": {"rescore_query": {"match": {"t": "the"}}, "score_mode": "max"}},
]


def primary(value, first, by):
    return node(value, "product of:", first, node(by, "primaryWeight"))


def test_a_word(index):
    assert index.explain("b", query={"match": {"t": "fox"}}) == FOX_IN_B


def test_a_word_of_a_long_field_whose_length_is_kept_approximately(index):
    assert index.explain("c", query={"match": {"t": "fox"}}) == FOX_IN_C


def test_a_sloppy_phrase(index):
    expected = weight(
        0.7083078,
        't:"quick fox"~2',
        0,
        0.5,
        BOOST,
        node(0.60353506, "idf, sum of:", idf(0.47000363, 2, 3), idf(0.13353139, 3, 3)),
        tf(0.5334538, node(0.5, "phraseFreq=0.5"), 3, 19.666666),
    )

    assert index.explain("a", query={"match_phrase": {"t": {"query": "quick fox", "slop": 2}}}) == expected


def test_a_bool_with_a_filter(index):
    query = {
        "bool": {
            "must": {"match": {"t": "quick"}},
            "filter": {"range": {"n": {"gte": 1}}},
            "should": {"term": {"k": "y"}},
            "must_not": {"ids": {"values": ["c"]}},
        }
    }
    expected = node(
        0.71941596,
        "sum of:",
        QUICK_IN_A,
        node(
            0,
            "match on required clause, product of:",
            node(0, "# clause"),
            node(
                1,
                "IndexOrDocValuesQuery(indexQuery=n:[1 TO 9223372036854775807], "
                "dvQuery=n:[1 TO 9223372036854775807])",
            ),
        ),
    )

    assert index.explain("a", query=query) == expected


def test_dis_max_and_constant_score(index):
    exists = {"constant_score": {"filter": {"exists": {"field": "k"}}, "boost": 1.5}}
    queries = {"dis_max": {"queries": [{"match": {"t": "fox"}}, exists], "tie_breaker": 0.3}}
    expected = node(
        1.5709858,
        "max plus 0.3 times others of:",
        FOX_IN_B,
        node(1.5, "ConstantScore(FieldExistsQuery [field=k])^1.5"),
    )

    assert index.explain("b", query=queries) == expected
    del queries["dis_max"]["tie_breaker"]
    assert index.explain("b", query=queries) == {**expected, "value": 1.5, "description": "max of:"}


def test_a_boosting_query_is_named_as_it_was_asked_and_its_negative_side_as_it_was_run(index):
    negative = {"match_phrase_prefix": {"t": "brown fo"}}
    query = {"boosting": {"positive": {"match": {"t": "quick"}}, "negative": negative, "negative_boost": 0.5}}

    explanation = index.explain("a", query=query)

    asked = 'FunctionScoreQuery(t:quick, scored by boost(queryboost(score(t:"brown fo*"))^0.5))'
    [product] = explanation["details"]
    assert explanation["description"] == f"weight({asked}), result of:"
    assert product["details"][1] == node(0.5, 'Matched boosting query score(t:"brown fox")')


def test_function_score_joins_the_floats_that_it_shows():
    docs = [{"_id": str(n), "t": "fox " * n, "n": 1 + n / 7} for n in range(1, 40)]
    mappings = {"properties": {"t": {"type": "text"}, "n": {"type": "double"}}}
    index = Index.from_documents(docs, mappings=mappings)
    factor = {"field_value_factor": {"field": "n", "modifier": "ln"}}
    query = {"function_score": {"query": {"match": {"t": "fox"}}, "functions": [factor], "boost_mode": "sum"}}

    hits = index.search(query=query, size=40, explain=True)

    shown = [hit.explanation for hit in hits]
    sums = [sum(np.float32(one["value"]) for one in tree["details"]) for tree in shown]
    assert [f32(tree["value"]) for tree in shown] == [f32(one) for one in sums]
    # scores join doubles: here and there another float, and never a farther one
    assert 0 < sum(f32(tree["value"]) != f32(hit.score) for tree, hit in zip(shown, hits, strict=True)) < 40
    assert [tree["value"] for tree in shown] == pytest.approx(hits.scores.tolist(), rel=2**-23)


def test_a_chain_of_rescorers_in_and_out_of_its_windows(index):
    hits = index.search(query={"match_all": {}}, rescore=CHAIN, explain=True)
    everything = node(1, "*:*")
    second = node(2.8776639, "product of:", PHRASE_IN_A, node(2, "secondaryWeight"))
    first_stage = node(3.3776639, "sum of:", primary(0.5, everything, 0.5), second)

    assert [hit.id for hit in hits] == ["a", "b", "c"]
    assert hits[0].explanation == primary(3.3776639, first_stage, 1)  # matched the first stage alone
    unmatched = primary(0.5, primary(0.5, everything, 0.5), 1)
    assert hits[1].explanation == unmatched  # in the first window, without a match
    assert hits[2].explanation == unmatched  # in no window


def test_documents_that_are_no_hits(index):
    def told(query):
        return index.explain("c", query=query)

    assert told({"match": {"t": "quick"}}) == node(0, "no matching term")
    assert told({"match_phrase": {"t": "fox the"}}) == node(0, "no matching phrase")
    assert told({"prefix": {"t": "q"}}) == node(0, "t:q* doesn't match id 2")
    both = {"bool": {"must": [{"match": {"t": "quick"}}, {"match": {"t": "fox"}}]}}
    assert told(both) == node(
        0,
        "Failure to meet condition(s) of required/prohibited clause(s)",
        node(0, "no match on required clause (t:quick)", node(0, "no matching term")),
        FOX_IN_C,
    )
    missed = index.explain(
        "c", query={"match": {"t": "quick"}}, rescore={"query": {"rescore_query": {"match": {"t": "fox"}}}}
    )
    assert missed == node(0, "First pass did not match", node(0, "no matching term"))


def test_an_explained_hit_names_its_shard():
    docs = [{"_id": str(i), "t": "a"} for i in range(8)]
    index = Index.from_documents(docs, settings={"number_of_shards": 3, "index.name": "papers"})

    hits = index.search(query={"match": {"t": "a"}}, explain=True).to_dict()["hits"]["hits"]

    assert {hit["_shard"] for hit in hits} == {"[papers][0]", "[papers][1]", "[papers][2]"}
    assert all(list(hit)[:2] == ["_shard", "_node"] for hit in hits)


def test_explaining_an_unknown_document_names_it(index):
    with pytest.raises(ValueError, match="nobody"):
        index.explain("nobody", query={"match_all": {}})
