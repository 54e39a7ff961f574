"""Errors show the user's call and none of our frames; frames of the user's own code are never hidden."""

import traceback

import msgspec
import numpy as np
import pytest

import rescora
from rescora import Index, Model

PACKAGE = rescora.__name__
MATCH = {"query": {"rescore_query": {"match": {"t": "{{q}}"}}}}


@pytest.fixture(scope="module")
def index():
    return Index.from_documents([{"_id": f"d{i}", "t": "a b", "n": i} for i in range(5)])


@pytest.fixture(scope="module")
def stage(index):
    return index.rescorer(MATCH)


def features(index, threads):
    script = {"feature_name": "n", "script": "doc['n'].value / params.zero"}
    judged = [{"ids": ["d1"], "params": {"zero": 1}}, {"ids": ["d1", "nobody"]}]
    return index.extract_features([script], judged, default_params={"zero": 1}, threads=threads)


MISTAKES = {
    "an unknown query": lambda index, _: index.search(query={"mtch": {}}),
    "a keyword that is none": lambda index, _: index.search(querry={}),
    "a wrong argument": lambda index, _: index.search(threads=0),
    "a rescorer inside": lambda index, _: index.search(rescore={"query": {"rescore_query": {"x": {}}}}),
    "a script that fails": lambda index, _: index.search(
        query={"script_score": {"query": {"match_all": {}}, "script": "doc['n'].value - 9"}}
    ),
    "many searches": lambda index, _: index.msearch([{"query": {"mtch": {}}}], raise_errors=True),
    "an id": lambda index, _: index.explain("nobody", query={"match_all": {}}),
    "documents": lambda *_: Index.from_documents([{"n": 1}, {"n": {"a": 1}}]),
    "settings": lambda *_: Index.from_documents([], settings={"number_of_sharts": 1}),
    "a mapping": lambda *_: Index.from_documents([], mappings={"properties": {"a": {"type": "txt"}}}),
    "no documents": lambda *_: Index.from_documents(5),
    "no file": lambda *_: Index.from_documents("no such file"),
    "no index": lambda *_: Index.open(__file__),
    "no model": lambda *_: Model.load(b"no model"),
    "a stage's arrays": lambda _, stage: stage([9], [1.0], {"q": "a"}),
    "a stage's dimensions": lambda _, stage: stage(np.zeros((2, 2), np.uint32), [1.0], {"q": "a"}),
    "a stage's parameters": lambda _, stage: stage([1], [1.0]),
    "a batch": lambda _, stage: stage.batch([1], [1.0], [0, 2], [{"q": "a"}]),
    "features": lambda index, _: features(index, 1).to_numpy(),
    "features in threads": lambda index, _: features(index, 2).to_numpy(),
    "features one by one": lambda index, _: list(features(index, 1)),
    "features one by one in threads": lambda index, _: list(features(index, 2)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_error_shows_the_users_call_and_the_public_function_at_most(index, stage, mistake):
    with pytest.raises((ValueError, TypeError, OSError)) as caught:
        MISTAKES[mistake](index, stage)

    ours = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if is_ours(frame)]
    assert len(ours) <= 1
    shown = "".join(traceback.format_exception(caught.value))
    assert shown.count("Traceback") == 1  # no "during handling of the above"


def test_a_damaged_source_shows_the_users_call(index, monkeypatch):
    monkeypatch.setattr("rescora.fetch.source._decode", msgspec.json.Decoder(int).decode)
    hits = index.search(size=1)
    for ask in (lambda: hits[0].source, lambda: hits.source_at(0), hits.to_dict):
        with pytest.raises(rescora.CorruptFileError, match="the source of document 0 is damaged") as caught:
            ask()
        ours = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if is_ours(frame)]
        assert len(ours) <= 1


def is_ours(frame):
    return frame.f_globals["__name__"].partition(".")[0] == PACKAGE


def test_frames_of_a_generator_of_documents_are_shown(index):
    def documents():
        yield {"_id": "a"}
        index.search(query={"mtch": {}})

    with pytest.raises(rescora.RequestError) as caught:
        Index.from_documents(documents())

    assert "in documents" in "".join(traceback.format_exception(caught.value))


def test_all_frames_are_shown_to_those_who_ask_for_them(index, monkeypatch):
    monkeypatch.setenv("RESCORA_TRACEBACK", "1")
    with pytest.raises(rescora.RequestError) as caught:
        index.search(query={"mtch": {}})
    assert "in parse_query" in "".join(traceback.format_exception(caught.value))


def test_a_bug_keeps_its_frames(index, monkeypatch):
    monkeypatch.setattr("rescora.searcher.parse_body", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        index.search()
    assert len(caught.traceback) > 3


def test_public_functions_keep_their_names_and_docs():
    assert Index.search.__name__ == "search"
    assert Index.search.__doc__.strip().startswith("Search, and rescore")
    assert isinstance(Index.__dict__["open"], classmethod)
