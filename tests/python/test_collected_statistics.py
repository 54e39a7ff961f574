"""dfs_query_then_fetch: shards report statistics of the terms that they score; the sums weigh all shards."""

import pytest

from agreement import Both
from rescora import Index

WORDS = ["fox", "dog", "probe", "prober", "proof", "brown", "lazy"]
DOCS = [
    {
        "id": f"{number}",
        "a": " ".join(WORDS[(number * step) % 7] for step in range(1, 2 + number % 4)),
        "b": " ".join(WORDS[(number + step * step) % 7] for step in range(number % 3)),
    }
    for number in range(60)
]
FOX = {"match": {"a": "fox"}}


def cross(text: str, *fields: str, **options) -> dict:
    return {
        "multi_match": {
            "type": "cross_fields",
            "fields": list(fields or ("a", "b")),
            "query": text,
            **options,
        }
    }


QUERIES = {
    "cross_fields": cross("fox"),
    "cross_fields of two words": cross("fox dog", tie_breaker=0.3),
    "cross_fields as a sum": cross("fox dog", tie_breaker=1),
    "a sum within a sum": {"bool": {"should": [cross("fox", tie_breaker=1), {"match": {"b": "lazy"}}]}},
    "boosted fields": cross("fox lazy", "a^2", "b^0.5"),
    "the word before its blend": {"bool": {"should": [FOX, cross("fox")]}},
    "the blend before its word": {"bool": {"should": [cross("fox"), FOX]}},
    "fields the other way round": {"bool": {"should": [cross("fox"), cross("fox", "b", "a"), cross("fox")]}},
    "a prefix": {"match_phrase_prefix": {"a": {"query": "pro", "max_expansions": 2}}},
    "a phrase and a prefix": {"match_phrase_prefix": {"a": "fox pro"}},
    "a prefix beside its words": {
        "bool": {
            "should": [
                {"match_phrase_prefix": {"a": {"query": "pro", "max_expansions": 1}}},
                {"match": {"a": "probe prober proof"}},
            ]
        }
    },
    "a filter tells nothing": {"bool": {"filter": FOX, "should": {"match": {"b": "fox"}}}},
    "a negative query tells": {
        "boosting": {"positive": FOX, "negative": {"match": {"b": "dog"}}, "negative_boost": 0.2}
    },
    "a replaced score tells nothing": {
        "function_score": {"query": FOX, "functions": [{"weight": 2}], "boost_mode": "replace"}
    },
    "a script that reads scores": {"script_score": {"query": FOX, "script": "_score * 2"}},
}


@pytest.mark.parametrize("shards", [1, 2, 5])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_scores_as_in_the_reference(query, shards):
    both = Both(DOCS, settings={"number_of_shards": shards})

    for search_type in ("query_then_fetch", "dfs_query_then_fetch"):
        both.agree_on({"query": query, "search_type": search_type, "size": 60})
        for first in (FOX, {"match_all": {}}):
            stage = {"window_size": 60, "query": {"rescore_query": query}}
            both.agree_on({"query": first, "rescore": stage, "search_type": search_type, "size": 60})


def test_hits_from_elsewhere_are_weighed_by_the_words_of_all_stages():
    both = Both(DOCS, settings={"number_of_shards": 3})
    ids, scores = [doc["id"] for doc in DOCS], [1.0] * len(DOCS)
    stages = [
        {"window_size": 60, "query": {"rescore_query": FOX}},
        {"window_size": 60, "query": {"rescore_query": cross("fox")}},
    ]

    for rescore in (stages, stages[::-1]):
        hits = both.engine.rescore(ids, scores, rescore, size=None, search_type="dfs_query_then_fetch")
        found = both.reference.rescore(ids, scores, rescore, search_type="dfs_query_then_fetch")
        assert list(zip(hits.ids, hits.scores, strict=True)) == found


def test_a_text_of_a_compiled_request_is_counted_in_all_shards_too():
    index = Index.from_documents(DOCS, "id", settings={"number_of_shards": 3})
    ids, scores = [doc["id"] for doc in DOCS], [1.0] * len(DOCS)

    def rescore(text):
        return {"window_size": 60, "query": {"rescore_query": {"match": {"a": text}}}}

    wanted = index.rescore(ids, scores, rescore("fox dog"), size=None, search_type="dfs_query_then_fetch")
    stage = index.rescorer(rescore("{{text}}"), search_type="dfs_query_then_fetch", size=None)
    docs, found = stage(index.docs(ids), scores, params={"text": "fox dog"})
    assert index.ids(docs) == wanted.ids
    assert found.tolist() == wanted.scores.tolist()
