"""Each query of the language is read as Elasticsearch reads it; what is not there is refused by name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescora.errors import RequestError, UnsupportedError
from rescora.queries import parse_query
from rescora.queries.compound import Bool, DisMax, MatchAll, MatchNone
from rescora.queries.documents import Exists, Ids
from rescora.queries.match import Match, MatchPhrasePrefix
from rescora.queries.minimum import required
from rescora.queries.multi_match import MultiMatch
from rescora.queries.range import Range
from rescora.queries.term import Prefix, Term, Terms


def parse(body, levels=30):
    return parse_query(body, "query", levels)


def refused(body):
    with pytest.raises(RequestError) as caught:
        parse(body)
    return caught.value


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"match": {"a": "x"}}, Match(field="a", query="x", path="query.match.a")),
        ({"match": {"a": 7}}, Match(field="a", query=7, path="query.match.a")),
        (
            {
                "match": {
                    "a": {
                        "query": "x y",
                        "operator": "AND",
                        "minimum_should_match": -1,
                        "boost": "2",
                        "_name": "n",
                    }
                }
            },
            Match(
                field="a",
                query="x y",
                operator="and",
                minimum_should_match="-1",
                boost=2.0,
                name="n",
                path="query.match.a",
            ),
        ),
        (
            {"match_phrase_prefix": {"a": {"query": "x", "max_expansions": 5}}},
            MatchPhrasePrefix(field="a", query="x", max_expansions=5, path="query.match_phrase_prefix.a"),
        ),
        (
            {
                "multi_match": {
                    "query": "x",
                    "fields": ["a^2", "b*"],
                    "type": "cross_fields",
                    "tie_breaker": 0.5,
                }
            },
            MultiMatch(
                query="x",
                fields=(("a", 2.0), ("b*", 1.0)),
                kind="cross_fields",
                tie_breaker=0.5,
                path="query.multi_match",
            ),
        ),
        ({"match_all": {"boost": 3}}, MatchAll(boost=3.0, path="query.match_all")),
        ({"match_none": {}}, MatchNone(path="query.match_none")),
        ({"term": {"a": True}}, Term(field="a", value=True, path="query.term.a")),
        ({"term": {"a": {"value": 1.5}}}, Term(field="a", value=1.5, path="query.term.a")),
        (
            {"terms": {"a": ["x", 1], "boost": 2}},
            Terms(field="a", values=("x", 1), boost=2.0, path="query.terms"),
        ),
        (
            {"range": {"a": {"gt": 1, "lte": "now"}}},
            Range(field="a", low=1, high="now", include_low=False, path="query.range.a"),
        ),
        ({"exists": {"field": "a"}}, Exists(field="a", path="query.exists")),
        ({"ids": {"values": ["a", 7]}}, Ids(values=("a", "7"), path="query.ids")),
        ({"ids": {"values": "a"}}, Ids(values=("a",), path="query.ids")),
        ({"prefix": {"a": "x"}}, Prefix(field="a", value="x", path="query.prefix.a")),
        ({"prefix": {"a": {"value": "x"}}}, Prefix(field="a", value="x", path="query.prefix.a")),
        (
            {"bool": {"must": {"match_all": {}}, "should": [{"match_none": {}}]}},
            Bool(
                must=(MatchAll(path="query.bool.must.match_all"),),
                should=(MatchNone(path="query.bool.should[0].match_none"),),
                path="query.bool",
            ),
        ),
        (
            {"dis_max": {"queries": [{"match_all": {}}], "tie_breaker": "0.5"}},
            DisMax(
                queries=(MatchAll(path="query.dis_max.queries[0].match_all"),),
                tie_breaker=0.5,
                path="query.dis_max",
            ),
        ),
    ],
)
def test_a_query_is_read_into_its_type(body, expected):
    assert parse(body) == expected


def test_boosts_become_float32_before_any_use():
    assert parse({"match_all": {"boost": 0.1}}).boost == float(np.float32(0.1))


@pytest.mark.parametrize(
    ("body", "path", "fragment"),
    [
        ({}, "query", "empty clause found"),
        ([], "query", "must start with start_object"),
        ({"match": {}, "term": {}}, "query", "expected [END_OBJECT] but found [FIELD_NAME]"),
        ({"mtach": {}}, "query.mtach", "unknown query [mtach], did you mean [match]?"),
        ({"match": "x"}, "query.match", "no start_object after query name"),
        ({"match": {}}, "query.match", "fieldName is null or empty"),
        ({"match": {"a": 1, "b": 2}}, "query.match", "doesn't support multiple fields, found [a] and [b]"),
        ({"match": {"a": {}}}, "query.match.a", "No text specified for text query"),
        ({"match": {"a": None}}, "query.match.a", "requires query value"),
        ({"match": {"a": ["x"]}}, "query.match.a", "[START_ARRAY]"),
        (
            {"match": {"a": {"query": "x", "oprator": "or"}}},
            "query.match.a.oprator",
            "did you mean [operator]?",
        ),
        ({"match": {"a": {"query": "x", "operator": "xor"}}}, "query.match.a.operator", "[xor]"),
        (
            {"match": {"a": {"query": "x", "boost": -1}}},
            "query.match.a.boost",
            "negative [boost] are not allowed",
        ),
        (
            {"match": {"a": {"query": "x", "minimum_should_match": "most"}}},
            "query.match.a.minimum_should_match",
            "most",
        ),
        ({"match": {"a": "\ud800"}}, "query.match.a", "not valid Unicode"),
        (
            {"match_phrase": {"a": {"query": "x", "slop": -1}}},
            "query.match_phrase.a.slop",
            "No negative slop",
        ),
        ({"multi_match": {"query": "x", "type": "best"}}, "query.multi_match.type", "unknown type"),
        ({"multi_match": {"query": "x", "fields": ["a^b"]}}, "query.multi_match.fields[0]", "is no boost"),
        (
            {"multi_match": {"query": "x", "tie_breaker": 2}},
            "query.multi_match.tie_breaker",
            "must be in [0, 1]",
        ),
        ({"bool": {"must": [{"x": {}}]}}, "query.bool.must[0].x", "unknown query [x]"),
        (
            {"bool": {"musst": []}},
            "query.bool.musst",
            "[bool] query does not support [musst], did you mean [must]?",
        ),
        ({"dis_max": {"queries": []}}, "query.dis_max", "at least one clause"),
        ({"constant_score": {}}, "query.constant_score", "requires a 'filter' element"),
        ({"boosting": {"positive": {"match_all": {}}}}, "query.boosting", "requires 'negative' query"),
        ({"term": {"a": ["x"]}}, "query.term.a", "does not support array of values"),
        ({"term": {"a": None}}, "query.term.a", "value cannot be null"),
        ({"terms": {"a": "x"}}, "query.terms.a", "an array is wanted"),
        ({"terms": {"boost": 1}}, "query.terms", "requires a field name"),
        ({"range": {"a": {"gt": 1, "gte": 2}}}, "query.range.a.gt", "both [gte] and [gt]"),
        ({"range": {"a": {"lt": {}}}}, "query.range.a.lt", "[START_OBJECT]"),
        ({"exists": {}}, "query.exists", "must be provided with a [field]"),
        ({"ids": {"value": []}}, "query.ids.value", "did you mean [values]?"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(body, path, fragment):
    error = refused(body)

    assert error.path == path
    assert fragment in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {"query_string": {"query": "x"}},
        {"wildcard": {"a": "x*"}},
        {"nested": {}},
        {"pinned": {}},
        {"match": {"a": {"query": "x", "fuzziness": "AUTO"}}},
        {"multi_match": {"query": "x", "type": "bool_prefix"}},
        {"term": {"a": {"value": "x", "case_insensitive": True}}},
        {"range": {"a": {"from": 1}}},
        {"range": {"a": {"relation": "within"}}},
        {"prefix": {"a": {"value": "x", "rewrite": "scoring_boolean"}}},
        {"terms": {"a": {"index": "x"}}},
    ],
)
def test_what_we_do_not_have_is_refused_by_name(body):
    assert isinstance(refused(body), UnsupportedError)


def test_the_query_of_the_o19s_plugin_is_refused_with_the_rescorer_to_use_instead():
    error = refused({"sltr": {"model": "m", "params": {"keywords": "fox"}}})

    assert isinstance(error, UnsupportedError)
    assert "[learning_to_rank]" in str(error)


def nested(depth):
    body = {"match_all": {}}
    for _ in range(depth - 1):
        body = {"bool": {"must": body}}
    return body


def test_queries_nest_as_deeply_as_the_setting_says():
    assert parse(nested(30))
    assert "maximum nested depth" in str(refused(nested(31)))
    assert "maximum nested depth" in str(refused(nested(50_000)))


def test_a_query_that_holds_itself_is_too_deep():
    body = {"bool": {}}
    body["bool"]["must"] = body

    assert "maximum nested depth" in str(refused(body))


SPEC = st.one_of(
    st.integers(-12, 12).map(str),
    st.integers(-150, 150).map(lambda n: f"{n}%"),
)


@given(spec=SPEC, clauses=st.integers(0, 20))
def test_a_plain_minimum_is_never_negative_and_counts_as_documented(spec, clauses):
    amount = int(spec.rstrip("%"))
    share = int(clauses * amount / 100) if spec.endswith("%") else amount
    expected = clauses + share if amount < 0 else share

    assert required(spec, clauses) == max(expected, 0)


@given(
    limits=st.lists(st.tuples(st.integers(0, 20), SPEC), min_size=1, max_size=4), clauses=st.integers(0, 25)
)
def test_the_largest_condition_below_the_clause_count_decides(limits, clauses):
    limits.sort(key=lambda limit: limit[0])
    spec = " ".join(f"{above}<{amount}" for above, amount in limits)
    applicable = [amount for above, amount in limits if clauses > above]

    expected = required(applicable[-1], clauses) if applicable else clauses

    assert required(spec, clauses) == expected
