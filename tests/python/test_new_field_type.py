"""A new type of fields is a class and a line in the list of types: here, addresses kept as integers."""

from ipaddress import IPv4Address

import pytest

from rescora import Index, RequestError
from rescora.schema.field import FieldType, Seen, converted
from rescora.schema.parameters import LENIENT
from rescora.schema.types.registry import TYPES


def number_of(value):
    return int(IPv4Address(value))


class Address(FieldType):
    name = "address"
    parameters = LENIENT
    is_searched = keeps_numbers = True
    seen = Seen("long", "integer", "long")

    def leaf(self, field):
        return lambda value, sink: sink.integer(field.number, converted(field, value, number_of))

    def term(self, make, field, value, _now):
        return make("integers", field.number, [number_of(value)])

    def terms(self, make, field, values, _now):
        return make("integers", field.number, sorted(set(map(number_of, values))))

    def between(self, make, field, bounds, _now):
        low, high = number_of(bounds.low or "0.0.0.0"), number_of(bounds.high or "255.255.255.255")
        first, last = low + (not bounds.include_low), high - (not bounds.include_high)
        return make("integer_range", field.number, first, last)


@pytest.fixture
def index(monkeypatch, tmp_path):
    monkeypatch.setitem(TYPES, "address", Address())
    docs = [{"_id": "a", "ip": "10.0.0.1"}, {"_id": "b", "ip": ["10.0.0.9", "::1"]}, {"_id": "c", "n": 1}]
    mapping = {"properties": {"ip": {"type": "address", "ignore_malformed": True}}}
    return Index.from_documents(docs, mappings=mapping, path=tmp_path / "saved")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"term": {"ip": "10.0.0.1"}}, ["a"]),
        ({"terms": {"ip": ["10.0.0.1", "10.0.0.9", "10.0.0.9"]}}, ["a", "b"]),
        ({"range": {"ip": {"gt": "10.0.0.1"}}}, ["b"]),
        ({"match": {"ip": "10.0.0.9"}}, ["b"]),
        ({"multi_match": {"query": "10.0.0.1", "fields": ["*"]}}, ["a"]),
        ({"exists": {"field": "ip"}}, ["a", "b"]),
        ({"script": {"script": "doc['ip'].size() > 0 && doc['ip'].value % 256 == 9"}}, ["b"]),
    ],
)
def test_it_is_read_searched_and_seen_by_scripts(index, query, found):
    assert index.search(query={"bool": {"filter": query}}).ids == found


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"term": {"ip": "here"}}, "failed to create query: .*'here'"),
        ({"prefix": {"ip": "10."}}, r"Can only use prefix queries on .* which is of type \[address\]"),
        ({"rank_feature": {"field": "ip"}}, r"only works on \[rank_feature\] fields"),
        ({"distance_feature": {"field": "ip", "origin": "now", "pivot": "1d"}}, "Illegal data type"),
    ],
)
def test_what_it_does_not_say_is_refused(index, query, reason):
    with pytest.raises(RequestError, match=reason):
        index.search(query=query)


def test_what_a_type_does_not_say_is_refused(monkeypatch):
    class Silent(FieldType):
        name = "silent"

    monkeypatch.setitem(TYPES, "silent", Silent())
    mapping = {"properties": {"x": {"type": "silent"}}}
    with pytest.raises(
        RequestError, match=r"failed to parse field \[x\] of type \[silent\].*no single value"
    ):
        Index.from_documents([{"_id": "a", "x": 1}], mappings=mapping)
    index = Index.from_documents([{"_id": "a"}], mappings=mapping)
    for query in ({"term": {"x": 1}}, {"terms": {"x": [1]}}, {"range": {"x": {"gt": 1}}}):
        with pytest.raises(RequestError, match=r"\[x\] of type \[silent\]"):
            index.search(query=query)
