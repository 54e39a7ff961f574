"""Helpers of the tests of field types: the values that a saved index holds, and the errors for others."""

import json

import pytest
from hypothesis import strategies as st

import rescora
from format_reader import Shard, sections_of
from rescora import Index

DOCS = [{"_id": str(i)} for i in range(6)]
degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))  # latitude and longitude


def mapping_of(kind, **parameters):
    return {"properties": {"f": {"type": kind, **parameters}}}


def read(index, tmp_path, field="f"):
    """Return what the saved index holds of a field, by document: numbers, or a vector's row."""
    index.save(tmp_path / "index")
    sections = sections_of((tmp_path / "index").read_bytes())
    number = json.loads(sections[1, 0, 0])["fields"].index(field)
    found = {}
    for shard in (Shard(sections, n) for n in range(len({key[1] for key in sections}))):
        if number in shard.records:
            of_vectors = shard.records[number][1] == 5
            column = shard.vectors(number)[2] if of_vectors else shard.column(1, number)
            found.update(zip(shard.words(10), column, strict=True))
    return found


def kept(value, tmp_path, **definition):
    return read(Index.from_documents([{"f": value}], mappings=mapping_of(**definition)), tmp_path)["0"]


def refusal(documents, mappings=None, **definition):
    with pytest.raises(rescora.RequestError) as caught:
        Index.from_documents(documents, mappings=mappings or mapping_of(**definition))
    return str(caught.value)


def ids_with(index, field="f"):
    return sorted(index.search(query={"exists": {"field": field}}, size=100).ids)
