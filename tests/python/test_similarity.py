"""Similarities with extreme parameters: b or k1 so that lengths or frequencies do not count."""

import numpy as np
import pytest

from rescora import Index

DOCUMENTS = [
    {"_id": "both", "t": "x y", "b": "y z"},
    {"_id": "no b", "t": "x"},
    {"_id": "empty b", "t": "x x z", "b": ""},
    {"_id": "long b", "t": "z x", "b": "z y y z z z"},
]
QUERIES = [
    {"match": {"b": "y"}},
    {"match": {"b": "y z"}},
    {"bool": {"should": [{"match": {"t": "x"}}, {"match": {"b": "y"}}]}},
    {"dis_max": {"queries": [{"match": {"t": "x"}}, {"match": {"b": "z"}}], "tie_breaker": 0.5}},
    {"match_phrase": {"b": "z y"}},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize(("k1", "b"), [(1.2, 1), (0, 0.75), (0, 1), (1.2, 0)])
def test_a_window_scores_what_the_first_pass_scores(k1, b, query):
    similarity = {"end": {"type": "BM25", "k1": k1, "b": b}}
    fields = {"t": {"type": "text"}, "b": {"type": "text", "similarity": "end"}}
    index = Index.from_documents(
        DOCUMENTS, mappings={"properties": fields}, settings={"similarity": similarity}
    )
    first = {hit.id: hit.score for hit in index.search(query=query)}
    rescorer = {"rescore_query": query, "query_weight": 0}

    hits = index.search(query={"match_all": {}}, rescore={"window_size": 10, "query": rescorer})

    assert {hit.id: hit.score for hit in hits} == {name: first.get(name, 0) for name in hits.ids}
    assert np.isfinite(hits.scores).all()
