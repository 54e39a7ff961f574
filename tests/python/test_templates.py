"""Templates: a text that comes with the call gives what the same request with that text in it gives."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pystemmer
import rescora
from agreement import examples

MAPPINGS = {
    "properties": {
        "t": {"type": "text"},
        "e": {"type": "text", "analyzer": "english"},
        "g": {"type": "text", "analyzer": "german"},
        "k": {"type": "keyword"},
        "n": {"type": "long"},
        "d": {"type": "date"},
    }
}
SETTINGS = {
    "indices.query.bool.max_clause_count": 12,
    "number_of_shards": 2,
    "analysis": {
        "analyzer": {"german": {"tokenizer": "standard", "filter": ["lowercase", "stemmed"]}},
        "filter": {"stemmed": {"type": "stemmer", "language": "english" if pystemmer.MISSING else "german"}},
    },
}
WORDS = ["quick", "brown", "the", "Foxes", "häuser", "7", "dog's"]


@pytest.fixture(scope="module")
def index():
    texts = [" ".join(WORDS[(i * k) % 7] for k in range(1, 2 + i % 6)) for i in range(40)]
    documents = [
        {"_id": f"d{i}", "t": text, "e": text, "g": text, "k": text.split()[0], "n": i, "d": "2020-01-01"}
        for i, text in enumerate(texts)
    ]
    return rescora.Index.from_documents(documents, mappings=MAPPINGS, settings=SETTINGS)


def query(clause, **options):
    return {"query": {"rescore_query": clause, **options}}


PHRASE = {"match_phrase": {"t": {"query": "{{q}}", "slop": 2}}}
COMPILED = [
    query(PHRASE),
    query({"match_phrase": {"t": "{{q}}"}}),
    query({"match_phrase": {"t": {"query": "the {{q}} {{r}}", "slop": 1, "boost": 2.5}}}),
    query({"match_phrase": {"t": {"query": "{{q}}", "analyzer": "english", "zero_terms_query": "all"}}}),
    query({"match": {"t": "{{q}}"}}, score_mode="multiply"),
    query({"match": {"e": {"query": "{{q}}", "operator": "and", "zero_terms_query": "all"}}}),
    query({"multi_match": {"query": "{{q}}", "fields": ["t^2", "e"], "tie_breaker": 0.3}}),
    query({"multi_match": {"query": "{{q}}", "fields": ["t", "e"], "type": "phrase", "slop": 3}}),
    query({"multi_match": {"query": "{{q}}", "fields": ["t", "e"], "type": "most_fields"}}),
    query(
        {"bool": {"must": [{"match": {"t": "{{q}}"}}], "should": [PHRASE], "filter": {"term": {"k": "the"}}}}
    ),
    query({"dis_max": {"queries": [{"match": {"t": "{{q}}"}}, {"match": {"e": "{{r}}"}}, PHRASE]}}),
    query({"constant_score": {"filter": {"match": {"t": "{{q}}"}}, "boost": 3}}),
    query({"boosting": {"positive": PHRASE, "negative": {"match": {"t": "{{r}}"}}, "negative_boost": 0.5}}),
    query({"function_score": {"query": PHRASE, "field_value_factor": {"field": "n", "missing": 1}}}),
    [
        query(PHRASE),
        {"window_size": 5, "script": {"script": "_score + doc['n'].value"}},
        query({"match": {"e": "{{r}}"}}),
    ],
    query({"match": {"missing": "{{q}}"}}),
]
FILLED = [
    query({"match": {"t": {"query": "{{q}}", "minimum_should_match": "2<75%"}}}),
    query({"match": {"k": "{{q}}"}}),
    query({"match": {"g": "{{q}}"}}),
    query({"multi_match": {"query": "{{q}}", "fields": ["t", "k"]}}),
    query(
        {
            "multi_match": {
                "query": "{{q}}",
                "fields": ["t", "e"],
                "type": "cross_fields",
                "analyzer": "standard",
            }
        }
    ),
    query({"match_phrase_prefix": {"t": "{{q}}"}}),
    query({"match": {"_id": "{{q}}"}}),
    query({"bool": {"should": [PHRASE, {"term": {"k": "{{r}}"}}]}}),
    query({"bool": {"should": [PHRASE, {"prefix": {"k": "{{r}}"}}]}}),
    query({"bool": {"should": [PHRASE, {"range": {"d": {"lte": "now-1d"}}}]}}),
    [
        query(PHRASE),
        {"window_size": 5, "script": {"script": {"source": "params.w.length()", "params": {"w": "{{r}}"}}}},
    ],
]


def filled(body, params):
    text = json.dumps(body)
    for name, value in params.items():
        text = text.replace("{{" + name + "}}", json.dumps(value)[1:-1])
    return json.loads(text)


def given_to(index, stage, **params):
    docs = np.arange(len(index), dtype=np.uint32)
    scores = (docs % 7).astype(np.float32)
    wanted = {name: value for name, value in params.items() if name in stage.variables}
    found, new = stage(docs, scores, params=wanted or None)
    return found.tolist(), new.view(np.uint32).tolist()


def outcome(work):
    """What a call gives, or why it does not."""
    try:
        return work()
    except rescora.RequestError as error:
        return type(error), error.type, str(error)


texts = st.lists(st.sampled_from([*WORDS, "absent", "...", "fox"]), max_size=7).map(" ".join)


@pytest.mark.parametrize("rescore", COMPILED + FILLED, ids=json.dumps)
@examples(25)
@given(q=texts, r=texts)
def test_a_text_that_comes_later_gives_what_it_gives_at_once(index, rescore, q, r):
    stage = index.rescorer(rescore)

    later = outcome(lambda: given_to(index, stage, q=q, r=r))

    whole = filled(rescore, {"q": q, "r": r})
    assert later == outcome(lambda: given_to(index, index.rescorer(whole)))


@pytest.mark.parametrize("rescore", COMPILED, ids=json.dumps)
def test_texts_of_match_and_match_phrase_are_compiled_once(index, rescore):
    assert index.rescorer(rescore)._compiled is not None


@pytest.mark.parametrize("rescore", FILLED, ids=json.dumps)
def test_what_must_be_known_before_is_read_anew_in_each_call(index, rescore):
    assert index.rescorer(rescore)._compiled is None


def test_a_text_that_may_have_too_many_words_is_counted(index):
    stage = index.rescorer(query(PHRASE))

    assert given_to(index, stage, q="quick brown the foxes dog")  # more characters than 12, fewer words
    with pytest.raises(rescora.RequestError, match="maxClauseCount is set to 12"):
        given_to(index, stage, q="a b c d e f g h i j k l m")


@pytest.mark.parametrize("value", [7, 2.5, True, np.int64(3)])
def test_numbers_are_given_as_their_text(index, value):
    stage = index.rescorer(query({"match": {"t": "{{q}}"}}))
    text = {7: "7", 2.5: "2.5", True: "true", 3: "3"}[value]

    assert given_to(index, stage, q=value) == given_to(index, stage, q=text)


@pytest.mark.parametrize("value", ["\ud800", None, ["fox"], b"fox"])
def test_values_that_are_no_text_are_refused(index, value):
    stage = index.rescorer(query(PHRASE))

    with pytest.raises(rescora.RequestError) as refused:
        given_to(index, stage, q=value)
    assert refused.value.path == "params.q"


def test_lists_have_texts_of_their_own(index):
    stage = index.rescorer(query({"bool": {"should": [PHRASE, {"match": {"e": "{{r}}"}}]}}), size=5)
    long = "x y z quick brown fox"  # may have more words than are allowed: read anew
    texts = [("the fox", "7"), ("the", "dog"), ("", "7"), (long, "7"), ("7 the", "")]
    params = [{"q": q, "r": r} for q, r in texts]
    docs = np.arange(40, dtype=np.uint32)
    scores = np.ones(40, np.float32)

    found, new, offsets = stage.batch(
        np.tile(docs, 5), np.tile(scores, 5), np.arange(6) * 40, params=params, threads=2
    )

    for i, one in enumerate(params):
        alone, their = stage(docs, scores, params=one)
        part = slice(offsets[i], offsets[i + 1])
        assert found[part].tolist() == alone.tolist()
        assert new[part].tobytes() == their.tobytes()


def test_what_is_wrong_beside_a_text_is_said_as_without_one(index):
    wrong = query({"match_phrase": {"t": "\ud800 {{q}}"}})

    later = outcome(lambda: given_to(index, index.rescorer(wrong), q="fox"))

    assert later == outcome(lambda: index.rescorer(query({"match_phrase": {"t": "\ud800 fox"}})))
    assert later[0] is rescora.RequestError
