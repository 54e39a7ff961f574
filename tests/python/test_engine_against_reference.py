"""Random search bodies: the engine answers as the slow reference does, to the last bit."""

from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, examples
from requests_strategy import MAPPINGS, SETTINGS, bodies, collections, queries

shard_counts = st.sampled_from([1, 1, 2, 3, 7])


@examples(200)
@given(collections(), st.lists(bodies, min_size=1, max_size=5), shard_counts)
def test_any_body_is_answered_alike(docs, asked, shards):
    both = Both(docs, MAPPINGS, {**SETTINGS, "number_of_shards": shards})

    for body in asked:
        both.agree_on(body)


@examples(150)
@given(collections(most=40), st.lists(queries, min_size=5, max_size=15))
def test_any_query_is_scored_alike(docs, asked):
    both = Both(docs, MAPPINGS, SETTINGS)

    for query in asked:
        both.agree_on({"query": query, "size": 50})


@examples(100)
@given(collections(), st.lists(bodies, min_size=1, max_size=4), st.integers(1, 4))
def test_all_shards_statistics_are_used_alike(docs, asked, shards):
    both = Both(docs, MAPPINGS, {**SETTINGS, "number_of_shards": shards})

    for body in asked:
        both.agree_on({**body, "search_type": "dfs_query_then_fetch"})


def test_no_documents_are_searched_alike():
    both = Both([], MAPPINGS, SETTINGS)

    both.agree_on(
        {"query": {"match": {"title": "a"}}, "rescore": {"query": {"rescore_query": {"match_all": {}}}}}
    )
    both.agree_on({"query": {"match_all": {}}, "from": 5, "size": 5})
