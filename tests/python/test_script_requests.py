"""Requests with scripts as the manual has them, worked values, the bodies of errors, many threads at once."""

import threading

import numpy as np
import pytest

from agreement import Both, bits_of
from rescora import Index, RequestError

TITLES = {
    "the ethics of ambiguity": 150,
    "the ethics of being and nothingness": 250,
    "the ambiguity of the second sex": 300,
    "the ethics of nausea": 180,
    "the ambiguity in the myth of sisyphus": 220,
}
BOOKS = [{"id": str(i), "title": title, "likes": likes} for i, (title, likes) in enumerate(TITLES.items(), 1)]
QUERY = {"match": {"title": "ethics of ambiguity"}}
BM25 = {"1": 1.3032254, "2": 0.5987902, "3": 0.5987902, "4": 0.70028007, "5": 0.55833137}


@pytest.fixture(scope="module")
def books() -> Both:
    return Both(BOOKS)


def rescored(source: str, window: int = 10, **params) -> dict:
    return {"window_size": window, "script": {"script": {"source": source, "params": params}}}


def hits_of(both: Both, body: dict) -> list[tuple[str, float]]:
    both.agree_on(body)
    hits = both.engine.search(body)
    return list(zip(hits.ids, map(float, hits.scores), strict=True))


def f32(value: float) -> float:
    return float(np.float32(value))


def test_the_first_pass_gives_the_scores_that_are_known(books):
    assert dict(hits_of(books, {"query": QUERY})) == {i: f32(score) for i, score in BM25.items()}


def test_a_script_replaces_what_bm25_gave(books):
    hits = hits_of(books, {"query": QUERY, "rescore": rescored("doc['likes'].value * params.w", w=2)})

    assert hits == [("3", 600), ("2", 500), ("5", 440), ("4", 360), ("1", 300)]


def test_a_script_sees_what_bm25_gave(books):
    hits = hits_of(books, {"query": QUERY, "rescore": rescored("_score + doc['likes'].value")})

    likes = {book["id"]: book["likes"] for book in BOOKS}
    assert dict(hits) == {i: f32(f32(score) + likes[i]) for i, score in BM25.items()}


def test_of_two_that_tie_the_lower_document_is_in_the_window_and_the_rest_keeps_its_scores(books):
    hits = hits_of(books, {"query": QUERY, "rescore": rescored("_score * 0.5", window=3)})

    halves = {i: f32(f32(BM25[i]) / 2) for i in ("1", "2", "4")}
    assert dict(hits) == {**halves, "3": f32(BM25["3"]), "5": f32(BM25["5"])}
    assert [i for i, _ in hits] == ["1", "3", "5", "4", "2"]


def test_scripts_are_chained(books):
    chain = [rescored("doc['likes'].value", window=3), rescored("_score + 1000", window=2)]

    assert hits_of(books, {"query": QUERY, "rescore": chain})[:3] == [("2", 1250), ("4", 1180), ("1", 150)]


DECAYS = {  # the values at 0, 5, 10 and 20 of scale 10 and decay 0.5
    "gauss": (1, 0.8408964, 0.5, 0.0625),
    "exp": (1, 0.7071068, 0.5, 0.25),
    "linear": (1, 0.75, 0.5, 0),
}


@pytest.mark.parametrize("shape", DECAYS)
def test_decays_have_the_values_that_are_known(shape):
    both = Both([{"id": str(x), "x": x} for x in (0, 5, 10, 20)] + [{"id": "none"}])
    name = {"gauss": "Gauss", "exp": "Exp", "linear": "Linear"}[shape]
    script = f"doc['x'].empty ? 1 : decayNumeric{name}(0.0, 10.0, 0.0, 0.5, doc['x'].value)"
    functions = {shape: {"x": {"origin": 0, "scale": 10}}}, {"script_score": {"script": script}}

    for function in functions:
        hits = dict(hits_of(both, {"query": {"function_score": function}}))

        want = dict(zip(("0", "5", "10", "20", "none"), (*DECAYS[shape], 1), strict=True))
        assert {i: float(f"{score:.7g}") for i, score in hits.items()} == want


# -- the requests of Elasticsearch's page on rescoring

MATCH = {"match": {"message": {"operator": "or", "query": "the quick brown"}}}
PHRASE = {
    "window_size": 10,
    "query": {
        "rescore_query": {"match_phrase": {"message": {"query": "the quick brown", "slop": 2}}},
        "query_weight": 0.7,
        "rescore_query_weight": 1.2,
    },
}
BY_LIKES = {
    "window_size": 10,
    "script": {
        "script": {
            "source": "doc['num_likes'].value * params.multiplier + _score",
            "parameters": {"multiplier": 0.1},
        }
    },
}
BY_COUNT = {
    "window_size": 5,
    "query": {
        "score_mode": "multiply",
        "rescore_query": {
            "function_score": {"script_score": {"script": {"source": "Math.log10(doc.count.value + 2)"}}}
        },
    },
}
BY_MODEL = {
    "query": {"multi_match": {"fields": ["title", "content"], "query": "the quick brown fox"}},
    "rescore": {
        "learning_to_rank": {"model_id": "ltr-model", "params": {"query_text": "the quick brown fox"}},
        "window_size": 100,
    },
}
MESSAGES = ["the quick brown fox", "brown the quick", "quick", "the end", "a brown and quick the the", "none"]


@pytest.fixture(scope="module")
def messages() -> Both:
    docs = [
        {"id": f"d{i}", "message": text, "num_likes": 7 * i % 5, "count": i * i, "title": text}
        for i, text in enumerate(MESSAGES)
    ]
    return Both(docs)


@pytest.mark.parametrize("rescore", [PHRASE, BY_LIKES, [PHRASE, BY_COUNT]], ids=["phrase", "script", "both"])
def test_the_requests_of_the_manual_run_as_they_are_written(messages, rescore):
    assert len(hits_of(messages, {"query": MATCH, "rescore": rescore})) == 5


def test_the_request_for_a_model_names_the_model_that_is_not_there(messages):
    with pytest.raises(RequestError, match="ltr-model") as raised:
        messages.engine.search(BY_MODEL)

    assert raised.value.status == 404


# -- errors

DOCS = [{"_id": "a", "n": 1}, {"_id": "b"}, {"_id": "c", "n": 0}]
MISSING = (
    "A document doesn't have a value for a field! "
    "Use doc[<field>].size()==0 to check if a document is missing a field!"
)


def script_error(reason: str, source: str, offset: int, kind: str, said: str) -> dict:
    return {
        "type": "script_exception",
        "reason": reason,
        "script_stack": [source, " " * offset + "^---- HERE"],
        "script": source,
        "lang": "painless",
        "position": {"offset": offset, "start": 0, "end": len(source)},
        "caused_by": {"type": kind, "reason": said},
    }


RUNTIME = {
    "doc['n'].value + 1": ("b", 8, "illegal_state_exception", MISSING),
    "1 / doc['n'].size()": ("b", 2, "arithmetic_exception", "/ by zero"),
}


@pytest.mark.parametrize("source", RUNTIME)
def test_a_script_that_fails_on_a_document_names_it_and_shows_the_place(source):
    document, *place_and_cause = RUNTIME[source]
    with pytest.raises(RequestError) as raised:
        Index.from_documents(DOCS).search(rescore=rescored(source))

    body = raised.value.to_dict()
    want = script_error("runtime error", source, *place_and_cause)
    root = {key: said for key, said in want.items() if key != "caused_by"}
    assert body["status"] == 400
    assert body["error"]["root_cause"] == [root]
    assert body["error"]["failed_shards"][0]["reason"] == body["error"]["caused_by"] == want
    assert str(raised.value).splitlines()[0].startswith(f"document [{document}]: runtime error: ")


COMPILE = {
    "_score + doc['m'].value": (13, "illegal_argument_exception", "No field found for [m] in mapping"),
    "foo(1)": (0, "illegal_argument_exception", "Unknown call [foo] with [1] arguments."),
}


@pytest.mark.parametrize("source", COMPILE)
def test_a_script_that_cannot_be_right_is_refused_before_any_document_is_touched(source):
    empty = Index.from_documents([], mappings={"properties": {"n": {"type": "long"}}})
    with pytest.raises(RequestError) as raised:
        empty.search(rescore=rescored(source))

    body = raised.value.to_dict()
    assert body["status"] == 400
    assert body["error"]["caused_by"] == script_error("compile error", source, *COMPILE[source])


def scored(**body) -> dict:
    return {"query": {"function_score": body}}


INVALID = "script_score script returned an invalid score [{}] for doc [0]. Must be a non-negative score!"
NEGATIVE = "field value function must not produce negative scores, but got: [-2.0] for field value: [-2.0]"
SCORES = [
    ({"rescore": rescored("-9")}, 400, "illegal_argument_exception", INVALID.format("-9.0")),
    ({"rescore": rescored("0.0 / 0")}, 400, "illegal_argument_exception", INVALID.format("NaN")),
    (
        {"query": {"script_score": {"query": {"match_all": {}}, "script": "_score - 2.5"}}},
        400,
        "illegal_argument_exception",
        INVALID.format("-1.5"),
    ),
    (
        scored(script_score={"script": "-9"}),
        400,
        "illegal_argument_exception",
        "script score function must not produce negative scores, but got: [-9.0]",
    ),
    (
        scored(script_score={"script": "0.0 / 0"}),
        500,
        "exception",
        "function score query returned an invalid score: NaN for doc: 0",
    ),
    (scored(field_value_factor={"field": "n"}), 500, "exception", "Missing value for field [n]"),
    (scored(field_value_factor={"field": "n", "missing": -2}), 400, "illegal_argument_exception", NEGATIVE),
]


@pytest.mark.parametrize(("body", "status", "kind", "reason"), SCORES)
def test_a_score_that_cannot_be_is_an_error_with_elasticsearchs_words(body, status, kind, reason):
    with pytest.raises(RequestError) as raised:
        Index.from_documents(DOCS).search(body)

    said = raised.value.to_dict()
    assert said["status"] == status
    assert said["error"]["root_cause"] == [{"type": kind, "reason": reason}]
    assert said["error"]["caused_by"] == {"type": kind, "reason": reason}


def test_infinity_and_what_underflows_are_scores():
    index = Index.from_documents(DOCS)

    assert index.search(rescore=rescored("1.0 / 0")).scores.tolist() == [np.inf] * 3
    assert index.search(rescore=rescored("-1e-300")).scores.tolist() == [0] * 3


# -- threads


def test_many_threads_compile_and_run_scripts_at_once_and_all_are_right():
    docs = [{"id": f"d{i}", "title": "ethics of " * (i % 4), "n": i, "k": f"k{i % 7}"} for i in range(3_000)]
    index = Index.from_documents(docs, settings={"number_of_shards": 3}, id_field="id")
    filtered = {"bool": {"must": QUERY, "filter": {"script": {"script": "doc['n'].value % 3 != 1"}}}}
    bodies = [
        {
            "query": filtered,
            "rescore": rescored(
                f"long s = {number}; for (v in doc['n']) {{ s += v % 17 }} "
                "return _score * s + params.m.getOrDefault(doc['k.keyword'].value, 0.5)",
                window=500,
                m={"k1": number, "k3": 2.5},
            ),
        }
        for number in range(24)
    ]
    want = [bits_of(index.search(body)) for body in bodies]
    fresh = Index.from_documents(docs, settings={"number_of_shards": 3}, id_field="id")
    wrong = []

    def search(first: int) -> None:
        for number in [*range(first, len(bodies)), *range(first)]:
            if bits_of(fresh.search(bodies[number])) != want[number]:
                wrong.append(number)

    def together() -> None:
        answers = fresh.msearch(bodies, threads=3)
        wrong.extend(n for n, hits in enumerate(answers) if bits_of(hits) != want[n])

    workers = [threading.Thread(target=search, args=(first,)) for first in range(0, 24, 4)]
    workers += [threading.Thread(target=together) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert wrong == []
