"""Indexes, models and hits survive pickles and copies; what is bound to memory says that it does not."""

import copy
import multiprocessing
import pickle

import pytest

import rescora
from rescora import CorruptFileError, Index, Model

DOCUMENTS = [
    {"_id": "fox", "title": "quick brown fox", "n": 3},
    {"_id": "dog", "title": "quick dog", "n": 5},
    {"_id": "owl", "title": "wise owl", "n": 7},
]
QUICK = {"match": {"title": "quick"}}
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
WAYS = [*(lambda one, p=p: pickle.loads(pickle.dumps(one, p)) for p in PROTOCOLS), copy.copy, copy.deepcopy]
NAMES = [*(f"protocol {p}" for p in PROTOCOLS), "copy", "deepcopy"]
each_way = pytest.mark.parametrize("again", WAYS, ids=NAMES)


def linear(weight):
    model = {
        "class": "org.apache.solr.ltr.model.LinearModel",
        "name": "m",
        "features": [{"name": "n"}],
        "params": {"weights": {"n": weight}},
    }
    return Model.load(model, [{"feature_name": "n", "field": "n"}])


@pytest.fixture
def path(tmp_path):
    index = Index.from_documents(DOCUMENTS)
    index.put_model("up", linear(1.0))
    index.put_model("gone", linear(2.0))
    index.save(tmp_path / "index.rescora")
    return tmp_path / "index.rescora"


def best_by(index, model):
    rank = {"window_size": 10, "learning_to_rank": {"model_id": model}}
    return index.search(rescore=rank).ids


@each_way
def test_an_index_of_a_file_is_opened_again(path, again):
    index = Index.open(path)
    other = again(index)
    assert other.search(query=QUICK).to_dict()["hits"] == index.search(query=QUICK).to_dict()["hits"]
    assert (other.mappings, other.settings, sorted(other.models)) == (
        index.mappings,
        index.settings,
        ["gone", "up"],
    )


@each_way
def test_models_that_were_put_in_since_come_along_and_those_taken_away_do_not(path, again):
    index = Index.open(path)
    index.put_model("down", linear(-1.0))
    index.put_model("up", linear(-3.0))
    index.delete_model("gone")
    for other in (again(index), again(again(index))):
        assert sorted(other.models) == ["down", "up"]
        assert best_by(other, "down") == best_by(other, "up") == ["fox", "dog", "owl"]
    assert best_by(Index.open(path), "up") == ["owl", "dog", "fox"]


def test_a_relative_path_is_found_from_another_folder(path, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(path.parent)
    data = pickle.dumps(Index.open("index.rescora"))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert len(pickle.loads(data)) == 3


def test_a_file_that_another_index_has_replaced_is_not_taken_for_the_first(path):
    data = pickle.dumps(Index.open(path))
    Index.from_documents(DOCUMENTS[:2]).save(path)
    with pytest.raises(CorruptFileError, match="holds another index than when it was pickled"):
        pickle.loads(data)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        pickle.loads(data)


@pytest.mark.parametrize(
    "ask", [*(lambda one, p=p: pickle.dumps(one, p) for p in PROTOCOLS), copy.copy, copy.deepcopy], ids=NAMES
)
def test_an_index_in_memory_and_what_is_bound_to_one_say_that_they_are_not_pickled(path, ask):
    with pytest.raises(TypeError, match="only one that was opened from a file: save it"):
        ask(Index.from_documents(DOCUMENTS))
    index = Index.open(path)
    with pytest.raises(TypeError, match=r"cannot pickle or copy a rescora\.Rescorer: pickle the index"):
        ask(index.rescorer({"query": {"rescore_query": QUICK}}))
    with pytest.raises(TypeError, match=r"cannot pickle or copy a rescora\.FeatureLog: pickle the index"):
        ask(index.extract_features([{"feature_name": "n", "field": "n"}], []))


@each_way
def test_hits_are_whole_without_their_index(again):
    index = Index.from_documents(DOCUMENTS, settings={"number_of_shards": 2})
    body = {
        "query": {"match": {"title": {"query": "quick", "_name": "q"}}},
        "script_fields": {"twice": {"script": "doc['n'].value * 2"}},
        "_source": ["title"],
        "explain": True,
        "profile": True,
    }
    hits = index.search(body)
    other = again(hits)
    assert other.to_dict() == hits.to_dict()
    assert (repr(other), other.scores.dtype, list(other)) == (repr(hits), hits.scores.dtype, list(hits))
    assert other.max_score == hits.max_score
    assert again(index.search(body | {"_source": False}))[0].source is None
    assert len(again(index.search(query={"match_none": {}}))) == 0


@each_way
def test_a_hit_is_pickled_without_the_others(again):
    hits = Index.from_documents(DOCUMENTS).search(query=QUICK, explain=True)
    for hit in hits:
        assert again(hit) == hit
        assert again(hit).to_dict() == hit.to_dict()
    assert b"brown" not in pickle.dumps(hits[0 if hits[0].id == "dog" else 1])


@each_way
def test_a_model_is_pickled_with_its_features(again):
    model = linear(2.0)
    other = again(model)
    assert other.features == model.features
    assert other.predict([[3.0]]).tolist() == [6.0]


def test_another_process_searches_a_pickled_index(path):
    index = Index.open(path)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(_searched, (index,))
    assert found.to_dict()["hits"] == index.search(query=QUICK).to_dict()["hits"]
    assert isinstance(found, rescora.Hits)


def _searched(index):
    return index.search(query=QUICK)
