"""Random models and features, in chains of rescorers: the engine ranks as the slow reference does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, examples
from models_strategy import MAKERS
from reference.model import elasticsearch, ranklib, solr
from requests_strategy import MAPPINGS, SETTINGS, bodies, collections, extractors, queries, ranking_chains
from rescora import ModelError

# Some documents that most queries find, beside those that are drawn.
ALWAYS = [
    {
        "id": f"always{i}",
        "title": " ".join("abcd"[: i % 5]),
        "body": "a runs b" * (i % 3),
        "n": i - 3,
        "x": i / 3,
    }
    for i in range(8)
]
found = st.one_of(st.just({"match_all": {}}), st.just({"match": {"title": "a b"}}), queries)

requests = st.tuples(bodies, found, ranking_chains)


def scorer_of(name, made):
    """Return what scores rows slowly; None for a model whose last bits hang on the exponential."""
    if name == "elasticsearch":
        trained = elasticsearch.parse(made.data)
        exponent = "exponent" in str(trained.get("ensemble", {}).get("aggregate_output"))
        return None if exponent else lambda rows: elasticsearch.score(made.data, rows, list(made.names))
    score = {"ranklib": ranklib.score, "solr": solr.score}[name]
    return lambda rows: score(made.data, rows)


@st.composite
def models(draw):
    """Draw a model file, its features, and what scores rows of them."""
    name = draw(st.sampled_from(["elasticsearch", "ranklib", "solr"]))
    made = MAKERS[name](draw(st.integers(0, 40)), trees=draw(st.integers(1, 6)), leaves=6, features=5)
    return made.data, draw(extractors(made.names)), scorer_of(name, made)


@pytest.fixture(autouse=True)
def quietly():
    with np.errstate(all="ignore"):  # overflow is an answer, too
        yield


def put(both, model_id, model) -> bool:
    """Give both a model; whether it is one of those that can be compared."""
    if model[2] is None:
        return False
    try:
        both.put_model(model_id, *model)
    except ModelError:
        return False
    return True


@examples(60)
@given(collections(), models(), models(), st.lists(requests, min_size=1, max_size=4),
       st.sampled_from([1, 1, 3]), st.sampled_from(["query_then_fetch", "dfs_query_then_fetch"]))  # fmt: skip
def test_searches_are_ranked_alike(docs, one, other, drawn, shards, search_type):
    both = Both(ALWAYS + docs, MAPPINGS, {**SETTINGS, "number_of_shards": shards})
    if not (put(both, "m", one) and put(both, "n", other)):
        return

    for body, query, chain in drawn:
        size = 8 + body.get("size", 0) % 13  # of no hits nothing is scored, so nothing can fail
        more = {"query": query, "size": size, "rescore": chain, "search_type": search_type}
        both.agree_on({**body, **more})


@examples(40)
@given(collections(), models(), models(), ranking_chains, st.sampled_from([1, 3]), st.data())
def test_hits_from_elsewhere_are_ranked_alike(docs, one, other, chain, shards, data):
    both = Both(ALWAYS + docs, MAPPINGS, {**SETTINGS, "number_of_shards": shards})
    if not (put(both, "m", one) and put(both, "n", other)):
        return
    ids = data.draw(st.permutations([doc["id"] for doc in ALWAYS + docs]))
    scores = [data.draw(st.sampled_from([0.0, 1.0, 2.5, -3.0])) for _ in ids]

    both.agree_on_rescoring(ids, scores, chain)
