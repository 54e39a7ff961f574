"""Random windows, chains, weights and ties: what is rescored, what is kept, and in which order."""

from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, examples

WORDS = ("a", "b", "c")
WEIGHTS = (0, 1, 0.7, 1.2, -1, -0.3, 1e10, 3)

texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
collections = st.lists(texts, max_size=15).map(
    lambda drawn: [{"id": f"{number}", "t": text} for number, text in enumerate(drawn)]
)
simple = st.one_of(
    st.sampled_from(WORDS).map(lambda word: {"match": {"t": word}}),
    st.sampled_from([0, 0.5, 2]).map(lambda boost: {"match_all": {"boost": boost}}),
    st.lists(st.integers(0, 14).map(str), max_size=6).map(lambda ids: {"ids": {"values": ids}}),
    st.just({"match_phrase": {"t": {"query": "a b", "slop": 2}}}),
    st.just({"match_none": {}}),
)
stages = st.fixed_dictionaries(
    {
        "window_size": st.sampled_from([0, 1, 2, 3, 5, 15, 16, 10_000]),
        "query": st.fixed_dictionaries(
            {
                "rescore_query": simple,
                "query_weight": st.sampled_from(WEIGHTS),
                "rescore_query_weight": st.sampled_from(WEIGHTS),
                "score_mode": st.sampled_from(["total", "multiply", "avg", "max", "min"]),
            }
        ),
    }
)


@examples(300)
@given(
    collections,
    simple,
    st.lists(stages, min_size=1, max_size=4),
    st.integers(0, 18),
    st.integers(0, 18),
    st.sampled_from([1, 1, 2, 5]),
)
def test_chains_of_rescorers(docs, query, chain, start, size, shards):
    both = Both(docs, {"properties": {"t": {"type": "text"}}}, {"number_of_shards": shards})

    both.agree_on({"query": query, "rescore": chain, "from": start, "size": size})
    both.agree_on({"query": query, "rescore": chain[0], "size": 18})


@examples(60)
@given(collections, st.lists(stages, min_size=1, max_size=2), st.sampled_from([-1, 0, 0.2, 0.5, 2]))
def test_min_score_and_post_filter_cut_before_the_window(docs, chain, least):
    both = Both(docs, {"properties": {"t": {"type": "text"}}})

    body = {"query": {"match": {"t": "a b"}}, "rescore": chain, "size": 20, "min_score": least}
    both.agree_on(body)
    both.agree_on({**body, "post_filter": {"match": {"t": "b c"}}})


def test_from_beyond_the_end_has_the_best_score_still():
    both = Both([{"id": "0", "t": "a"}, {"id": "1", "t": "a b"}])
    body = {"query": {"match": {"t": "a"}}, "from": 5, "size": 5}

    both.agree_on(body)

    hits = both.engine.search(body)
    assert (len(hits), hits.total) == (0, 2)
    assert hits.max_score == both.engine.search({**body, "from": 0})[0].score


def test_no_hits_wanted_counts_without_rescoring():
    index = Both([{"id": "0", "t": "a"}]).engine

    hits = index.search(
        {
            "query": {"match": {"t": "a"}},
            "size": 0,
            "rescore": {"query": {"rescore_query": {"match_all": {}}}},
        }
    )

    assert (hits.ids, hits.total, hits.max_score) == ([], 1, None)
