"""Whatever is asked, and however long it is, an error repeats at most 200 characters of it."""

import copy
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from rescora import Index, Model, RequestError
from rescora.errors import brief, show

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import fuzz_documents
import model_seeds
import mutation
import seeds

MOST = 200
LONG = 3_000
MARK = "¤"  # in no input and no message of ours
TEXTS = [MARK * LONG, f"{MARK} " * LONG, f"{MARK}." * LONG, f"[{MARK}]" * LONG, f"{MARK}\"'\n" * LONG]


def texts_of(error):
    yield str(error)
    if isinstance(error, RequestError):
        said = json.dumps(error.to_dict(), ensure_ascii=False)
        yield from (part for part in said.split('"') if MARK in part)
        assert len(str(error)) < 1_500, str(error)[:2_000]


def error_of(call, *args, **keywords):
    """Return the error that a call ends with, None if it ends well."""
    try:
        call(*args, **keywords)
    except (ValueError, TypeError, OSError) as error:
        return error
    return None


def check(call, *args, **keywords):
    """Return whether the call failed; its error must be brief."""
    error = error_of(call, *args, **keywords)
    for text in () if error is None else texts_of(error):
        assert text.count(MARK) <= MOST, f"{type(error).__name__}: {text.count(MARK)} of {text[:3_000]}"
    return error is not None


def lengthened(value):
    """Give each variant of a value in which one string, number or key has become long."""
    for number, (container, _) in enumerate(mutation.places(value)):
        for text in (TEXTS[number % len(TEXTS)], TEXTS[(number + 1) % len(TEXTS)]):
            yield changed(value, number, lambda inner, k, text=text: inner.__setitem__(k, text))
        if isinstance(container, dict):
            yield changed(
                value, number, lambda inner, k, n=number: inner.__setitem__(TEXTS[n % 5], inner.pop(k))
            )
            yield changed(value, number, lambda inner, _, n=number: inner.__setitem__(TEXTS[n % 5], 1))
        yield changed(value, number, lambda inner, k: inner.__setitem__(k, [MARK * 5] * 500))
        yield changed(value, number, lambda inner, k: inner.__setitem__(k, {MARK * LONG: {MARK: MARK}}))


def changed(value, number, change):
    made = copy.deepcopy(value)
    change(*mutation.places(made)[number])
    return made


@pytest.fixture(scope="module")
def index():
    return seeds.index()


def test_errors_of_searches_are_brief(index):
    failed = sum(check(index.search, body) for one in seeds.BODIES for body in lengthened(one))
    assert failed > 1_000


def test_errors_of_fields_with_long_names_are_brief():
    name = MARK * 1_000
    mappings = {"properties": {name + "n": {"type": "long"}}}
    index = Index.from_documents([{name: "x", "t": "fox"}], mappings=mappings)
    fields = [name, name + "n", name + ".keyword", f"{name} {name}"]
    for body in seeds.BODIES:
        text = json.dumps(body, ensure_ascii=False)
        for field in fields:
            for ours in ("title", "text", "tag", "year", "price", "open", "when", "vector", "place", "rank"):
                asked = text.replace(f'"{ours}"', f'"{field}"').replace(f"'{ours}'", f"'{field}'")
                check(index.search, asked)
    for field in (name, name + "n"):
        check(index.analyze, field, "x")
    assert check(index.analyze, "?" + name, "x")


def test_errors_of_mappings_settings_and_documents_are_brief():
    failed = 0
    for mappings in filter(lambda one: isinstance(one, dict), fuzz_documents.MAPPINGS):
        for one in lengthened(mappings):
            failed += check(Index.from_documents, [{"title": "x"}], mappings=one)
    for settings in filter(lambda one: isinstance(one, dict), fuzz_documents.SETTINGS):
        for one in lengthened(settings):
            failed += check(Index.from_documents, [{"title": "x"}], settings=one)
    for document in fuzz_documents.DOCUMENTS:
        for one in lengthened([document]):
            failed += check(Index.from_documents, one, mappings=seeds.MAPPINGS)
    assert failed > 500


SCRIPTS = [
    "{}",
    "{} + 1",
    "doc['{}'].value",
    "doc['title'].{}",
    "params.{}",
    "params.{} + 1",
    "Math.{}(1)",
    "{}(1)",
    "{} x = 1; x",
    "int {} = 'a'; 1",
    "int {0} = 1; int {0} = 2; 1",
    "'{}' * 2",
    '"{}" - 1',
    "Integer.parseInt('{}')",
    "'{}'.{}()",
    "new {}()",
    "int f(int {}) {{ 'x' }} f(1)",
    "int {}(int x) {{ return 'x' }} 1",
    "cosineSimilarity(params.{}, 'vector')",
    "decayDateGauss('{}', '1d', '0', 0.5, doc['when'].value)",
    "ZonedDateTime.parse('{}').getYear()",
    "saturation({}, 1)",
    "'{}'.charAt(100000)",
    "doc['tag'].get({})",
    "for (def {} : 1) {{ }} 1",
    "(({}) 1) + 1",
    "1{}",
    "0x{}",
    "/* {}",
]
WORDS = ["x" * LONG, "¤" * LONG, "x¤" * LONG, "1" * LONG, "x.y" * LONG, "x " * LONG, "-" * LONG, "(" * LONG]


@pytest.mark.parametrize("source", SCRIPTS)
def test_errors_of_scripts_are_brief(index, source):
    for word in WORDS:
        script = source.format(word, word)
        for body in (
            {"rescore": {"script": {"script": {"source": script, "params": {word: word, "y": [word]}}}}},
            {"query": {"script_score": {"query": {"match_all": {}}, "script": {"source": script}}}},
            {"script_fields": {word: {"script": script}}},
        ):
            check(index.search, body)
            error = error_of(index.search, body)
            assert len("" if error is None else str(error)) < 1_000


@pytest.mark.parametrize("kind", model_seeds.kinds().values(), ids=lambda kind: f"{kind.format} {kind.form}")
def test_errors_of_model_files_are_brief(kind):
    data = kind.seeds[0]
    for text in TEXTS:
        long = text.encode()
        for place in range(0, len(data), max(1, len(data) // 25)):
            check(Model.load, data[:place] + long + data[place:])
            check(Model.load, data[:place] + long)
    if kind.form == "json":
        for one in lengthened(json.loads(data)):
            check(Model.load, json.dumps(one).encode())


EXTRACTORS = [
    {"feature_name": "a", "query": {"match": {"title": "{{text}}"}}, "default_score": 1.0},
    {"feature_name": "b", "field": "year"},
    {"feature_name": "c", "script": {"source": "params.x", "params": {"x": 1}}},
    {"feature_name": "d", "param": "p", "default": 2.0},
    {"feature_name": "e", "term_statistics": {"field": "title", "query": "{{text}}", "statistic": "df"}},
]
LINEAR = {
    "class": "org.apache.solr.ltr.model.LinearModel",
    "name": "m",
    "features": [{"name": one["feature_name"]} for one in EXTRACTORS],
    "params": {"weights": {one["feature_name"]: 1.0 for one in EXTRACTORS}},
}


def put_and_ask(index, extractors):
    index.put_model("m", Model.load(LINEAR, extractors))
    rank = {"model_id": "m", "params": {"text": TEXTS[0]}}
    index.search(rescore={"window_size": 10, "learning_to_rank": rank})


def test_errors_of_features_are_brief():
    index = Index.from_documents([{"title": "fox", "year": 3}])
    failed = 0
    for one in lengthened(EXTRACTORS):
        failed += check(put_and_ask, index, one)
        failed += check(lambda one: list(index.extract_features(one, [{"params": {}, "ids": ["0"]}])), one)
    for one in lengthened(LINEAR):
        failed += check(Model.load, one, EXTRACTORS)
    for text in TEXTS:
        for judged in ({text: 1}, {"ids": [text]}, {"ids": ["0"], "params": {text: [text]}}, text):
            failed += check(lambda judged: list(index.extract_features(EXTRACTORS, [judged])), judged)
        failed += check(Model.load, text.encode())
        failed += check(index.put_model, "m", text)
        failed += check(index.delete_model, text)
        failed += check(Model.load, LINEAR, format=text)
        failed += check(Model.load, {text: text})
    assert failed > 100


FILLED = {"query": {"rescore_query": {"match": {"title": "{{q}}"}}}}
ARGUMENTS = [
    lambda index, text: index.docs([text]),
    lambda index, text: index.docs(text),
    lambda index, text: index.explain(text, query={"match_all": {}}),
    lambda index, text: index.search(**{text: 1}),
    lambda index, text: index.search(query={"match_all": {}}, search_type=text),
    lambda index, text: index.search(text),
    lambda index, text: index.search(text.encode()),
    lambda index, text: index.rescore([text], [1.0], rescore={}),
    lambda index, text: index.rescorer(text),
    lambda index, text: index.rescorer(
        {"query": {"rescore_query": {"match": {"title": "{{" + text + "}}"}}}}
    ),
    lambda index, text: index.rescorer(FILLED)([0], [1.0], {text: text}),
    lambda index, text: index.rescorer(FILLED)([0], [1.0], {"q": [text]}),
    lambda index, text: index.rescorer(FILLED, size=text),
    lambda index, text: index.analyze(text, text),
    lambda _, text: Index.from_documents([{"_id": text}, {"_id": text}]),
    lambda _, text: Index.from_documents([{"_id": [text]}]),
    lambda _, text: Index.from_documents([{"a": 1}], columns={text: np.array(["x"])}),
    lambda _, text: Index.from_documents([{"a": 1}], mappings={"properties": {"a": {"type": text}}}),
]


@pytest.mark.parametrize("call", ARGUMENTS)
def test_errors_of_arguments_are_brief(index, call):
    for text in TEXTS:
        assert check(call, index, text)


def test_a_message_that_is_not_long_stays_as_it_is():
    for text in ("", "illegal score_mode [x]", "a.b[3].c: " + "words " * 60):
        assert brief(text) == text
    assert brief("[" + "x" * 60 + "]") == "[" + "x" * 60 + "]"
    assert brief("[" + "x" * 61 + "]") == "[" + show("x" * 61) + "]" == "[" + "x" * 59 + "…]"
    assert len(brief("a b" * 1_000)) <= MOST
