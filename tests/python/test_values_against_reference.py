"""Keywords, numbers, dates and booleans, several and none a document: found and scored alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, bits_of, examples
from requests_strategy import MAPPINGS, SETTINGS, collections, value_queries


@examples(200)
@given(collections(most=20), st.lists(value_queries, min_size=3, max_size=12))
def test_queries_on_values(docs, asked):
    both = Both(docs, MAPPINGS, SETTINGS)

    for query in asked:
        both.agree_on({"query": query, "size": 30})
        both.agree_on({"query": {"bool": {"must_not": query}}, "size": 30})


strings = st.sampled_from(["a", "b c", "2024", "2024-01-02", "12", "1.5", "true", "", "x" * 300])
KINDS = {
    "word": st.sampled_from(["a", "a b", "b", "", "x" * 300, "12 a"]),
    "whole": st.sampled_from([0, 1, -1, 2**62, "5", 2.7, "2.2"]),
    "part": st.sampled_from([0.5, 1.0, 2, "7", 1e-3]),
    "truth": st.sampled_from([True, False, "true", "false"]),
    "day": st.sampled_from(["2024-01-02", "2024-01-02T03:04:05.678Z", 0, "2024-02"]),
}
FIRST = {"word": "a", "whole": 1, "part": 1.5, "truth": True, "day": "2024-01-02"}
unmapped_documents = st.fixed_dictionaries(
    {},
    optional={
        **{
            name: st.one_of(values, st.lists(values, max_size=3), st.none()) for name, values in KINDS.items()
        },
        "deep": st.fixed_dictionaries({}, optional={"er": st.fixed_dictionaries(KINDS)}),
    },
)
QUERIES = [
    {"match": {"word": "a b"}},
    {"term": {"word.keyword": "a b"}},
    {"prefix": {"word.keyword": "x"}},
    {"range": {"word.keyword": {"gte": "a", "lt": "b"}}},
    {"exists": {"field": "word.keyword"}},
    {"exists": {"field": "deep"}},
    {"exists": {"field": "deep.er"}},
    {"term": {"whole": 5}},
    {"terms": {"whole": [2, 0, 2**62]}},
    {"range": {"whole": {"gt": 0.5}}},
    {"term": {"part": 0.001}},
    {"range": {"part": {"lt": 1.5}}},
    {"range": {"part": {"gt": 0.001, "lte": 7}}},
    {"term": {"truth": True}},
    {"terms": {"truth": ["false", True]}},
    {"range": {"truth": {"gt": False}}},
    {"term": {"day": "2024"}},
    {"range": {"day": {"gt": "2024-01-02", "lte": "now"}}},
    {"range": {"day": {"gte": "2024-01-02||/M", "lt": "2024-01-02||+1d/d"}}},
    {"match": {"deep.er.word": "b"}},
    {"range": {"deep.er.day": {"lt": "2000"}}},
]


@examples(60)
@given(st.lists(unmapped_documents, max_size=8), st.sampled_from([1, 3]))
def test_fields_found_in_documents(drawn, shards):
    docs = [{"id": "first", **FIRST, "deep": {"er": FIRST}}]
    docs += [{"id": str(number), **one} for number, one in enumerate(drawn)]
    both = Both(docs, settings={"number_of_shards": shards})

    for query in QUERIES:
        both.agree_on({"query": query})


@examples(60)
@given(st.lists(strings, min_size=1, max_size=3))
def test_the_first_string_decides_what_a_field_is(some):
    both = Both([{"_id": str(i), f"s{i}": one} for i, one in enumerate(some)], id_field="_id")
    kinds = {name: kind.type for name, kind in both.reference.mapping.fields.items() if "." not in name}

    assert {name: body["type"] for name, body in both.engine.mappings["properties"].items()} == kinds


@pytest.mark.parametrize("kind", ["long", "integer", "short", "byte", "double", "float"])
def test_the_ends_of_numbers(kind):
    values = [0, 1, -1, 127, -128] if kind == "byte" else [0, 1, -1, 32767, -32768, 100]
    docs = [{"id": str(i), "v": value} for i, value in enumerate(values)]
    both = Both(
        [*docs, {"id": "several", "v": [3, 2, 3]}, {"id": "none"}], {"properties": {"v": {"type": kind}}}
    )

    ends = (-(2**63), -1, -0.5, 0, 0.5, 2, 3, 2**63 - 1, *([] if kind == "float" else [1e300]))
    for low in ends:
        for relation in ("gt", "gte", "lt", "lte"):
            both.agree_on({"query": {"range": {"v": {relation: low}}}, "size": 20})
    assert sorted(both.engine.search(query={"range": {"v": {"gt": 1, "lt": 4}}}).ids) == ["several"]


def test_a_keyword_longer_than_ignore_above_is_not_there():
    mappings = {"properties": {"k": {"type": "keyword", "ignore_above": 3}}}
    both = Both([{"id": "0", "k": ["abc", "abcd"]}, {"id": "1", "k": "abcd"}], mappings)

    for query in ({"term": {"k": "abc"}}, {"term": {"k": "abcd"}}, {"exists": {"field": "k"}}):
        both.agree_on({"query": query})
    assert both.engine.search(query={"exists": {"field": "k"}}).ids == ["0"]
    assert bits_of(both.engine.search(query={"term": {"k": "abcd"}})) == []
