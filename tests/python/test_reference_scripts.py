"""The slow reference for scripts gives what the list of scripts and the specification say."""
# ruff: noqa: RUF001 - Greek letters are meant as such

import numpy as np
import pytest
from hypothesis import given

from agreement import examples
from reference import Reference
from reference.documents import ShardDocument
from reference.script import CompileError, PlainDocument, ScriptError, evaluator, parse_script
from scripts_strategy import MAPPINGS, documents, scripts
from spec_scripts import as_python, cases, expected, name_of, near_enough, reference


def document(case):
    shard = reference().shards[0]
    return ShardDocument(shard, shard.ids.index(case.get("doc", "a")))


def run(case):
    script = parse_script(case["script"])
    return script.run(document(case), case.get("params", {}), case.get("score", 1.0))


@pytest.mark.parametrize("case", cases(kind="value"), ids=name_of)
def test_a_script_gives_its_value_and_type(case):
    got = run(case)

    assert got.type == case["type"]
    assert near_enough(case, as_python(got), expected(case)), f"{got.value!r}, not {case['value']}"


@pytest.mark.parametrize("case", cases(kind="error"), ids=name_of)
def test_a_script_fails_as_it_should(case, monkeypatch):
    monkeypatch.setattr(evaluator, "MOST_ITERATIONS", 10_000)  # none of these comes near and then ends
    with pytest.raises(ScriptError) as failure:
        run(case)

    assert failure.value.kind == case["error"]


@pytest.mark.parametrize("case", cases(kind="compile_error"), ids=name_of)
def test_a_script_that_cannot_be_right_is_refused(case):
    with pytest.raises((CompileError, ScriptError)):
        run(case)


def test_the_last_turn_that_is_allowed_is_one_too_many(monkeypatch):
    assert evaluator.MOST_ITERATIONS == 1_000_000
    monkeypatch.setattr(evaluator, "MOST_ITERATIONS", 1000)
    script = parse_script("int i = 0; while (i < params.n) ++i; return i")

    assert script.run(PlainDocument({}), {"n": 999}).value == 999
    with pytest.raises(ScriptError, match="maximum number of statements") as failure:
        script.run(PlainDocument({}), {"n": 1000})
    assert failure.value.kind == "painless_error"


KINDS = {
    "arithmetic_exception",
    "class_cast_exception",
    "illegal_state_exception",
    "index_out_of_bounds_exception",
    "string_index_out_of_bounds_exception",
}


@examples(150)
@given(scripts(), documents)
def test_a_script_by_chance_gives_a_number_or_fails_on_the_document(script, fields):
    source, params = script
    reference = Reference([fields], MAPPINGS)
    document = ShardDocument(reference.shards[0], 0)

    try:
        got = parse_script(source).run(document, params, 1.0)
        score = parse_script(source, "double").run(document, params, 1.0)
    except ScriptError as error:
        if error.kind not in KINDS:
            raise
    else:
        assert got.type in ("byte", "short", "char", "int", "long", "float", "double"), source
        assert score.type == "double"


SIGMAS = {  # as Java 17 writes them
    "ΣΟΦΟΣ": "σοφος",
    "Σ": "σ",
    "ΑΣ.Β": "ασ.β",
    "ΑΣ..Β": "ας..β",
    "ΑΣ1Β": "ασ1β",
    "Α1Σ": "α1ς",
    "ΑΣ1,5Β": "ασ1,5β",
    "ΑΣ1-5Β": "ας1-5β",
    "ΑΣ-Β": "ασ-β",
    "ΑΣ Β": "ας β",
    "ΑΣ日Β": "ας日β",
    "Α😀Σ": "α😀σ",
    "İΣ": "i̇ς",
}


@pytest.mark.parametrize("text", SIGMAS)
def test_a_sigma_is_final_at_the_end_of_what_java_calls_a_word(text):
    assert parse_script(f"'{text}'.toLowerCase()").run(PlainDocument({})).value == SIGMAS[text]


LIKES = {
    "the ethics of ambiguity": 150,
    "the ethics of being and nothingness": 250,
    "the ambiguity of the second sex": 300,
    "the ethics of nausea": 180,
    "the ambiguity in the myth of sisyphus": 220,
}
QUERY = {"match": {"title": "ethics of ambiguity"}}
BM25 = {"1": 1.3032254, "2": 0.5987902, "3": 0.5987902, "4": 0.70028007, "5": 0.55833137}


@pytest.fixture(scope="module")
def books():
    return Reference(
        [{"id": str(i), "title": title, "likes": LIKES[title]} for i, title in enumerate(LIKES, 1)]
    )


def rescored(source, window=10, **params):
    return {"window_size": window, "script": {"script": {"source": source, "params": params}}}


def test_a_script_replaces_the_scores_of_a_window(books):
    hits = books.search({"query": QUERY, "rescore": rescored("doc['likes'].value * params.w", w=2)})

    assert hits == [("3", 600), ("2", 500), ("5", 440), ("4", 360), ("1", 300)]


def test_a_script_adds_to_the_score_that_bm25_gave(books):
    hits = dict(books.search({"query": QUERY, "rescore": rescored("_score + doc['likes'].value")}))

    likes = dict(zip("12345", LIKES.values(), strict=True))
    assert hits == {i: np.float32(float(np.float32(BM25[i])) + likes[i]) for i in BM25}


def test_hits_beyond_the_window_keep_their_scores(books):
    hits = books.search({"query": QUERY, "rescore": rescored("_score * 0.5", window=3)})

    # 2 and 3 tie at first, and the lower number is in the window.
    want = [
        ("1", 1.3032254 / 2),
        ("3", 0.5987902),
        ("5", 0.55833137),
        ("4", 0.70028007 / 2),
        ("2", 0.5987902 / 2),
    ]
    assert hits == [(i, np.float32(np.float32(score))) for i, score in want]


def test_scripts_are_chained(books):
    chain = [rescored("doc['likes'].value", window=3), rescored("_score + 1000", window=2)]

    hits = books.search({"query": QUERY, "rescore": chain})

    assert [(i, float(score)) for i, score in hits[:3]] == [("2", 1250), ("4", 1180), ("1", 150)]
    assert [i for i, _ in hits[3:]] == ["3", "5"]


@pytest.mark.parametrize("source", ["-9", "0.0 / 0", "_score - 100"])
def test_a_negative_score_is_refused(books, source):
    with pytest.raises(ScriptError, match="returned an invalid score") as failure:
        books.search({"query": QUERY, "rescore": rescored(source)})

    assert failure.value.kind == "illegal_argument_exception"


def test_what_underflows_to_zero_is_a_score(books):
    hits = books.search({"query": QUERY, "rescore": rescored("-1e-300")})

    assert [score for _, score in hits] == [0] * 5


DECAY = {  # shape -> value at 0, 5, 10 and 20, where the scale is 10
    "Gauss": (1, 0.8408964, 0.5, 0.0625),
    "Exp": (1, 0.7071068, 0.5, 0.25),
    "Linear": (1, 0.75, 0.5, 0),
}


@pytest.mark.parametrize("shape", DECAY)
def test_decay_has_the_published_values(shape):
    source = f"decayNumeric{shape}(100.0, 10.0, 2.0, 0.5, doc['x'].value)"
    script = parse_script(source, "double")

    def at(distance):  # two of it are the offset
        return script.run_score(PlainDocument({"x": ("double", [102.0 + distance])}))

    assert [at(distance) for distance in (0, 5, 10, 20)] == pytest.approx(DECAY[shape], abs=1e-7)


def test_script_score_multiplies_by_the_boost_and_drops_what_is_below_its_minimum(books):
    body = {"query": QUERY, "script": "doc['likes'].value / 100", "boost": 1.5, "min_score": 2}

    assert books.search({"query": {"script_score": body}}) == [("3", 4.5), ("2", 3), ("5", 3)]


def test_a_script_filters(books):
    query = {"bool": {"filter": {"script": {"script": "doc['likes'].value > params['least']"}}}}
    query["bool"]["filter"]["script"]["script"] = {
        "source": "doc['likes'].value > params['least']",
        "params": {"least": 200},
    }

    assert [i for i, _ in books.search({"query": query})] == ["2", "3", "5"]


def test_an_error_counts_only_for_what_would_be_a_hit(books):
    failing = {"script_score": {"query": {"match_all": {}}, "script": "1 / (doc['likes'].value - 150)"}}
    others = {"range": {"likes": {"gt": 150}}}

    assert len(books.search({"query": {"bool": {"must": [failing], "filter": [others]}}})) == 4
    assert len(books.search({"query": {"bool": {"filter": [failing]}}})) == 5
    with pytest.raises(ScriptError, match="/ by zero"):
        books.search({"query": failing})
