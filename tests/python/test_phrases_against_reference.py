"""Random phrases, over so few terms that repeats and collisions are the rule."""

from hypothesis import given
from hypothesis import strategies as st

from agreement import Both, examples

WORDS = ("a", "b", "c")
STOPPED = (*WORDS, "the", "of")
NEAR_THE_GAP = (98, 99, 100, 101, 102, 103, 205)


def texts(words, most):
    return st.lists(st.sampled_from(words), max_size=most).map(" ".join)


def collections(words):
    """Return a strategy of documents whose field has one text or several."""
    text = texts(words, 25)
    values = st.one_of(text, text, st.lists(text, max_size=3))
    return st.lists(values, max_size=10).map(
        lambda drawn: [{"id": str(number), "t": value} for number, value in enumerate(drawn)]
    )


def phrases(words):
    return st.lists(st.sampled_from(words), min_size=1, max_size=6).map(" ".join)


slops = st.one_of(st.integers(0, 20), st.sampled_from(NEAR_THE_GAP))


def field(analyzer):
    return {"properties": {"t": {"type": "text", "analyzer": analyzer}}}


def agree_first_and_second(both, query):
    """Ask for a phrase as first pass, from the inverted side, and as rescorer, from the forward side."""
    both.agree_on({"query": query, "size": 20})
    for window in (0, 1, 3, 20):
        stage = {"window_size": window, "query": {"rescore_query": query, "rescore_query_weight": 1.5}}
        both.agree_on({"query": {"match_all": {}}, "rescore": stage, "size": 20})


@examples(150)
@given(collections(WORDS), st.lists(st.tuples(phrases(WORDS), slops), min_size=1, max_size=5))
def test_phrases_with_repeated_words(docs, asked):
    both = Both(docs, field("standard"))

    for phrase, slop in asked:
        agree_first_and_second(both, {"match_phrase": {"t": {"query": phrase, "slop": slop}}})


@examples(100)
@given(
    st.sampled_from(["english", "stop"]),
    collections(STOPPED),
    st.lists(st.tuples(phrases(STOPPED), slops), min_size=1, max_size=5),
)
def test_phrases_with_holes(analyzer, docs, asked):
    both = Both(docs, field(analyzer))

    for phrase, slop in asked:
        agree_first_and_second(both, {"match_phrase": {"t": {"query": phrase, "slop": slop}}})


BEGINNINGS = ("", "a", "ab", "abc", "b", "ba", "z")
LONGER = ("a", "ab", "abc", "abd", "b", "ba", "bab")


@examples(120)
@given(
    collections(LONGER),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(LONGER), max_size=3),
            st.sampled_from(BEGINNINGS),
            slops,
            st.integers(1, 5),
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_phrases_that_end_in_a_beginning(docs, asked):
    both = Both(docs, field("standard"))

    for words, beginning, slop, expansions in asked:
        text = " ".join([*words, beginning])
        options = {"query": text, "slop": slop, "max_expansions": expansions}
        agree_first_and_second(both, {"match_phrase_prefix": {"t": options}})


def test_a_phrase_crosses_values_only_by_the_gap():
    both = Both([{"id": "0", "t": ["x a", "b y"]}, {"id": "1", "t": ["a", "", "b"]}], field("standard"))

    found = {}
    for slop in (0, 99, 100, 199, 200):
        body = {"query": {"match_phrase": {"t": {"query": "a b", "slop": slop}}}}
        both.agree_on(body)
        found[slop] = both.engine.search(body).ids
    assert found == {0: [], 99: [], 100: ["0"], 199: ["0"], 200: ["0", "1"]}
