"""Documents in envelopes, hits and bulk requests, are read as what they are; ids that seem meant are told."""

import io
import json
import sys
import warnings

import pytest

import rescora
from rescora import Index, RequestError, RescoraWarning, UnsupportedError
from rescora.cli import main

DOCS = [{"title": "A red fox", "n": 1}, {"title": "A dog", "n": 2.5}, {"title": "Cats", "n": 3}]
IDS = ["a", "b", "7"]
WANTED = [{"_id": identity, **doc} for identity, doc in zip(IDS, DOCS, strict=True)]
HITS = [
    {"_index": "papers", "_id": identity, "_score": 1.5, "_source": doc, "sort": [1], "_ignored": ["x"]}
    for identity, doc in zip(IDS, DOCS, strict=True)
]
BULK = [
    item
    for action, identity, doc in zip(("index", "create", "index"), ("a", "b", 7), DOCS, strict=True)
    for item in ({action: {"_index": "papers", "_id": identity, "version": 3}}, doc)
]
CLIENT = [
    {"_op_type": "index", "_index": "papers", "_id": i, "_source": d} for i, d in zip(IDS, DOCS, strict=True)
]


def contents(index):
    hits = index.search(query={"match": {"title": "a fox"}}, size=100).to_dict()["hits"]
    everything = index.search(size=100)
    return {hit.id: hit.source for hit in everything}, hits["hits"], index.mappings


def json_lines(items):
    return "".join(json.dumps(item) + "\n" for item in items).encode()


@pytest.mark.parametrize("items", [HITS, BULK, CLIENT], ids=["hits", "bulk", "client"])
@pytest.mark.parametrize("form", ["list", "path", "file", "text file"])
def test_enveloped_documents_make_the_index_of_the_documents(items, form, tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_bytes(json_lines(items))
    given = {
        "list": lambda: items,
        "path": lambda: path,
        "file": lambda: io.BytesIO(path.read_bytes()),
        "text file": lambda: io.StringIO(path.read_text()),
    }

    assert contents(Index.from_documents(given[form]())) == contents(Index.from_documents(WANTED))


def test_sources_of_a_bulk_request_are_kept_as_they_were_written():
    lines = b'{"index": {"_id": "a"}}\n{"x": 1.50, "y":  [1e3]}\n\n{"index": {}}\n{"x": 2}\n'
    index = Index.from_documents(io.BytesIO(lines))

    assert index._view.core.source(0) == b'{"x": 1.50, "y":  [1e3]}'
    assert index.ids([0, 1]) == ["a", "1"]  # without an id the number of the document is it


def test_an_id_field_that_is_said_is_looked_for_in_the_sources():
    docs = [{"_id": "x", "_source": {"pmid": "p1"}}, {"_index": "i", "_source": {"pmid": "p2"}}]

    assert Index.from_documents(docs, id_field="pmid").ids([0, 1]) == ["p1", "p2"]


ORDINARY = [
    [{"index": {"_id": "1"}}, {"index": {"_id": "2"}}],
    [{"index": "a"}, {"title": "x"}],
    [{"index": {"_id": "1"}, "title": "y"}, {"title": "x"}],
    [{"index": {"name": "x"}}, {"title": "x"}],
    [{"index": {"_id": "1"}}],
    [{"index": {"_id": "1"}}, {"title": "x"}, {"title": "y"}],
    [{"create": {"at": "2014-11-18"}}, {"title": "x"}],
    [{"delete": {"_id": "1"}}, {"title": "x"}],
    [{"update": 5}],
]


@pytest.mark.parametrize("docs", ORDINARY)
def test_documents_with_a_field_that_is_called_as_an_action_stay_documents(docs):
    assert [hit.source for hit in Index.from_documents(docs).search()] == docs


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([{"delete": {"_id": "a"}}], r"bulk action 1: \[delete\] in documents is not supported"),
        ([*BULK, {"delete": {"_id": "a"}}], r"bulk action 4: \[delete\] in documents is not supported"),
        ([*BULK, {"update": {"_id": "a"}}, {"doc": {}}], r"bulk action 4: \[update\]"),
        ([{**CLIENT[0], "_op_type": "delete"}], r"document \[a\]: \[delete\] in documents"),
        ([{"update": {"_id": "a"}}, {"doc": {"n": 1}}], r"bulk action 1: \[update\]"),
        ([*BULK, {"index": {"pipeline": "clean"}}, {}], r"bulk action 4: \[pipeline\] of a bulk action"),
    ],
)
@pytest.mark.parametrize("on_error", ["raise", "skip"])
def test_what_would_change_documents_is_refused_as_not_supported_yet(items, message, on_error):
    with pytest.raises(UnsupportedError, match=message):
        Index.from_documents(items, on_error=on_error)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([*BULK, {"index": {"_id": "c"}}], "bulk action 4 must be followed by its document, not .None."),
        (
            [*BULK, {"title": "x"}, {}],
            "bulk action 4 must be one of .*, not .title.",
        ),
        ([*BULK, {"indx": {}}, {}], "did you mean .index."),
        ([*BULK, {"index": {"_ids": "c"}}, {}], "unknown parameter ._ids., did you mean ._id."),
        ([*BULK, {"index": {}, "create": {}}, {}], "bulk action 4 must be an object with one key"),
        ([*BULK, {"index": {"_id": "c"}}, {"_id": "c"}], "Field ._id. is a metadata field"),
        ([{"_id": "a", "_source": {"_id": "b"}}], "Field ._id. is a metadata field"),
        ([{"_id": "a", "_source": {}, "title": "x"}], "Field ._source. is a metadata field"),
        ([*BULK[:2], *BULK[:2]], "the id .a. is there already"),
    ],
)
def test_envelopes_that_are_none_are_refused(items, message):
    with pytest.raises(RequestError, match=message):
        Index.from_documents(items)


@pytest.mark.parametrize(
    "items", [[{**HITS[0], "_routing": "x"}], [{"index": {"_id": "a", "routing": "x"}}, {"n": 1}]]
)
def test_a_routing_is_refused_where_it_would_choose_the_shard(items):
    assert len(Index.from_documents(items)) == 1
    with pytest.raises(UnsupportedError, match="routing by anything but the id"):
        Index.from_documents(items, settings={"number_of_shards": 2})


def test_a_line_of_a_bulk_request_that_is_no_json_ends_the_work():
    for broken in range(6):
        lines = json_lines(BULK).splitlines(keepends=True)
        lines[broken] = b"{\n"
        with pytest.raises(RequestError, match=rf"line {broken + 1} of the file is not one JSON object"):
            Index.from_documents(io.BytesIO(b"".join(lines)), on_error="skip")


# -- ids that were perhaps meant


def warnings_of(*args, **keywords):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Index.from_documents(*args, **keywords)
    return said


TABLE = {"id": ["x", "y"], "n": [1, 2]}


@pytest.mark.parametrize("form", ["dicts", "bulk without ids", "a table", "a table without sources"])
def test_row_numbers_as_ids_are_told_once_if_every_document_has_an_id(form):
    docs = [{"id": "x", "n": 1}, {"id": 2, "n": 2}] * 3
    keywords = {}
    if form == "bulk without ids":
        docs = [item for doc in docs for item in ({"index": {}}, doc)]
    elif form.startswith("a table"):
        docs = pytest.importorskip("pyarrow").table({"id": [5, 6], "n": [1, 2]})
        keywords = {"mappings": {"_source": {"enabled": "sources" not in form}}}

    [warning] = warnings_of(docs, **keywords)

    assert warning.category is RescoraWarning
    assert 'write id_field="id"' in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize(
    ("docs", "keywords"),
    [
        ([{"id": "x"}, {"n": 2}], {}),
        ([{"id": "x", "_id": "a"}, {"id": "y", "_id": "b"}], {}),
        ([{"id": "x", "_id": "a"}, {"id": "y"}], {}),
        ([{"id": "x"}], {"id_field": "id"}),
        ([{"id": "x"}], {"id_field": "_id"}),
        ([{"id": {"a": 1}}], {}),
        ([{"id": None}], {}),
        ([{"_id": "a", "_source": {"id": "x"}}], {}),
        ([], {}),
    ],
)
def test_nothing_is_told_where_ids_are_clear(docs, keywords):
    assert warnings_of(docs, **keywords) == []


def test_the_command_reads_a_bulk_request_and_names_its_own_option_for_ids(tmp_path, capsys, monkeypatch):
    output = tmp_path / "out.rescora"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json_lines(BULK))))
    assert main(["index", "-", "-o", str(output)]) == 0
    assert capsys.readouterr().err == ""
    assert contents(Index.open(output)) == contents(Index.from_documents(WANTED))

    path = tmp_path / "docs.jsonl"
    path.write_bytes(json_lines([{"id": "x"}, {"id": "y"}]))
    assert main(["index", str(path), "-o", str(tmp_path / "other.rescora")]) == 0
    said = capsys.readouterr().err
    assert said.startswith("rescora: warning: every document has [id] and none has [_id]")
    assert said.rstrip().endswith("write --id-field id")
    assert said.count("\n") == 1
    assert main(["index", str(path), "-o", str(tmp_path / "third.rescora"), "--id-field", "id"]) == 0
    assert capsys.readouterr().err == ""
    assert rescora.Index.open(tmp_path / "third.rescora").ids([0, 1]) == ["x", "y"]


def test_a_dict_that_a_generator_fills_again_and_again_is_read_each_time():
    def filled():
        document = {}
        for number in range(6):
            document["n"] = number
            document["_id"] = f"d{number}"
            yield document

    index = Index.from_documents(filled())

    assert index.ids(range(6)) == [f"d{n}" for n in range(6)]
    assert index.search(query={"term": {"n": 0}}).ids == ["d0"]
