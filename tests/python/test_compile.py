"""Queries become the core's by Elasticsearch's rules: what is looked for where, and with which boost."""

import math

import numpy as np
import pytest

from rescora.errors import RequestError, UnsupportedError
from rescora.queries import Compiler, parse_query
from rescora.schema.conversions import next_real
from rescora.schema.schema import Schema
from tree import split, tree

SCHEMA = Schema(
    {
        "properties": {
            "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            "body": {"type": "text"},
            "stopped": {"type": "text", "analyzer": "stop"},
            "n": {"type": "long"},
            "small": {"type": "byte"},
            "x": {"type": "double"},
            "f": {"type": "float"},
            "day": {"type": "date"},
            "ok": {"type": "boolean"},
        }
    }
)
TITLE, RAW, BODY, STOPPED, N, SMALL, X, F, DAY, OK = range(10)
DAY_START, DAY_END = 1_416_268_800_000, 1_416_355_199_999  # 2014-11-18
LEAST, MOST = -(2**63), 2**63 - 1


def compiler(**kwargs):
    return Compiler(SCHEMA, split, tree, **kwargs)


def made(body, **kwargs):
    return compiler(**kwargs).compile(parse_query(body, "query", 30))


def refused(body, **kwargs):
    with pytest.raises(RequestError) as caught:
        made(body, **kwargs)
    return caught.value


def boolean(must=(), filters=(), should=(), must_not=(), minimum=0):
    return ("boolean", list(must), list(filters), list(should), list(must_not), minimum)


A, B, C = (("term", TITLE, word) for word in "abc")
NONE, ALL = ("match_none",), ("match_all",)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"match": {"title": "A"}}, A),
        ({"match": {"title": "a b"}}, boolean(should=[A, B])),
        ({"match": {"title": {"query": "a b", "operator": "and"}}}, boolean(must=[A, B])),
        (
            {"match": {"title": {"query": "a b c", "minimum_should_match": "-1"}}},
            boolean(should=[A, B, C], minimum=2),
        ),
        ({"match": {"title": {"query": "a", "minimum_should_match": 2}}}, A),
        (
            {"match": {"title": {"query": "a b", "operator": "and", "minimum_should_match": 1}}},
            boolean(must=[A, B], minimum=1),
        ),
        ({"match": {"title": ""}}, NONE),
        ({"match": {"title": {"query": " ", "zero_terms_query": "all"}}}, ALL),
        ({"match": {"title": {"query": "a", "boost": 0.1}}}, ("boost", A, float(np.float32(0.1)))),
        ({"match": {"title": 7}}, ("term", TITLE, "7")),
        ({"match": {"title": {"query": "the a", "analyzer": "stop"}}}, A),
        ({"match": {"raw": "x"}}, NONE),
        ({"match": {"title.raw": "A b"}}, ("term", RAW, "A b")),
        ({"match": {"n": "7"}}, ("integers", N, [7])),
        ({"match": {"n": {"query": "fox", "lenient": True}}}, NONE),
        ({"match": {"_id": "x"}}, ("ids", ["x"])),
        ({"match_phrase": {"title": "a"}}, A),
        (
            {"match_phrase": {"title": {"query": "a b a", "slop": 3}}},
            ("phrase", TITLE, [["a"], ["b"], ["a"]], [0, 1, 2], 3),
        ),
        ({"match_phrase": {"stopped": "the a the b"}}, ("phrase", STOPPED, [["a"], ["b"]], [0, 2], 0)),
        ({"match_phrase": {"title.raw": "a b"}}, ("term", RAW, "a b")),
        ({"match_phrase": {"stopped": "the"}}, NONE),
        ({"match_phrase_prefix": {"title": "a b"}}, ("phrase_prefix", TITLE, [["a"], ["b"]], [0, 1], 0, 50)),
        (
            {"match_phrase_prefix": {"title": {"query": "a", "max_expansions": 0}}},
            ("phrase_prefix", TITLE, [["a"]], [0], 0, 1),
        ),
        (
            {"match_phrase_prefix": {"stopped": "a b the"}},  # only match_bool_prefix heeds a hole at the end
            ("phrase_prefix", STOPPED, [["a"], ["b"]], [0, 1], 0, 50),
        ),
        ({"match_phrase_prefix": {"nothing": "a"}}, NONE),
    ],
)
def test_a_text_becomes_terms_and_phrases(body, expected):
    assert made(body) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"fields": ["title"]}, A),
        ({"fields": ["title^2"]}, ("boost", A, 2.0)),
        ({"fields": ["title^2", "body"]}, ("dis_max", [("boost", A, 2.0), ("term", BODY, "a")], 0.0)),
        ({"fields": ["title", "b*"], "type": "most_fields"}, ("dis_max", [A, ("term", BODY, "a")], 1.0)),
        ({"fields": ["title", "body"], "tie_breaker": 0.5}, ("dis_max", [A, ("term", BODY, "a")], 0.5)),
        (
            {"fields": ["title^2", "titl*^3"]},
            ("dis_max", [("boost", A, 6.0), ("boost", ("term", RAW, "a"), 3.0)], 0.0),
        ),
        ({"fields": ["title", "nothing"]}, A),
        ({"fields": ["nothing"]}, NONE),
        ({"fields": ["title", "body"], "type": "phrase"}, ("dis_max", [A, ("term", BODY, "a")], 0.0)),
        (
            {"fields": ["title^2", "body"], "type": "cross_fields", "tie_breaker": 0.3},
            ("blended", [(TITLE, "a"), (BODY, "a")], [2.0, 1.0], float(np.float32(0.3))),
        ),
        (
            {"fields": ["title", "body", "stopped"], "type": "cross_fields"},
            (
                "dis_max",
                [("blended", [(TITLE, "a"), (BODY, "a")], [1.0, 1.0], 0.0), ("term", STOPPED, "a")],
                0.0,
            ),
        ),
        ({"fields": ["n", "title"], "lenient": True}, ("dis_max", [NONE, A], 0.0)),
    ],
)
def test_multi_match_joins_fields_by_its_type(options, expected):
    assert made({"multi_match": {"query": "a", **options}}) == expected


def test_without_fields_all_are_searched_and_numbers_let_words_pass():
    found = made({"multi_match": {"query": "fox"}})

    assert found[0] == "dis_max"
    assert found[1][:4] == [("term", field, "fox") for field in (TITLE, RAW, BODY, STOPPED)]
    assert set(found[1][4:]) == {NONE}


def test_cross_fields_looks_for_each_word_in_any_field():
    both = [(TITLE, "a"), (BODY, "a")], [1.0, 1.0], 0.0

    found = made(
        {
            "multi_match": {
                "query": "a b",
                "fields": ["title", "body"],
                "type": "cross_fields",
                "operator": "and",
            }
        }
    )

    assert found == boolean(
        must=[("blended", *both), ("blended", [(TITLE, "b"), (BODY, "b")], [1.0, 1.0], 0.0)]
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"bool": {}}, ALL),
        ({"bool": {"must_not": {"match_all": {}}}}, boolean(filters=[ALL], must_not=[ALL])),
        ({"bool": {"must_not": [], "filter": {"match_all": {}}}}, boolean(filters=[ALL])),
        (
            {"bool": {"should": [{"match_all": {}}, {"match_none": {}}], "minimum_should_match": "100%"}},
            boolean(should=[ALL, NONE], minimum=2),
        ),
        (
            {"constant_score": {"filter": {"match_all": {}}, "boost": 2}},
            ("boost", ("constant_score", ALL), 2.0),
        ),
        (
            {
                "boosting": {
                    "positive": {"match_all": {}},
                    "negative": {"match_none": {}},
                    "negative_boost": 0.5,
                }
            },
            ("boosting", ALL, NONE, 0.5),
        ),
        ({"dis_max": {"queries": [{"match_all": {}}], "tie_breaker": 1}}, ("dis_max", [ALL], 1.0)),
    ],
)
def test_queries_of_queries(body, expected):
    assert made(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"term": {"title": "A b"}}, ("term", TITLE, "A b")),
        ({"term": {"title.raw": True}}, ("term", RAW, "true")),
        ({"term": {"n": "7"}}, ("integers", N, [7])),
        ({"term": {"n": 7.0}}, ("integers", N, [7])),
        ({"term": {"n": 3.5}}, NONE),
        ({"term": {"small": 128}}, NONE),
        ({"term": {"f": 0.1}}, ("reals", F, [float(np.float32(0.1))], True)),
        ({"term": {"x": "0.1"}}, ("reals", X, [0.1], False)),
        ({"term": {"ok": "true"}}, ("term", OK, "T")),
        ({"terms": {"ok": [True, "false", True]}}, ("terms", OK, ["F", "T"])),
        ({"range": {"ok": {"gt": False}}}, ("term_range", OK, "F", None, False, True)),
        ({"term": {"day": "2014-11-18"}}, ("integer_range", DAY, DAY_START, DAY_END)),
        ({"term": {"_id": 7}}, ("ids", ["7"])),
        ({"term": {"nothing": 1}}, NONE),
        ({"terms": {"title.raw": ["b", "a", "b", 1]}}, ("terms", RAW, ["1", "a", "b"])),
        ({"terms": {"n": [3, "1", 3.0, 2.5]}}, ("integers", N, [1, 3])),
        ({"terms": {"n": [2.5]}}, NONE),
        ({"terms": {"x": [2, 1.5]}}, ("reals", X, [1.5, 2.0], False)),
        ({"terms": {"x": [0, "-0.0", 0.0]}}, ("reals", X, [-0.0, 0.0], False)),
        ({"terms": {"n": []}}, NONE),
        ({"terms": {"_id": ["b", "a", "b"]}}, ("ids", ["a", "b"])),
        (
            {"terms": {"day": ["2014-11-18", "1416268800000"]}},
            (
                "constant_score",
                boolean(
                    should=[
                        ("integer_range", DAY, DAY_START, DAY_START),
                        ("integer_range", DAY, DAY_START, DAY_END),
                    ]
                ),
            ),
        ),
        ({"ids": {"values": ["b", "a", "b"]}}, ("ids", ["a", "b"])),
        ({"ids": {"values": []}}, NONE),
        ({"prefix": {"title": "a"}}, ("prefix", TITLE, "a")),
        ({"exists": {"field": "n"}}, ("constant_score", ("exists", N))),
        ({"exists": {"field": "nothing"}}, NONE),
        (
            {"exists": {"field": "title*"}},
            ("constant_score", boolean(should=[("exists", TITLE), ("exists", RAW)])),
        ),
    ],
)
def test_values_are_looked_for_by_the_type_of_the_field(body, expected):
    assert made(body) == expected


@pytest.mark.parametrize(
    ("field", "limits", "expected"),
    [
        ("n", {"gt": 3, "lt": 7}, (N, 4, 6)),
        ("n", {"gt": 3.5, "lte": "7.5"}, (N, 4, 7)),
        ("n", {"gte": -3.5, "lt": -1.5}, (N, -3, -2)),
        ("n", {}, (N, LEAST, MOST)),
        ("n", {"gte": 10**30}, None),
        ("n", {"lte": 1e30}, (N, LEAST, MOST)),
        ("n", {"gt": 3, "lt": 4}, (N, 4, 3)),
        ("small", {"gte": -1000, "lte": 5}, (SMALL, -1000, 5)),
        ("small", {}, (SMALL, -(2**31), 2**31 - 1)),
        ("day", {"gte": "2014-11-18", "lte": "2014-11-18"}, (DAY, DAY_START, DAY_END)),
        ("day", {"gt": "2014-11-18", "lt": "2014-11-20"}, (DAY, DAY_END + 1, DAY_END + 86_400_000)),
        ("day", {"gte": "now/d", "lt": "now"}, (DAY, DAY_START, DAY_START + 4)),
        ("day", {"gte": "18.11.2014", "format": "dd.MM.yyyy"}, (DAY, DAY_START, MOST)),
        ("day", {"gte": "2014-11-18", "time_zone": "+01:00"}, (DAY, DAY_START - 3_600_000, MOST)),
        ("day", {"lte": DAY_START}, (DAY, LEAST, DAY_START)),
    ],
)
def test_ranges_of_integers_and_dates_include_their_ends(field, limits, expected):
    kind = "date_range" if field == "day" else "integer_range"
    wanted = NONE if expected is None else (kind, *expected)

    assert made({"range": {field: limits}}, now=DAY_START + 5) == wanted


@pytest.mark.parametrize(
    ("field", "limits", "expected"),
    [
        ("x", {"gte": 0.1, "lte": "2"}, (X, 0.1, 2.0)),
        ("x", {"gt": 0.1}, (X, math.nextafter(0.1, math.inf), math.inf)),
        ("f", {"gt": 0.1}, (F, float(np.nextafter(np.float32(0.1), np.float32(np.inf))), math.inf)),
        ("f", {"lt": 0.1}, (F, -math.inf, float(np.nextafter(np.float32(0.1), np.float32(-np.inf))))),
        ("x", {"gt": 0, "lt": "-0.0"}, (X, 5e-324, -5e-324)),
        ("x", {"gt": "-0.0", "lt": 0}, (X, 0.0, -0.0)),
    ],
)
def test_ranges_of_reals_step_to_the_next_value_the_field_can_hold(field, limits, expected):
    found = made({"range": {field: limits}})

    assert found == ("real_range", *expected, field == "f")
    assert [math.copysign(1, end) for end in found[2:4]] == [math.copysign(1, end) for end in expected[1:]]


@pytest.mark.parametrize("start", [0.0, -0.0, 1.0, -1.0, 1e-45, -1e-45, 3.4028235e38, 0.1])
@pytest.mark.parametrize("direction", [1, -1])
def test_the_next_float_is_numpys_but_for_the_two_zeros(start, direction):
    if start == 0 and math.copysign(1, start) != direction:
        assert math.copysign(1, next_real(start, "float", direction)) == direction
        assert next_real(start, "float", direction) == 0
        return
    with np.errstate(over="ignore"):
        want = np.nextafter(np.float32(start), np.float32(direction * np.inf))

    assert np.float32(next_real(float(np.float32(start)), "float", direction)) == want


def test_ranges_of_words_keep_their_ends_as_they_are():
    found = made({"range": {"title.raw": {"gt": "a", "lte": 7}}})

    assert found == ("term_range", RAW, "a", "7", False, True)


def test_named_queries_are_collected_with_their_boosts():
    made_by = compiler()

    made_by.compile(
        parse_query({"bool": {"should": {"match_all": {"boost": 2, "_name": "in"}}, "_name": "out"}}, "", 30)
    )

    inner = ("boost", ALL, 2.0)
    assert made_by.named == [("in", inner), ("out", boolean(should=[inner]))]


@pytest.mark.parametrize(
    ("body", "fragment", "kind"),
    [
        ({"match": {"n": "fox"}}, 'For input string: "fox"', "query_shard_exception"),
        ({"term": {"ok": "yes"}}, "Can't parse boolean value [yes]", "query_shard_exception"),
        ({"term": {"day": "x"}}, "failed to parse date field [x]", "query_shard_exception"),
        ({"terms": {"x": ["x"]}}, "For input string", "query_shard_exception"),
        ({"range": {"day": {"gte": "x"}}}, "failed to parse date field", "query_shard_exception"),
        ({"range": {"day": {"gte": 1, "format": "ww"}}}, "Invalid format", "query_shard_exception"),
        (
            {"range": {"day": {"gte": 1, "time_zone": "Nowhere"}}},
            "Unknown time-zone",
            "query_shard_exception",
        ),
        ({"range": {"f": {"gte": 1e39}}}, "finite values", "query_shard_exception"),
        ({"match": {"title": {"query": "a", "analyzer": "x"}}}, "No analyzer found for [x]", None),
        ({"prefix": {"n": "1"}}, "Can only use prefix queries on", "query_shard_exception"),
        ({"match_phrase_prefix": {"n": "1"}}, "Can only use phrase prefix queries on text fields", None),
        (
            {"match_phrase": {"title.raw": {"query": "a b", "analyzer": "standard"}}},
            "Can only use phrase queries",
            None,
        ),
    ],
)
def test_what_a_field_cannot_do_is_named(body, fragment, kind):
    error = refused(body)

    assert fragment in str(error)
    assert error.path.startswith("query.")
    assert error.type == (kind or "illegal_argument_exception")


def test_a_query_may_have_only_so_many_words():
    assert made({"match": {"title": "a b c"}}, max_clauses=3)
    error = refused({"match": {"title": "a b c d"}}, max_clauses=3)
    assert error.type == "too_many_nested_clauses"
    assert "maxClauseCount is set to 3" in str(error)


def test_words_at_one_position_are_alternatives_of_a_phrase_and_refused_elsewhere():
    def analyze(_name, text):
        return [(word, i // 2) for i, word in enumerate(text.split())]

    def compiled(name):
        query = parse_query({name: {"title": "a b c d"}}, "query", 30)
        return Compiler(SCHEMA, analyze, tree).compile(query)

    assert compiled("match_phrase") == ("phrase", TITLE, [["a", "b"], ["c", "d"]], [0, 1], 0)
    with pytest.raises(UnsupportedError, match="synonyms"):
        compiled("match")
