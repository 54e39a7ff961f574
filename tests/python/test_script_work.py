"""The limit on script work: all that can be expensive counts, over all scripts of a request."""

import time

import numpy as np
import pytest

from rescora import Index, ScriptError

pytestmark = pytest.mark.slow

DONE = "more work than the scripts of one request may do"
LONG = "a" * 1_000_000
DOCS = [{"_id": str(number), "n": number, "tag": f"tag{number}"} for number in range(1_000)]


@pytest.fixture(scope="module")
def index():
    return Index.from_documents(DOCS, settings={"number_of_shards": 2})


def ask(index, source, params=None, **keywords):
    """Search by a script; return the error and the seconds of processor time."""
    script = {"source": source, "params": params or {}}
    query = {"script_score": {"query": {"match_all": {}}, "script": script}}
    began = time.process_time()
    with pytest.raises(ScriptError, match=DONE) as raised:
        index.search(query=query, **keywords)
    return raised.value, time.process_time() - began


DEAR = {
    "looking for a text": ("params.t.indexOf('b') + 2;", {"t": LONG}),
    "looking for a long one": (
        "(params.t.contains(params.p) ? 1 : 0) + params.t.lastIndexOf(params.p) + 2;",
        {"t": LONG, "p": "a" * 200_000 + "b"},
    ),
    "comparing": ("params.t.compareTo(params.u) + 1;", {"t": LONG, "u": LONG + "b"}),
    "texts as UTF-16": ("params.t.length() + 0.0;", {"t": "é" * 500_000}),
    "case": ("params.t.toLowerCase().length() + 0.0;", {"t": "A" * 60_000}),
    "replacing": ("params.t.replace('aa', 'b').length() + 0.0;", {"t": LONG}),
    "joining": ("(params.t + params.t).length() + 0.0;", {"t": "a" * 30_000}),
    "hashes": ("Math.abs(params.t.hashCode() + 0.0);", {"t": LONG}),
    "parsing": ("Double.parseDouble(params.t) > 1 ? 1 : 0;", {"t": "0." + "1" * 900_000}),
}


@pytest.mark.parametrize("what", DEAR)
def test_work_without_a_loop_is_counted(index, what):
    source, params = DEAR[what]
    expression, _, _ = source.partition(";")
    again = f"double s = 0; {f's += {expression}; ' * 200} return s;"

    error, seconds = ask(index, again, params)

    assert error.to_dict()["error"]["caused_by"]["caused_by"]["type"] == "painless_error"
    assert seconds < 2


MIXED = [0.5, "a"] * 49_000  # which has to be searched from its beginning


@pytest.mark.parametrize(
    "value",
    ["doc['n'].value + 7", "doc['n'].value + 0.25", "(int) doc['n'].value"],
    ids=["long", "double", "int"],
)
def test_work_in_a_list_of_parameters_is_counted(index, value):
    turns = " + ".join([f"(params.l.contains({value}) ? 1 : 0)"] * 10)

    _, seconds = ask(index, turns, {"l": MIXED})

    assert seconds < 2


def test_work_in_the_values_of_a_document_is_counted():
    many = Index.from_documents(
        [{"x": [number / 7 for number in range(100_000)]}], mappings={"properties": {"x": {"type": "double"}}}
    )
    turns = "for (int i = 0; i < 9000; ++i)"

    _, seconds = ask(many, f"double s = 0; {turns} {{ s += doc['x'].contains(-1.0 - i) ? 1 : 0 }} s")

    assert seconds < 2


@pytest.mark.parametrize("function", ["dotProduct", "cosineSimilarity", "l1norm", "l2norm"])
def test_work_in_vectors_is_counted(function):
    vectors = np.random.default_rng(1).random((1_000, 4_096), np.float32)
    mappings = {"properties": {"v": {"type": "dense_vector", "dims": 4_096, "index": False}}}
    docs = [{"_id": str(number)} for number in range(len(vectors))]
    wide = Index.from_documents(docs, mappings=mappings, columns={"v": vectors})
    query = [float(number) for number in vectors[0]]
    once = {"script_score": {"query": {"match_all": {}}}}
    once["script_score"]["script"] = {"source": f"{function}(params.q, 'v')", "params": {"q": query}}
    assert wide.search(query=once).total == len(vectors)

    _, seconds = ask(wide, " + ".join([f"{function}(params.q, 'v')"] * 400), {"q": query})

    assert seconds < 4  # memory is read 300 times


def test_a_small_script_with_a_large_parameter_ends_soon(index):
    calls = " + ".join(["params.t.indexOf('b')"] * 10)

    _, seconds = ask(index, f"{calls} + 20", {"t": LONG})

    assert seconds < 2


@pytest.mark.parametrize(
    "call", ["Math.sin(n * 1e300)", "Math.IEEEremainder(1e300, n + 3)", "('' + n).length()"]
)
def test_slow_operations_count_more_than_quick_ones(index, call):
    turns = "for (int i = 0; i < 900000; ++i)"

    _, seconds = ask(index, f"double n = doc['n'].value; double s = 0; {turns} {{ s += {call}; n += 1 }} s")

    assert seconds < 2


def test_an_ordinary_script_is_free_however_many_documents_there_are():
    loop = "for (int i = 0; i < 100; ++i) { s += Math.sqrt(i + doc['n'].value) }"
    script = f"double s = 0; {loop} s + doc['tag.keyword'].value.length()"
    index = Index.from_documents({**DOCS[0], "_id": str(number)} for number in range(200_000))

    hits = index.search(query={"script_score": {"query": {"match_all": {}}, "script": script}}, size=1)

    assert hits.total == 10_000
    assert hits.scores[0] > 0


HEAVY = (
    "double s = 0; for (int i = 0; i < 999000; ++i) { s += i } s * 0 + 1"  # of a thousand documents too much
)
PART = 96  # documents of which `heavy_part` takes more than half of what is allowed


def heavy_part():
    """Return a rescorer that does a bit more than half of what a request may do."""
    source = (
        "double s = 0; for (int i = 0; i < 990000; ++i) { s += Math.sqrt(i) + Math.log(i + 1) } s * 0 + 1"
    )
    return {"window_size": 100, "script": {"script": source}}


def test_the_limit_is_one_for_all_that_a_request_does(index):
    part = heavy_part()
    query = {"ids": {"values": [str(number) for number in range(PART)]}}
    once = {"query": query, "size": 1, "rescore": [part]}
    assert len(index.search(once)) == 1

    in_a_field = {"query": query, "size": PART, "rescore": [part], "script_fields": {"f": part["script"]}}
    as_functions = {"script_score": part["script"]}
    for body in (
        {**once, "rescore": [part, part]},
        {**once, "query": {"function_score": {"query": query, "functions": [as_functions]}}},
        in_a_field,
    ):
        with pytest.raises(ScriptError, match=DONE):
            index.search(body)
    assert all(len(hits) == 1 for hits in index.msearch([once, once, once]))  # each has its own
    for body in (
        in_a_field,
        {**once, "rescore": [part, part]},
    ):  # and what comes after the core's part is its own too
        [error, fine] = index.msearch([body, once])
        assert isinstance(error, ScriptError)
        assert DONE in str(error)
        assert len(fine) == 1


def test_the_limit_is_the_same_for_any_number_of_threads(index):
    query = {"script_score": {"query": {"match_all": {}}, "script": HEAVY}}
    said = set()
    for threads in (1, 2, 4):
        with pytest.raises(ScriptError, match=DONE) as raised:
            index.search(query=query, threads=threads)
        said.add(str(raised.value))
    assert len(said) == 1
