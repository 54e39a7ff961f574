"""A search that is read once answers as the body with its parameters would, however it is asked."""

import copy
import pickle
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from requests_strategy import MAPPINGS, SETTINGS, bodies, collections
from rescora import Cancellation, Cancelled, Index, Model, RequestError, ScriptError, SearchTimeout

DOCUMENTS = [
    {"_id": "a", "title": "red fox", "n": 1},
    {"_id": "b", "title": "quick brown fox", "n": 2},
    {"_id": "c", "title": "fox fox red", "n": 3},
    {"_id": "d", "title": "a dog", "n": 4},
]
BODY = {
    "query": {"match": {"title": {"query": "{{text}}", "_name": "first"}}},
    "rescore": {
        "window_size": 3,
        "query": {"rescore_query": {"match_phrase": {"title": {"query": "{{text}}", "slop": 2}}}},
    },
}


def with_text(text, body=BODY):
    """Return the body as it is without a template."""
    if isinstance(body, dict):
        return {key: with_text(text, value) for key, value in body.items()}
    return text if body == "{{text}}" else body


@pytest.fixture(scope="module")
def index():
    return Index.from_documents(DOCUMENTS, settings={"number_of_shards": 2})


@pytest.fixture
def prepared(index):
    return index.prepare(BODY)


def shown(ask):
    """Return an answer but for how long it took, or its error."""
    try:
        answer = ask().to_dict()
    except RequestError as error:
        return error.to_dict()
    del answer["took"]
    return answer


def open_some(body, params, draw):
    """Return a body in which some strings are parameters, whose values it notes."""
    if isinstance(body, str) and "{{" not in body and draw.random() < 0.5:
        name = f"p{len(params)}"
        params[name] = body
        return f"{{{{{name}}}}}"
    if isinstance(body, dict):
        return {key: open_some(value, params, draw) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [open_some(value, params, draw) for value in body]
    return body


@pytest.mark.slow
@given(collections(most=20), st.lists(bodies, min_size=3, max_size=3), st.sampled_from([1, 3]), st.randoms())
@examples(150)
def test_any_body_with_any_of_its_strings_left_open_answers_as_it_does(docs, requests, shards, draw):
    settings = {**SETTINGS, "number_of_shards": shards}
    index = Index.from_documents(docs, id_field="id", mappings=MAPPINGS, settings=settings)
    for body in requests:
        params = {}
        asked = open_some(body, params, draw)
        try:
            search = index.prepare(asked)
        except RequestError as error:
            refused = error.to_dict()
            assert (params, refused) == ({}, shown(lambda body=body: index.search(body)))
            continue
        assert search.variables == set(params)
        wanted = shown(lambda body=body: index.search(body))
        assert shown(lambda search=search, params=params: search(params)) == wanted
        if "error" in wanted:
            with pytest.raises(RequestError):
                search.arrays(params)
            continue
        hits = index.search(body)
        found, scores = search.arrays(params)
        assert index.ids(found) == hits.ids
        assert scores.tobytes() == hits.scores.tobytes()
        many = search.batch([params] * 3, threads=2)
        assert many[2].tolist() == [len(found) * place for place in range(4)]
        assert many[0].tolist() == found.tolist() * 3
        assert many[1].tobytes() == scores.tobytes() * 3


@pytest.mark.parametrize("text", ["fox", "red fox", "the cat", "", "fox " * 5000, "Füchse fox"])
def test_texts_of_all_kinds_are_answered_as_by_search(index, prepared, text):
    hits = shown(lambda: prepared({"text": text}))
    assert hits == shown(lambda: index.search(with_text(text)))
    if "error" not in hits:
        docs, scores, offsets = prepared.batch({"text": [text, "red"]})
        assert index.ids(docs[: offsets[1]]) == [hit["_id"] for hit in hits["hits"]["hits"]]
        assert len(scores) == len(docs) == offsets[-1]


def test_named_queries_and_explanations_have_the_text(index):
    search = index.prepare(BODY, explain=True)
    hits = search({"text": "red fox"})
    assert hits[0].matched_queries == ["first"]
    assert hits.to_dict()["hits"] == index.search(with_text("red fox"), explain=True).to_dict()["hits"]


def test_rows_and_columns_of_parameters_say_the_same(index):
    search = index.prepare(query={"match": {"title": "{{a}} {{b}}"}})
    rows = [{"a": "red", "b": "fox"}, {"a": "dog", "b": ""}, {"a": "Brown", "b": "ß"}]
    columns = {"a": [row["a"] for row in rows], "b": [row["b"] for row in rows]}
    one, other = search.batch(rows), search.batch(columns)
    assert [array.tolist() for array in one] == [array.tolist() for array in other]


def test_a_search_without_parameters_is_prepared_too(index):
    search = index.prepare({"query": {"match": {"title": "fox"}}, "size": 2})
    assert search.variables == set()
    assert search().ids == index.search(query={"match": {"title": "fox"}}, size=2).ids
    docs, _, offsets = search.batch([{}, {}])
    assert offsets.tolist() == [0, 2, 4]
    assert docs[:2].tolist() == docs[2:].tolist()


def test_json_and_keywords_are_taken_as_by_search(index):
    search = index.prepare('{"query": {"match": {"title": "{{text}}"}}}', size=1)
    assert search({"text": "dog"}).ids == ["d"]


def test_no_searches_give_no_hits(prepared):
    docs, scores, offsets = prepared.batch([])
    assert (len(docs), len(scores), offsets.tolist()) == (0, 0, [0])
    docs, scores, offsets = prepared.batch({"text": []})
    assert (len(docs), len(scores), offsets.tolist()) == (0, 0, [0])


def test_wrong_parameters_are_named(index, prepared):
    with pytest.raises(RequestError, match=r"params: missing parameter \[text\]"):
        prepared()
    with pytest.raises(RequestError, match=r"params: unknown parameter \[txt\].*did you mean \[text\]"):
        prepared({"txt": "fox"})
    with pytest.raises(RequestError, match=r"^params\[1\]: missing parameter \[text\]"):
        prepared.batch([{"text": "a"}, {}])
    with pytest.raises(RequestError, match=r"\[a\] has 2, \[b\] has 1"):
        index.prepare(query={"match": {"title": "{{a}} {{b}}"}}).batch({"a": ["x", "y"], "b": ["z"]})
    with pytest.raises(RequestError, match=r"params\[1\]: size: "):
        index.prepare({"size": "{{n}}"}).batch([{"n": 1}, {"n": -1}])
    with pytest.raises(RequestError, match="fuzzy"):
        index.prepare(query={"fuzzy": {"title": "fox"}})


def test_keys_that_are_left_out_are_listed(index):
    search = index.prepare({**BODY, "aggs": {}}, unsupported="drop")
    assert search({"text": "fox"}).dropped == ("aggs",)


def test_now_is_when_a_search_is_called():
    soon = time.time() + 0.5
    index = Index.from_documents(
        [{"_id": "a", "title": "fox", "when": round(1000 * soon)}],
        mappings={"properties": {"when": {"type": "date"}}},
    )
    past = {"range": {"when": {"lte": "now"}}}
    fixed = index.prepare(query=past)
    filled = index.prepare(query={"bool": {"must": {"match": {"title": "{{text}}"}}, "filter": past}})
    assert not fixed().ids
    assert not filled({"text": "fox"}).ids
    time.sleep(max(0, soon + 0.05 - time.time()))
    assert fixed().ids == filled({"text": "fox"}).ids == ["a"]
    assert filled.batch({"text": ["fox", "dog"]})[2].tolist() == [0, 1, 1]


def test_the_model_is_the_one_that_the_index_has_at_the_call():
    index = Index.from_documents(DOCUMENTS)

    def put(weight):
        linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m", "features": [{"name": "n"}]}
        features = [{"feature_name": "n", "field": "n"}]
        index.put_model("m", Model.load({**linear, "params": {"weights": {"n": weight}}}, features=features))

    put(1.0)
    search = index.prepare(
        query={"match": {"title": "{{text}}"}},
        rescore={"window_size": 10, "learning_to_rank": {"model_id": "m"}},
    )
    assert search({"text": "fox"}).ids == ["c", "b", "a"]
    put(-1.0)
    assert search({"text": "fox"}).ids == ["a", "b", "c"]


def test_a_script_that_is_wrong_for_one_search_is_named_by_its_place(index):
    search = index.prepare(
        query={"script_score": {"query": {"match_all": {}}, "script": "doc['{{field}}'].value"}}
    )
    with pytest.raises(ScriptError, match=r"^params\[1\]: ") as caught:
        search.batch([{"field": "n"}, {"field": "nowhere"}])
    assert "doc['nowhere'].value" in str(caught.value)


def test_the_documents_are_those_that_the_index_has_at_the_call():
    index, other = Index.from_documents(DOCUMENTS), Index.from_documents([{"_id": "z", "title": "fox"}])
    search = index.prepare(BODY)
    index._view = other._view
    assert search({"text": "fox"}).ids == ["z"]
    assert index.ids(search.arrays({"text": "fox"})[0]) == ["z"]


def test_the_time_of_a_call_and_who_may_end_it():
    slow = {
        "query": {
            "script_score": {
                "query": {"match": {"title": "{{text}}"}},
                "script": "double s = 0; for (int i = 0; i < 200; ++i) { s += Math.sqrt(s + i) } s",
            }
        }
    }
    many = Index.from_documents([{"title": "fox"}] * 20_000, progress=False)
    search = many.prepare(slow)
    hits = search({"text": "fox"}, timeout=0.001)
    assert hits.timed_out
    with pytest.raises(SearchTimeout):
        search.arrays({"text": "fox"}, timeout=0.001)
    with pytest.raises(SearchTimeout):
        search.batch({"text": ["fox"] * 4}, timeout=0.001)
    with pytest.raises(SearchTimeout):
        many.prepare({**slow, "timeout": "1ms"}).batch({"text": ["fox"] * 4})
    token = Cancellation()
    token.cancel()
    for ask in (
        lambda: search({"text": "fox"}, cancel=token),
        lambda: search.arrays({"text": "fox"}, cancel=token),
    ):
        with pytest.raises(Cancelled):
            ask()
    with pytest.raises(Cancelled):
        search.batch([{"text": "fox"}], cancel=token)


def test_many_threads_share_one_prepared_search(index, prepared):
    texts = ["fox", "red", "dog", "brown fox"]
    wanted = {text: index.search(with_text(text)).ids for text in texts}
    wrong = []

    def ask():
        for _ in range(50):
            wrong.extend(text for text in texts if prepared({"text": text}).ids != wanted[text])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_it_says_what_it_is_and_is_not_copied(prepared):
    assert repr(prepared) == "<rescora.Prepared of 4 documents, params=['text']>"
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=r"cannot pickle or copy a rescora\.Prepared"):
            copied(prepared)


def test_arrays_have_their_types(prepared):
    docs, scores, offsets = prepared.batch({"text": ["fox"]})
    assert (docs.dtype, scores.dtype, offsets.dtype) == (np.uint32, np.float32, np.int64)
