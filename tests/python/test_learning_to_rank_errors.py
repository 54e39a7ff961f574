"""What a learning-to-rank rescorer cannot be, in Elasticsearch's words; models that change while it runs."""

import contextlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from models_mutated import changed
from ranking import LEAF, ranked, stump
from rescora import CorruptFileError, Index, Model, ModelError, RequestError

N = {"feature_name": "n", "field": "n"}
RANK = "learning_to_rank"


@pytest.fixture(scope="module")
def index() -> Index:
    index = Index.from_documents([{"id": str(i), "n": i, "t": "fox"} for i in range(30)], "id")
    index.put_model("by-n", Model.load([stump("n", 14.5, 0.0, 1.0)], [N]))
    return index


def refused(index, rescore, **more) -> RequestError:
    with pytest.raises(RequestError) as raised:
        index.search(rescore=rescore, **more)
    return raised.value


TOO_LATE = (
    "Validation Failed: 1: unable to add a rescorer with [window_size: {}] because a rescorer of type "
    "[learning_to_rank] with a smaller [window_size: 12] has been added before;"
)
TOO_SMALL = (
    "Validation Failed: 1: rescorer [window_size] is too small and should be at least the value of "
    "[from + size: {}] but was [{}];"
)
BY_QUERY = {"query": {"rescore_query": {"match_all": {}}}}
MALFORMED = [
    ({RANK: {"model_id": "by-n"}}, "parsing_exception", "rescore",
     "window_size is required for rescorer of type [learning_to_rank]"),
    ({"window_size": None, RANK: {"model_id": "by-n"}}, "parsing_exception", "rescore.window_size", None),
    ({"window_size": 10, RANK: {}}, "illegal_argument_exception", "rescore.learning_to_rank",
     "Required [model_id]"),
    ({"window_size": 10, RANK: {"model_id": 7}}, "illegal_argument_exception",
     "rescore.learning_to_rank.model_id", "a string is wanted, not VALUE_NUMBER [7]"),
    ({"window_size": 10, RANK: {"model_id": "by-n", "model": 1}}, "x_content_parse_exception",
     "rescore.learning_to_rank.model", "[learning_to_rank] unknown field [model], did you mean [model_id]?"),
    ({RANK: {"model_id": "by-n", "window_size": 3}}, "x_content_parse_exception",
     "rescore.learning_to_rank.window_size",
     "[learning_to_rank] unknown field [window_size]: [window_size] stands beside it"),
    ({"window_size": 10, RANK: {"model_id": "by-n", "params": []}}, "parsing_exception",
     "rescore.learning_to_rank.params", "[params] must be an object, not START_ARRAY"),
    ({"window_size": 10, RANK: "by-n"}, "parsing_exception", "rescore.learning_to_rank",
     "rescore doesn't support [learning_to_rank]"),
    (ranked(9, "by-n"), "action_request_validation_exception", "rescore", TOO_SMALL.format(10, 9)),
    ([ranked(12, "by-n"), {"window_size": 13, **BY_QUERY}], "action_request_validation_exception",
     "rescore[1]", TOO_LATE.format(13)),
    ([ranked(12, "by-n"), BY_QUERY, ranked(20, "by-n")], "action_request_validation_exception", "rescore[2]",
     TOO_LATE.format(20)),
    (ranked(10_001, "by-n"), "illegal_argument_exception", "rescore.window_size", None),
    (ranked(10, "by-m"), "resource_not_found_exception", "rescore.learning_to_rank.model_id",
     "Could not find trained model [by-m], did you mean [by-n]?"),
]  # fmt: skip


@pytest.mark.parametrize(("rescore", "kind", "path", "reason"), MALFORMED)
def test_what_is_malformed_is_refused_in_elasticsearchs_words(index, rescore, kind, path, reason):
    error = refused(index, rescore)

    assert (error.type, error.path) == (kind, path)
    assert reason is None or error.reason == reason
    assert error.status == (404 if kind == "resource_not_found_exception" else 400)
    assert error.to_dict()["status"] == error.status


def test_a_window_must_hold_the_page(index):
    assert refused(index, ranked(12, "by-n"), from_=3).reason == TOO_SMALL.format(13, 12)
    assert refused(index, ranked(12, "by-n"), size=13).reason == TOO_SMALL.format(13, 12)
    assert len(index.search(rescore=ranked(12, "by-n"), from_=2)) == 10
    assert index.search(rescore=ranked(1, "by-n"), size=0).total == 30
    assert refused(index, ranked(12, "by-n"), size=13, explain=True).status == 400


def test_a_window_after_a_models_must_not_be_larger_wherever_the_hits_come_from(index):
    chain = [ranked(12, "by-n"), {"window_size": 13, **BY_QUERY}]

    with pytest.raises(RequestError) as raised:
        index.rescore(["1"], [1], chain)
    assert raised.value.reason == TOO_LATE.format(13)
    with pytest.raises(RequestError):
        index.rescorer(chain)
    assert len(index.rescore(["1", "2"], [1, 1], ranked(1, "by-n"))) == 1  # `size` is but a limit here


def test_what_is_before_a_model_may_have_any_window(index):
    hits = index.search(rescore=[{"window_size": 3, **BY_QUERY}, ranked(12, "by-n"), BY_QUERY])

    assert len(hits) == 10


def test_a_score_that_is_no_number_is_an_error_that_names_model_and_document(index):
    linear = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m", "features": [{"name": "p"}]}
    linear |= {"params": {"weights": {"p": 0.0}}}
    index.put_model("zero", Model.load(linear, [{"feature_name": "p", "param": "p"}]))

    error = refused(index, ranked(10, "zero", {"p": 1e300}))

    assert str(error) == "document [0]: model [zero] gives no number for doc [0]: NaN"
    assert error.to_dict()["error"]["type"] == "search_phase_execution_exception"


def test_models_without_extractors_cannot_be_asked_by_an_index(index):
    for features in (None, ["f0"], [{"feature_name": "f0"}]):
        with pytest.raises(ModelError, match="no feature of the model says how it is computed"):
            index.put_model("none", Model.load([stump("f0", 1.0, 0.0, 1.0)], features))
    with pytest.raises(TypeError, match=r"model must be a rescora\.Model, not list"):
        index.put_model("none", LEAF)
    for name in ("", 7, None):
        with pytest.raises(ModelError, match="a model's id must be a string"):
            index.put_model(name, Model.load(LEAF, [N]))
    assert "none" not in index.models


def test_a_model_that_is_not_there_cannot_be_deleted(index):
    with pytest.raises(
        RequestError, match=r"Could not find trained model \[by-m\], did you mean \[by-n\]\?"
    ) as raised:
        index.delete_model("by-m")
    assert (raised.value.status, raised.value.type) == (404, "resource_not_found_exception")


def test_the_models_of_a_damaged_file_are_refused_when_they_are_asked_for(tmp_path, index, monkeypatch):
    monkeypatch.setattr(
        type(index._models), "store", lambda _: {"by-n": '{"rescora_model": 1}', "other": "?"}
    )
    index.save(tmp_path / "index")
    opened = Index.open(tmp_path / "index")

    assert len(opened.search(query={"match": {"t": "fox"}})) == 10
    with pytest.raises((ModelError, CorruptFileError)):
        opened.search(rescore=ranked(10, "by-n"))
    with pytest.raises((ModelError, CorruptFileError)):
        _ = opened.models


def test_searches_that_name_no_model_do_not_read_the_files(tmp_path, index, monkeypatch):
    index.save(tmp_path / "index")
    opened = Index.open(tmp_path / "index")
    monkeypatch.setattr(Model, "load", lambda *_: pytest.fail("read"))

    assert len(opened.search(query={"match": {"t": "fox"}}, rescore=BY_QUERY)) == 10


def test_altered_requests_are_answered_or_refused(index):
    body = {
        "query": {"match_all": {}},
        "size": 5,
        "rescore": [
            {"window_size": 20, RANK: {"model_id": "by-n", "params": {"a": [1, {"b": "{{c}}"}]}}},
            {"window_size": 10, RANK: {"model_id": "by-n", "early_exit": {"after_trees": 1, "keep": 5}}},
        ],
    }
    chance = random.Random(8)
    for _ in range(400):
        altered = changed(body, chance)
        with contextlib.suppress(RequestError):
            index.search(altered)
        with contextlib.suppress(RequestError):
            index.rescorer(altered.get("rescore"))
    assert len(index.search(body)) == 5


def test_altered_extractors_are_models_or_refused(index):
    features = [
        {"feature_name": "a", "query": {"match": {"t": "{{text}}"}}, "default_score": 1.5},
        {"query_extractor": {"feature_name": "n", "query": {"range": {"n": {"gte": 3}}}}},
        {"feature_name": "b", "script": {"source": "_score * params.w", "params": {"w": 2}}},
        {"feature_name": "c", "param": "p", "default": 3},
        {"feature_name": "d", "field": "n"},
        {"feature_name": "e", "term_statistics": {"field": "t", "query": "{{text}}", "statistic": "count"}},
    ]
    chance = random.Random(3)
    for _ in range(400):
        altered = changed(features, chance)
        try:
            index.put_model("altered", Model.load(LEAF, altered))
        except ModelError:
            continue
        with contextlib.suppress(RequestError):
            index.search(rescore=ranked(10, "altered", {"text": "fox", "p": 1}))


# -- models that change while requests run


def constant(score: float) -> Model:
    """Return a model of one score, which shows the score before as a feature."""
    return Model.load([{"nodeid": 0, "leaf": score}], [{"feature_name": "first", "first_pass_score": True}])


def test_each_answer_is_wholly_of_one_model_while_models_change():
    index = Index.from_documents([{"id": str(i), "t": "fox"} for i in range(50)], "id")
    models = [constant(2.0), constant(3.0)]
    index.put_model("m", models[0])
    body = {"rescore": [ranked(50, "m"), ranked(50, "m")], "size": 50, "explain": True}
    stop = threading.Event()

    def ask(_):
        seen = set()
        while not stop.is_set():
            try:
                hits = index.search(body)
            except RequestError as error:
                seen.add(error.status)
                continue
            by_both = [(hit.score, hit.explanation["details"][0]["value"]) for hit in hits]
            assert len(set(by_both)) == 1, "all documents, both rescorers"
            assert by_both[0] in ((2.0, 2.0), (3.0, 3.0))
            seen.add(by_both[0][0])
        return seen

    def change():
        end = time.monotonic() + 1.5
        turn = 0
        while time.monotonic() < end:
            turn += 1
            index.put_model("m", models[turn % 2])
            index.put_model(f"m{turn % 7}", models[0])
            if turn % 3 == 0:
                index.delete_model("m")
            time.sleep(0.001)
        stop.set()

    with ThreadPoolExecutor(9) as pool:
        answers = [pool.submit(ask, number) for number in range(8)]
        pool.submit(change).result()
        seen = set().union(*(answer.result() for answer in answers))
    assert seen == {2.0, 3.0, 404}


def test_a_compiled_rescorer_keeps_its_model(index):
    index.put_model("kept", constant(2.0))
    stage = index.rescorer(ranked(10, "kept"))
    templated = index.rescorer(ranked(10, "{{model}}"))
    index.delete_model("kept")

    _, scores = stage(np.arange(3), np.ones(3))

    assert scores.tolist() == [2, 2, 2]
    with pytest.raises(RequestError, match="Could not find trained model"):
        templated([0], [1], {"model": "kept"})


def test_putting_one_model_does_not_bring_back_another_that_was_deleted():
    index = Index.from_documents([{"id": "a"}], "id")

    def put_and_delete(number):
        for _ in range(200):
            index.put_model(f"m{number}", constant(1.0))
            index.delete_model(f"m{number}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put_and_delete, range(4)))
    assert index.models == {}
