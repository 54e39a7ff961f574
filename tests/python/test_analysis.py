"""Analysis is Lucene's: goldens, random texts against the reference, custom analyzers, stemmers."""

import sys
import types
from importlib import metadata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescora
from agreement import Both, bits_of, examples
from pystemmer import needs_pystemmer
from reference.analysis import ANALYZERS, STOP_WORDS, analyze
from reference.goldens import SHIPPED, beside, golden, golden_path
from rescora import Index, UnsupportedError, _core
from rescora.schema.analysis import Analyzers
from rescora.schema.stemmers import SNOWBALL, library_stemmer


@pytest.mark.parametrize(("name", "count"), [("standard", 495), ("english", 302)])
def test_text_is_split_as_lucene_splits_it(name, count):
    if not golden_path(f"{name}-analyzer").exists():
        pytest.skip(
            f"NOT RUN: {golden_path(f'{name}-analyzer')} is not there; RESCORA_SHARED names its folder"
        )
    cases = golden(f"{name}-analyzer")
    analyzer = _core.Analyzer(name)

    wrong = [
        case["text"] for case in cases if list(map(list, analyzer.analyze(case["text"]))) != case["tokens"]
    ]

    assert wrong == []
    assert len(cases) == count


PIECES = (
    *(
        "a",
        "The",
        "fox's",
        "foxes",
        "RUNNING",
        "3.14",
        "can't",
        "e-mail",
        " ",
        "  ",
        "\t",
        "\n",
        ".",
        ",",
        "_",
        "'",
        "\u2019s",
    ),
    *(
        "é",
        "e\u0301",
        "İ",
        "ß",
        "中",
        "文",
        "ひ",
        "カタ",
        "กข",
        "\U0001f600",
        "\U0001f1e9\U0001f1ea",
        "\u200d",
        "\ufe0f",
    ),
    *(
        "א",
        '"',
        "ב",
        "٣",
        "\U00020000",
        "\u1c90",
        "\ua7c7",
        "\u00b8",
        "\u0000",
        "\u00a0",
        "\u3000",
        "\uff41",
        "1",
        "0",
        "x" * 130,
    ),
)
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=12).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)


@examples(300)
@given(st.sampled_from(sorted(ANALYZERS)), texts)
def test_any_text_is_split_as_the_reference_splits_it(name, text):
    assert _core.Analyzer(name).analyze(text) == list(map(tuple, analyze(name, text).tokens))


@pytest.mark.parametrize("query", [{"term": {"t": ""}}, {"match": {"t": ""}}, {"match": {"t": "a b"}}])
def test_an_empty_text_taken_whole_is_the_empty_word(query, tmp_path):
    docs = [{"id": str(i), "t": text} for i, text in enumerate(["", "a b", ["", "a b", ""], [], None, " "])]
    both = Both(docs, {"properties": {"t": {"type": "text", "analyzer": "keyword"}}})

    both.agree_on({"query": query})
    both.agree_on({"query": {"match_all": {}}, "rescore": {"query": {"rescore_query": query}}})
    both.engine.save(tmp_path / "i")
    opened = Index.open(tmp_path / "i", verify=True)
    assert bits_of(opened.search(query=query)) == bits_of(both.engine.search(query=query))


def words(analysis, text, analyzer="own"):
    mappings = {"properties": {"t": {"type": "text", "analyzer": analyzer}}}
    index = Index.from_documents([], mappings=mappings, settings={"analysis": analysis})
    return [(token.token, token.position) for token in index.analyze("t", text)]


TEXT = "The Foxes' fox's RUNNING, not-ran quickly"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"tokenizer": "whitespace"}, ["The", "Foxes'", "fox's", "RUNNING,", "not-ran", "quickly"]),
        ({"tokenizer": "letter"}, ["The", "Foxes", "fox", "s", "RUNNING", "not", "ran", "quickly"]),
        ({"tokenizer": "keyword", "filter": ["lowercase"]}, [TEXT.lower()]),
        ({"tokenizer": "lowercase"}, ["the", "foxes", "fox", "s", "running", "not", "ran", "quickly"]),
        (
            {"tokenizer": "standard", "filter": ["lowercase", "porter_stem"]},
            ["the", "fox", "fox'", "run", "not", "ran", "quickli"],
        ),
        ({"type": "simple"}, ["the", "foxes", "fox", "s", "running", "not", "ran", "quickly"]),
    ],
)
def test_analyzers_are_put_together_in_settings(definition, expected):
    assert [word for word, _ in words({"analyzer": {"own": definition}}, TEXT)] == expected


def test_stop_words_leave_holes():
    analysis = {
        "analyzer": {"own": {"tokenizer": "standard", "filter": ["lowercase", "few"]}},
        "filter": {"few": {"type": "stop", "stopwords": ["fox's", "not"]}},
    }

    assert words(analysis, TEXT) == [("the", 0), ("foxes", 1), ("running", 3), ("ran", 5), ("quickly", 6)]


def test_english_stop_words_are_lucenes():
    every = " ".join(sorted(STOP_WORDS))

    assert words({}, every, "stop") == []
    assert words({}, f"{every} fox", "stop") == [("fox", 33)]


def java_letters():
    """Read the code points that Java 17 takes for letters."""
    letters = set()
    for line in (SHIPPED / "java-characters.txt").read_text().splitlines():
        name, first, last = line.split()[:3]
        if name == "letter":
            letters.update(range(int(first, 16), int(last, 16) + 1))
    return letters


@pytest.mark.parametrize("name", ["simple", "stop"])
def test_letters_are_those_of_java_17(name):
    points = [point for point in range(0x80, 0x110000) if not 0xD800 <= point < 0xE000]
    text = " ".join(map(chr, points))

    tokens = _core.Analyzer(name).analyze(text)

    units = text.encode("utf-16-le")
    letters = {ord(units[start * 2 : end * 2].decode("utf-16-le")) for _, _, start, end in tokens}
    assert letters == {point for point in java_letters() if point >= 0x80}


@pytest.mark.parametrize(
    ("capital", "small"), [("\ua7c7", "\ua7c8"), ("\ua7c9", "\ua7ca"), ("\ua7f5", "\ua7f6")]
)
def test_letters_of_unicode_13_have_a_lower_case(capital, small):
    assert words({}, f"x{capital}", "simple") == [(f"x{small}", 0)]


def stems_of_lucene(path):
    """Read lines of a language, a word and its stem."""
    by_language = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        language, word, stem = line.split("\t")
        by_language.setdefault(language, []).append((word, stem))
    return by_language


def stemming(language):
    kind, name = ("snowball", language) if language in ("english", "porter") else ("stemmer", language)
    return {
        "analyzer": {"own": {"tokenizer": "keyword", "filter": ["stems"]}},
        "filter": {"stems": {"type": kind, "language": name}},
    }


STEMS = stems_of_lucene(SHIPPED / "stems.tsv")
BESIDE = sorted((beside() / "golden" / "2026-11" / "stems").glob("*.tsv.zst"))


@needs_pystemmer
@pytest.mark.parametrize("language", STEMS)
def test_stems_are_those_of_lucenes_snowball(language):
    given, wanted = zip(*STEMS[language], strict=True)

    assert wanted == tuple(stemmed(stemming(language), given))


@needs_pystemmer
def test_every_language_of_the_library_has_stems_of_lucene():
    assert sorted(STEMS) == sorted([*(name for name in SNOWBALL if name != "porter2"), "english", "porter"])


@needs_pystemmer
@pytest.mark.parametrize("path", BESIDE, ids=lambda path: path.name)
def test_all_stems_of_a_vocabulary_are_those_of_lucene(path):
    lines = pa.CompressedInputStream(pa.OSFile(str(path)), "zstd").read().decode("utf-8").splitlines()
    given, wanted = zip(*[line.split("\t") for line in lines], strict=True)

    got = stemmed(stemming(path.name.partition(".")[0]), given)

    differing = [pair for pair in zip(given, wanted, got, strict=True) if pair[1] != pair[2]]
    assert differing == []


def stemmed(analysis, words_given):
    """Return the stem of each word."""
    return Analyzers(analysis)["own"].terms(list(words_given))


@pytest.mark.parametrize("language", ["estonian", "german2", "light_german", "lovins", "arabic"])
def test_a_stemmer_that_is_not_here_is_refused_by_its_name(language):
    with pytest.raises(UnsupportedError, match=rf"the stemmer \[{language}\]"):
        words(stemming(language), "x")


@needs_pystemmer
@pytest.mark.parametrize("shards", [1, 3])
def test_a_stemmed_field_is_searched_by_stems(shards, tmp_path):
    settings = {
        "number_of_shards": shards,
        "analysis": {
            "analyzer": {"own": {"tokenizer": "standard", "filter": ["lowercase", "stems"]}},
            "filter": {"stems": {"type": "stemmer", "language": "german"}},
        },
    }
    mappings = {"properties": {"t": {"type": "text", "analyzer": "own"}, "plain": {"type": "text"}}}
    texts_of = ["das große Haus", "die großen Häuser", "ein Haus im Haus", "nichts", ["Häuser", "und Haus"]]
    stem_all = library_stemmer("german", "")
    docs = []
    for number, text in enumerate(texts_of):
        several = text if isinstance(text, list) else [text]
        plain = [" ".join(stem_all(one.lower().split())) for one in several]
        docs.append({"_id": str(number), "t": text, "plain": plain})
    index = Index.from_documents(docs, mappings=mappings, settings=settings, path=tmp_path / "i")

    for query in ("HÄUSER", "große häuser", "im"):
        plain = " ".join(stem_all(query.lower().split()))
        by_match = index.search(query={"match": {"t": query}})
        assert (by_match.ids, by_match.scores.tolist()) == found(index, {"match": {"plain": plain}})
        phrase = {"query": query, "slop": 100}
        by_phrase = index.search(query={"match_phrase": {"t": phrase}})
        want = found(index, {"match_phrase": {"plain": {**phrase, "query": plain}}})
        assert (by_phrase.ids, by_phrase.scores.tolist()) == want
    assert len(index.search(query={"match": {"t": "haus"}})) == 4


def found(index, query):
    hits = index.search(query=query)
    return hits.ids, hits.scores.tolist()


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"tokenizer": "ngram"}, "tokenizer"),
        ({"tokenizer": "standard", "filter": ["lowercsae"]}, r"did you mean \[lowercase\]"),
        ({"tokenizer": "standard", "filters": []}, r"did you mean \[filter\]"),
        ({"type": "fingerprint"}, "fingerprint"),
        ({"tokenizer": "standard", "filter": "lowercase"}, "list"),
    ],
)
def test_an_analyzer_that_makes_no_sense_is_refused(definition, message):
    with pytest.raises(rescora.RequestError, match=message) as caught:
        words({"analyzer": {"own": definition}}, "x")
    assert "settings.analysis.analyzer.own" in str(caught.value)


def test_offsets_are_in_utf16_units():
    index = Index.from_documents([], mappings={"properties": {"t": {"type": "text"}}})

    tokens = index.analyze("t", "\U0001f600 fox")

    assert [(token.token, token.start_offset, token.end_offset) for token in tokens] == [
        ("\U0001f600", 0, 2),
        ("fox", 3, 6),
    ]


FRENCH = {
    "analysis": {
        "filter": {"stems": {"type": "stemmer", "language": "french"}},
        "analyzer": {"f": {"type": "custom", "tokenizer": "standard", "filter": ["stems"]}},
    }
}


def test_without_pystemmer_a_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "Stemmer", None)
    with pytest.raises(ImportError, match=r'pip install "rescora\[stemmers\]"'):
        Index.from_documents([], settings=FRENCH)


@pytest.mark.parametrize("version", ["3.1.0", "2.0.1", "3.0.0.1"])
def test_a_version_of_pystemmer_with_other_stems_is_refused_and_the_message_says_what_to_install(
    monkeypatch, version
):
    monkeypatch.setitem(sys.modules, "Stemmer", types.ModuleType("Stemmer"))
    monkeypatch.setattr(metadata, "version", lambda _name: version)

    with pytest.raises(ImportError, match=rf"{version} are not Lucene's.*pip install") as caught:
        Index.from_documents([], settings=FRENCH)
    assert "settings.analysis.filter.stems" in str(caught.value)
