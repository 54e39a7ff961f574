"""Pruning in the first pass changes nothing: pages and counts are those of an exhaustive pass."""

import random

import pytest

from agreement import Both, bits_of
from rescora import RequestError

pytestmark = pytest.mark.slow

DOCUMENTS = 25_000
WORDS = [f"w{rank}" for rank in range(300)]
FREQUENCIES = [1 / (rank + 1) for rank in range(300)]  # Zipf's: w0 stands in nearly every text
LIMITS = (False, 1, 100, 10_000, 20_000)


def texts(seed: int):
    """Draw texts of very different lengths, so that some score far better than most."""
    chance = random.Random(seed)
    for number in range(DOCUMENTS):
        words = chance.choices(WORDS, FREQUENCIES, k=chance.choice([1, 2, 3, 8, 8, 8, 30]))
        yield {"id": str(number), "t": " ".join(words), "n": number % 100, "k": words[0]}


@pytest.fixture(scope="module")
def both():
    mappings = {
        "properties": {
            "t": {"type": "text", "analyzer": "whitespace"},
            "n": {"type": "long"},
            "k": {"type": "keyword"},
        }
    }
    return Both(list(texts(seed=7)), mappings)


def query_of(chance: random.Random) -> dict:
    """Draw a query in which much can be skipped."""
    words = " ".join(chance.choices(WORDS, [f**0.5 for f in FREQUENCIES], k=chance.randint(1, 5)))
    match = {"match": {"t": words}}
    return chance.choice(
        [
            match,
            match,
            {"match": {"t": {"query": words, "operator": "and"}}},
            {"match": {"t": {"query": words, "minimum_should_match": 2}}},
            {
                "bool": {
                    "must": match,
                    "should": {"match": {"t": "w3 w7"}},
                    "filter": {"range": {"n": {"lt": 50}}},
                }
            },
            {"bool": {"should": [match, {"constant_score": {"filter": {"term": {"k": "w1"}}}}]}},
            {"bool": {"must": match, "must_not": {"match": {"t": "w0"}}}},
            {
                "dis_max": {
                    "queries": [match, {"term": {"k": "w2"}}, {"match": {"t": "w5"}}],
                    "tie_breaker": 0.3,
                }
            },
            {"boosting": {"positive": match, "negative": {"match": {"t": "w0"}}, "negative_boost": 0.4}},
            {"match_phrase": {"t": {"query": words, "slop": 2}}},
            {"constant_score": {"filter": match, "boost": 2}},
            {"match_all": {}},
        ]
    )


def test_skipping_changes_no_page_and_no_count(both):
    chance = random.Random(11)
    for _ in range(250):
        body = {"query": query_of(chance), "size": chance.choice([1, 10, 100])}
        if chance.random() < 0.3:
            body["rescore"] = {"window_size": 50, "query": {"rescore_query": query_of(chance)}}
        if chance.random() < 0.2:
            body["min_score"] = chance.choice([1, 3])
        if chance.random() < 0.2:
            body["post_filter"] = {"range": {"n": {"gte": 30}}}

        whole = both.engine.search({**body, "track_total_hits": True})

        for limit in LIMITS:
            hits = both.engine.search({**body, "track_total_hits": limit})
            assert bits_of(hits) == bits_of(whole), (body, limit)
            assert hits.max_score == whole.max_score
            if limit is not False:
                exact = whole.total <= limit
                want = (whole.total, "eq") if exact else (limit, "gte")
                assert (hits.total, hits.total_relation) == want, (body, limit)


def test_looking_at_everything_is_what_the_reference_does(both):
    chance = random.Random(13)
    for _ in range(12):
        both.agree_on({"query": query_of(chance), "size": 20})


@pytest.mark.parametrize("boost", [1, 0, 1e37, 1e38, 3e38])
def test_words_alone_are_what_words_among_filters_are(both, boost):
    """A filter that lets everything through has all documents scored in the general way."""
    chance = random.Random(17)
    for _ in range(40):
        words = " ".join(f"w{chance.randrange(40)}" for _ in range(chance.choice([1, 2, 3, 5])))
        query = {"match": {"t": {"query": words, "boost": boost}}}
        body = {
            "query": query,
            "size": chance.choice([1, 10, 1000]),
            "track_total_hits": chance.choice([True, 50]),
        }

        general = answer(both, {**body, "post_filter": {"match_all": {}}})
        assert answer(both, body) == general, body
        assert isinstance(general, tuple) or general == "a boost makes the weight of a word infinite"


def answer(both, body):
    """Return hits and their count, or the error where a boost makes the weight of a word infinite."""
    try:
        hits = both.engine.search(body)
    except RequestError as error:
        return error.reason
    return bits_of(hits), hits.total, hits.total_relation


def test_nothing_is_counted_wrong_at_size_zero(both):
    for limit in (True, 5, 10_000, 20_000):
        body = {"query": {"match": {"t": "w0 w1"}}, "size": 0, "track_total_hits": limit}
        both.agree_on(body)
