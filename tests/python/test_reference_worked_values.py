"""The values that the specification of the arithmetic works out by hand."""

import math

import numpy as np
import pytest

from reference import Reference, bm25
from reference.blend import FieldFrequencies, blended_frequencies
from reference.index import decode_length, encode_length
from reference.minimum import minimum_should_match
from reference.phrase import exact_frequency, sloppy_frequency
from reference.rescore import Hit, Rescorer, apply
from reference.routing import murmur3, routing_shards, shard_of

f32 = np.float32

FIRST_PASS = [Hit(i, f32(score)) for i, score in enumerate((5, 4, 3, 2, 2))]

RESCORED = [  # window, second scores, query weight, mode, result
    (2, {0: 0.5, 1: 10}, 1, "total", [(1, 14), (0, 5.5), (2, 3), (3, 2), (4, 2)]),
    (2, {1: 10}, 0, "total", [(1, 10), (0, 0), (2, 0), (3, 0), (4, 0)]),
    (
        3,
        {0: 0.1, 1: 0.1, 2: 0.1},
        1,
        "multiply",
        [(3, 2), (4, 2), (0, 0.5), (1, 0.4), (2, f32(3) * f32(0.1))],
    ),
    (3, {2: 1}, 1, "min", [(0, 5), (1, 4), (3, 2), (4, 2), (2, 1)]),
    (0, {0: 9}, 0.5, "total", [(0, 2.5), (1, 2), (2, 1.5), (3, 1), (4, 1)]),
    (10, {3: 3, 4: 3}, 1, "total", [(0, 5), (3, 5), (4, 5), (1, 4), (2, 3)]),
]


@pytest.mark.parametrize(("window", "second", "weight", "mode", "expected"), RESCORED)
def test_the_rescorer_orders_the_worked_cases(window, second, weight, mode, expected):
    rescorer = Rescorer(None, window, f32(weight), f32(1), mode)

    got = apply(rescorer, lambda doc: f32(second[doc]) if doc in second else None, FIRST_PASS)

    assert [(doc, f32(score)) for doc, score in expected] == got


TITLES = {
    "the ethics of ambiguity": 1.3032254,
    "the ethics of being and nothingness": 0.5987902,
    "the ambiguity of the second sex": 0.5987902,
    "the ethics of nausea": 0.70028007,
    "the ambiguity in the myth of sisyphus": 0.55833137,
}


def test_bm25_gives_the_published_scores():
    reference = Reference([{"id": title, "title": title} for title in TITLES])

    hits = reference.search({"query": {"match": {"title": "ethics of ambiguity"}}})

    assert {title: f32(score) for title, score in TITLES.items()} == dict(hits)
    ties = [title for title, score in hits if score == f32(0.5987902)]
    assert ties == ["the ethics of being and nothingness", "the ambiguity of the second sex"]


def test_idf_and_term_scores_have_the_published_bits():
    reference = Reference([{"id": title, "title": title} for title in TITLES])

    def score(word):
        return dict(reference.search({"query": {"match": {"title": word}}}))["the ethics of ambiguity"]

    assert bm25.idf(5, 3) == f32(0.5389965)
    assert bm25.idf(5, 5) == f32(0.087011375)
    assert [score("ethics"), score("of"), score("ambiguity")] == list(
        map(f32, (0.6029453, 0.097334765, 0.6029453))
    )


def test_a_keyword_scores_its_idf():
    docs = [{"id": str(i), "kind": "TV" if i < 3 else "film"} for i in range(9)]
    reference = Reference(docs, {"properties": {"kind": {"type": "keyword"}}})

    hits = reference.search({"query": {"term": {"kind": "TV"}}})

    assert [(str(i), f32(1.0498221)) for i in range(3)] == hits


@pytest.mark.parametrize(
    ("length", "kept"),
    [
        (0, 0),
        (39, 39),
        (40, 40),
        (41, 40),
        (43, 42),
        (56, 56),
        (57, 56),
        (59, 56),
        (60, 60),
        (89, 88),
        (2**31 - 1, 2013265944),
    ],
)
def test_a_length_is_kept_in_one_byte(length, kept):
    assert kept == decode_length(encode_length(length))
    assert encode_length(length) <= 255


FREQUENCIES = [
    ("a b", "x a b a y", 2, 1.3333334),
    ("a b", "a x b", 1, 0.5),
    ("a b", "b a", 1, 0),
    ("a b", "b a", 2, 0.33333334),
    ("a b c", "c b a", 4, 0.2),
    ("a b c", "a x b y c", 2, 0.33333334),
    ("a a", "a", 2, 0),
    ("a a", "a x a", 2, 0.5),
    ("quick fox", "quick brown fox quick fox", 1, 1.5),
    ("a b", "a b x a b", 0, 2),
]


@pytest.mark.parametrize(("query", "document", "slop", "expected"), FREQUENCIES)
def test_a_phrase_is_counted_as_in_the_worked_cases(query, document, slop, expected):
    words, text = query.split(), document.split()
    positions = [[i for i, word in enumerate(text) if word == wanted] for wanted in words]
    offsets = tuple(range(len(words)))

    if slop == 0:
        got = exact_frequency(positions, offsets)
    else:
        got = sloppy_frequency(tuple((word,) for word in words), positions, offsets, slop)

    assert f32(expected) == got


MINIMUMS = [  # clauses, given, how many must match
    (5, 3, 3),
    (5, "3", 3),
    (5, "-2", 3),
    (5, "-7", 0),
    (5, "7", 7),
    (5, "75%", 3),
    (5, "-25%", 4),
    (3, "-25%", 3),
    (2, "2<75%", 2),
    (4, "2<75%", 3),
    (4, "2 < 75%", 3),
    (2, "2<-25% 9<-3", 2),
    (8, "2<-25% 9<-3", 6),
    (12, "2<-25% 9<-3", 9),
]


@pytest.mark.parametrize(("clauses", "given", "expected"), MINIMUMS)
def test_minimum_should_match_is_read_by_its_grammar(clauses, given, expected):
    assert expected == minimum_should_match(clauses, given)


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        ("hell", 0x5A0CB7C3),
        ("hello", 0xD7C31989),
        ("hello w", 0x22AB2984),
        ("hello wo", 0xDF0CA123),
        ("hello wor", 0xE7744D61),
        ("The quick brown fox jumps over the lazy dog", 0xE07DB09C),
        ("The quick brown fox jumps over the lazy cog", 0x4E63D2AD),
    ],
)
def test_an_id_is_hashed_as_elasticsearch_hashes_it(text, hashed):
    assert hashed == murmur3(text.encode("utf-16-le")) & 0xFFFFFFFF


@pytest.mark.parametrize(
    ("data", "seed", "hashed"),
    [(b"", 0, 0), (b"", 1, 0x514E28B7), (b"", 0xFFFFFFFF, 0x81F16F39), (b"hello", 0, 0x248BFA47)],
)
def test_murmur3_gives_the_published_hashes(data, seed, hashed):
    assert hashed == murmur3(data, seed) & 0xFFFFFFFF


def test_an_index_can_be_split_to_at_most_1024_parts():
    assert [routing_shards(n) for n in (1, 2, 3, 4, 5, 512)] == [1024, 1024, 768, 1024, 640, 1024]
    assert routing_shards(1024) == 2048


def test_shards_answer_as_indexes_of_their_documents_would():
    words = ["alpha", "beta", "gamma", "delta"]
    docs = [{"id": str(i), "text": " ".join(words[: 1 + i % 4] * (1 + i % 3))} for i in range(60)]
    body = {
        "query": {"match": {"text": "alpha gamma"}},
        "rescore": {"window_size": 3, "query": {"rescore_query": {"match_phrase": {"text": "alpha beta"}}}},
        "size": 60,
    }
    together = Reference(docs, settings={"number_of_shards": 4})

    parts = [[doc for doc in docs if shard_of(doc["id"], 4) == shard] for shard in range(4)]
    hits = [hit for part in parts for hit in Reference(part).search(body)]

    assert all(parts)
    assert sorted(hits, key=lambda hit: -hit[1]) == together.search(body)


def test_summed_statistics_give_the_scores_of_one_shard():
    docs = [{"id": str(i), "text": "alpha " * (i % 5) + "beta gamma"} for i in range(40)]
    body = {
        "query": {"match_phrase": {"text": "alpha beta"}},
        "size": 40,
        "search_type": "dfs_query_then_fetch",
    }

    many = Reference(docs, settings={"index": {"number_of_shards": 3}}).search(body)

    assert dict(Reference(docs).search(body)) == dict(many)


BLENDS = [  # (having, documents, words) a field, documents, blended frequencies
    ([(3, 10, 50), (3, 10, 50)], 10, [3, 3]),
    ([(5, 10, 50), (3, 10, 50), (1, 10, 50)], 10, [5, 6, 7]),
    ([(1, 10, 50), (5, 10, 50)], 10, [6, 5]),
    ([(5, 10, 50), (3, 5, 50)], 10, [5, 5]),  # never more than the documents that have the field
    ([(5, 8, 50), (4, 8, 5)], 10, [5, 5]),  # nor than the fewest words of a field that has the word
    ([(5, 8, 50), (0, 2, 2)], 10, [5, 0]),  # of one that has it not, the words do not count
    ([(0, 8, 50), (0, 2, 2)], 10, [0, 0]),
]


@pytest.mark.parametrize(("fields", "documents", "expected"), BLENDS)
def test_frequencies_are_blended_over_fields(fields, documents, expected):
    assert expected == blended_frequencies([FieldFrequencies(*field) for field in fields], documents)


def test_a_word_of_several_fields_scores_with_its_blended_frequency():
    docs = [
        {"id": str(i), "first": "ann" if i < 4 else "bob", "last": "ann" if i == 9 else "orr"}
        for i in range(10)
    ]
    query = {"multi_match": {"query": "ann", "fields": ["first", "last^2"], "type": "cross_fields"}}

    scores = dict(Reference(docs).search({"query": query, "size": 10}))

    tf = f32(1) / f32(1.2)  # every field is one word long, as the average is
    first = bm25.score(f32(2.2) * bm25.idf(10, 4), f32(1), tf)
    last = bm25.score((f32(2) * f32(2.2)) * bm25.idf(10, 5), f32(1), tf)
    assert scores == {**{str(i): first for i in range(4)}, "9": last}


def test_values_and_dates_are_found_with_a_constant_score():
    docs = [
        {"id": "a", "year": [1999, 2003], "when": "2020-02-29", "open": True, "weight": 0.1},
        {"id": "b", "year": 2003, "when": "2020-12-31T23:59:59.999Z", "open": False, "weight": 2},
        {"id": "c", "when": 1609459200000, "weight": -1.5},
    ]
    reference = Reference(docs)

    def found(query):
        return [(id_, float(score)) for id_, score in reference.search({"query": query})]

    assert found({"term": {"year": {"value": 2003, "boost": 2}}}) == [("a", 2), ("b", 2)]
    assert found({"terms": {"year": [1999, 7]}}) == [("a", 1)]
    assert found({"range": {"year": {"gt": 1999.5}}}) == [("a", 1), ("b", 1)]
    assert found({"range": {"year": {"gt": 2003}}}) == []
    # what an end lacks is filled with month 1, day 1, hour 23, minute 59: a year ends with its first day
    assert found({"range": {"when": {"lte": "2020-12-31"}}}) == [("a", 1), ("b", 1)]
    assert found({"range": {"when": {"gt": "2020-12"}}}) == [("b", 1), ("c", 1)]
    assert found({"range": {"when": {"lte": "2020||/y"}}}) == [("a", 1), ("b", 1)]
    assert found({"range": {"when": {"gt": "2020-02-29||+1d/d"}}}) == [("b", 1), ("c", 1)]
    assert found({"match": {"when": "2020-02"}}) == []
    assert found({"match": {"when": "2020-02-29"}}) == [("a", 1)]
    # a boolean is weighed as a word is: one of two documents has it, once, and there is no length
    assert found({"term": {"open": "false"}}) == [("b", pytest.approx(math.log(1 + 1.5 / 1.5), rel=1e-6))]
    assert found({"term": {"weight": 0.1}}) == [("a", 1)]
    assert found({"exists": {"field": "year"}}) == [("a", 1), ("b", 1)]
    assert found({"ids": {"values": ["c", "x"]}}) == [("c", 1)]


def test_filters_of_the_first_pass_come_before_the_window():
    docs = [{"id": str(i), "text": "alpha " * (i + 1), "n": i} for i in range(6)]
    body = {
        "query": {"match": {"text": "alpha"}},
        "post_filter": {"range": {"n": {"gte": 2}}},
        "rescore": {"window_size": 1, "query": {"rescore_query": {"match_all": {"boost": 100}}}},
    }
    reference = Reference(docs)

    result = reference.result(body)
    low = min(score for _, score in reference.search({"query": body["query"]}))
    least = float(np.nextafter(low, f32(np.inf)))

    assert [id_ for id_, _ in result.hits] == ["5", "4", "3", "2"]
    assert (result.total, result.total_relation) == (4, "eq")
    assert reference.result({**body, "track_total_hits": 2}).total_relation == "gte"
    assert reference.result({"query": body["query"], "min_score": least}).total == 5
    assert reference.result({**body, "size": 0}) == ([], 4, "eq")


def test_a_phrase_reaches_the_next_value_at_a_slop_of_100():
    reference = Reference([{"id": "a", "text": ["one two", "three"]}, {"id": "b", "text": ["", "", "three"]}])

    def found(text, slop):
        return [
            id_
            for id_, _ in reference.search(
                {"query": {"match_phrase": {"text": {"query": text, "slop": slop}}}}
            )
        ]

    assert found("two three", 99) == []
    assert found("two three", 100) == ["a"]


def test_given_hits_are_ordered_before_the_window_is_cut():
    docs = [{"id": str(i), "text": "alpha beta" if i % 2 else "alpha"} for i in range(6)]
    rescore = {"window_size": 2, "query": {"rescore_query": {"match": {"text": "beta"}}, "score_mode": "max"}}

    hits = Reference(docs).rescore(["4", "3", "1", "0"], [1, 2, 2, 3], rescore)

    assert [id_ for id_, _ in hits] == ["0", "1", "3", "4"]
    assert Reference(docs).rescore(["4", "3", "1", "0"], [1, 2, 2, 3], rescore, size=2) == hits[:2]
