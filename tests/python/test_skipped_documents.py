"""Documents that cannot be indexed are left out on demand, as if they had not been given."""

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from rescora import Index, RequestError
from rescora.cli import main

MAPPINGS = {
    "properties": {
        "n": {"type": "long"},
        "when": {"type": "date"},
        "v": {"type": "dense_vector", "index": False},
        "w": {"type": "dense_vector"},
        "strict": {"type": "object", "dynamic": "strict"},
        "t": {"type": "text", "fields": {"k": {"type": "keyword"}}},
    }
}
GOOD = [
    {"n": 1, "t": "red fox", "new": "a word"},
    {"when": "2014-11-18", "v": [1.0, 2.0, 3.0], "deep": {"er": {"x": True}}},
    {"t": ["brown dog", "fox"], "w": [1.0, 0.0], "n": [1, 2, 3]},
    {"other": 0.5, "deep": {"y": "2015-01-01"}},
    {},
]
BAD = [
    {"fresh": "x", "also": {"in": 5}, "t": "red fox", "n": "many"},
    {"t": "red fox", "v": [1.0, 2.0], "n": {}},  # its vector would tell the dimensions
    {"new": {"an": "object"}, "t": "red"},
    {"deep": 5, "fresh": 7},
    {"w": [0.0, 0.0], "t": "red fox"},
    {"n": [1, 2, "x"], "t": "red"},
    {"strict": {"unknown": 1}},
    {"_source": 5},
    {"when": "yesterday", "fresh": [1, 2]},
    "no object",
    {"n": 1, "": 5},
    {"bytes": b"\xff", "n": 1},
]


def state(index):
    """Return all that can be asked of an index."""
    queries = [{"match": {"t": "red fox"}}, {"exists": {"field": "n"}}, {"match_phrase": {"t": "brown fox"}}]
    found = [index.search(query=query, size=100).to_dict()["hits"] for query in queries]
    return [(hit.id, hit.source) for hit in index.search(size=1000)], found, index.mappings, repr(index)


@examples(60)
@given(places=st.lists(st.tuples(st.booleans(), st.integers(0, 11)), max_size=12), shards=st.integers(1, 2))
def test_the_index_is_that_of_the_good_documents(places, shards):
    rows = [(GOOD[place % len(GOOD)] if good else BAD[place]) for good, place in places]
    # in their first order, for what is good beside one document need not be beside another
    kept, skipped = [], []
    for number, row in enumerate(rows):
        document = {"_id": str(number), **row} if isinstance(row, dict) else row
        try:
            Index.from_documents([*kept, document], mappings=MAPPINGS)
        except RequestError:
            skipped.append(str(number))
        else:
            kept.append(document)
    settings = {"number_of_shards": shards}

    index = Index.from_documents(rows, mappings=MAPPINGS, settings=settings, on_error="skip")

    assert state(index) == state(Index.from_documents(kept, mappings=MAPPINGS, settings=settings))
    assert len(index.skipped) == len(skipped)


def test_ids_and_reasons_of_what_was_left_out_are_told():
    docs = [
        {"_id": "a", "n": 1},
        {"_id": "b", "n": "x"},
        {"_id": True},
        {"_id": "a", "n": 2},
        {"_id": 5, "n": "y"},
    ]

    index = Index.from_documents(docs, mappings=MAPPINGS, on_error="skip")

    assert index.ids([0]) == ["a"]
    assert [identity for identity, _ in index.skipped] == ["b", None, "a", "5"]
    reasons = [skipped.reason for skipped in index.skipped]
    assert reasons[0].startswith("document [b]: failed to parse field [n] of type [long]")
    assert "document 2: [_id] must be the document's id" in reasons[1]
    assert reasons[2] == "the id [a] is there already; ids must differ"
    assert Index.from_documents([{"n": 1}]).skipped == []


def test_what_was_left_out_travels_between_processes():
    index = Index.from_documents([{"n": "x"}], mappings=MAPPINGS, on_error="skip")

    assert pickle.loads(pickle.dumps(index.skipped)) == index.skipped


def test_numbers_as_ids_are_those_of_the_rows_that_were_given():
    index = Index.from_documents([{"n": 1}, {"n": "x"}, {"n": 3}], mappings=MAPPINGS, on_error="skip")

    assert index.ids([0, 1]) == ["0", "2"]


def test_lines_that_are_no_json_are_left_out_too(tmp_path):
    path = tmp_path / "docs.jsonl"
    path.write_text('{"n": 1}\n{"n": 1\n\nnonsense\n{"n": 4}\n')

    index = Index.from_documents(path, on_error="skip", path=tmp_path / "index")

    assert index.ids([0, 1]) == ["0", "3"]
    assert [identity for identity, _ in index.skipped] == [None, None]
    assert f"line 4 of {path} is not one JSON object" in index.skipped[1].reason
    with pytest.raises(RequestError, match="line 2 of"):
        Index.from_documents(path)


def test_columns_lose_the_rows_of_what_was_left_out():
    docs = [{"_id": "a"}, {"_id": "b", "n": "x"}, {"_id": "c"}]
    columns = {"likes": np.array([1, 2, 3]), "v": np.eye(3, dtype=np.float32)}

    index = Index.from_documents(docs, mappings=MAPPINGS, columns=columns, on_error="skip")

    dot = {"source": "dotProduct(params.q, 'v')", "params": {"q": [1, 2, 3]}}
    fields = {"likes": {"script": "doc['likes'].value"}, "v": {"script": dot}}
    hits = index.search(script_fields=fields)
    assert [(hit.id, hit.fields["likes"], hit.fields["v"]) for hit in hits] == [
        ("a", [1], [1.0]),
        ("c", [3], [3.0]),
    ]
    with pytest.raises(RequestError, match="for each of the 3 documents, not 2"):
        Index.from_documents(docs, mappings=MAPPINGS, columns={"likes": [1, 2]}, on_error="skip")


def test_rows_of_tables_are_left_out():
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(
        {"_id": ["a", "b", "c"], "when": ["2014-11-18", "never", "2015-01-01"], "m": [1, 2, 3]}
    )

    index = Index.from_documents(table, mappings=MAPPINGS, on_error="skip")

    assert [(hit.id, hit.source["m"]) for hit in index.search()] == [("a", 1), ("c", 3)]
    assert [identity for identity, _ in index.skipped] == ["b"]


def test_bad_documents_of_a_bulk_request_are_left_out():
    bulk = [{"index": {"_id": "a"}}, {"n": "x"}, {"index": {"_id": "b"}}, {"n": 2}]

    index = Index.from_documents(bulk, mappings=MAPPINGS, on_error="skip")

    assert index.ids([0]) == ["b"]
    assert index.skipped[0].id == "a"


def test_mistakes_in_mappings_and_in_the_callers_code_are_never_skipped():
    with pytest.raises(RequestError, match="No handler for type"):
        Index.from_documents([{}], mappings={"properties": {"a": {"type": "txt"}}}, on_error="skip")
    with pytest.raises(ZeroDivisionError):
        Index.from_documents((1 / 0 for _ in range(3)), on_error="skip")
    with pytest.raises(ValueError, match='on_error must be "raise" or "skip", not \'ignore\''):
        Index.from_documents([], on_error="ignore")


def test_many_batches_with_documents_left_out_are_whole():
    docs = [{"n": number if number % 7 else "x", "t": f"w{number % 11}"} for number in range(9_001)]

    index = Index.from_documents(docs, mappings=MAPPINGS, on_error="skip")

    kept = [str(number) for number in range(9_001) if number % 7]
    assert index.ids(range(len(index))) == kept
    assert [identity for identity, _ in index.skipped] == [None] * (9_001 - len(kept))
    found = index.search(query={"term": {"n": 8_998}}, size=5)
    assert found.ids == ["8998"]


def test_the_command_says_what_it_left_out(tmp_path, capsys):
    path, output = tmp_path / "docs.jsonl", tmp_path / "out.rescora"
    path.write_text("".join(json.dumps({"_id": str(i), "n": {"a": 1} if i else 1}) + "\n" for i in range(13)))

    assert main(["index", str(path), "-o", str(output)]) == 2
    capsys.readouterr()
    assert main(["index", str(path), "-o", str(output), "--on-error", "skip"]) == 0

    said = capsys.readouterr()
    assert "1 document, 12 documents left out, 1 field" in said.out
    lines = said.err.splitlines()
    assert lines[0].startswith("rescora: left out: document [1]: failed to parse field [n]")
    assert (len(lines), lines[-1]) == (11, "rescora: left out: 2 more")
