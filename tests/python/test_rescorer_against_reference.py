"""Hits from elsewhere, rescored one list at a time, many at once, by a template: as the reference does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rescora
from agreement import Both, bits, bits_of, examples
from reference.script import ScriptError
from requests_strategy import MAPPINGS, SETTINGS, chains, collections, rescorers

TEXT = {"properties": {"t": {"type": "text"}}}
scores_of_hits = st.sampled_from([0.0, -0.0, 1.0, 1.0, 2.5, -3.0, 1e-40, 1e30, 0.1])


@st.composite
def lists_of_hits(draw, docs):
    """Draw some of the documents, in any order, with scores that tie."""
    ids = draw(st.permutations([doc["id"] for doc in docs]))
    ids = ids[: draw(st.integers(0, len(ids)))]
    return ids, [draw(scores_of_hits) for _ in ids]


@examples(250)
@given(st.data(), st.sampled_from([1, 1, 2, 5]))
def test_hits_in_any_order(data, shards):
    docs = data.draw(collections())
    both = Both(docs, MAPPINGS, {**SETTINGS, "number_of_shards": shards})
    rescore = data.draw(st.one_of(rescorers, chains))

    for size in (None, 0, 1, 3, 100):
        ids, scores = data.draw(lists_of_hits(docs))
        both.agree_on_rescoring(ids, scores, rescore, size)


@examples(60)
@given(st.data(), st.sampled_from([1, 2, 4, None]))
def test_many_lists_at_once(data, threads):
    docs = data.draw(collections())
    both = Both(docs, MAPPINGS, {**SETTINGS, "number_of_shards": data.draw(st.sampled_from([1, 3]))})
    rescore, size = data.draw(chains), data.draw(st.sampled_from([None, 0, 2]))
    lists = data.draw(st.lists(lists_of_hits(docs), max_size=5))
    offsets = np.cumsum([0, *(len(ids) for ids, _ in lists)])
    numbers = both.engine.docs([id_ for ids, _ in lists for id_ in ids])
    scores = np.array([score for _, scores in lists for score in scores], np.float32)

    stage = both.engine.rescorer(rescore, size=size)
    try:
        want = [bits(both.reference.rescore(ids, given, rescore, size)) for ids, given in lists]
    except ScriptError:  # several lists may fail, and any may be the first
        with pytest.raises(rescora.RequestError, match=r"^document \[d"):
            stage.batch(numbers, scores, offsets, threads=threads)
        return

    found = stage.batch(numbers, scores, offsets, threads=threads)

    docs_found, scores_found, ends = found
    assert (docs_found.dtype, scores_found.dtype, ends.dtype) == (np.uint32, np.float32, np.int64)
    for i, of_list in enumerate(want):
        part = slice(ends[i], ends[i + 1])
        assert bits(zip(both.engine.ids(docs_found[part]), scores_found[part], strict=True)) == of_list


@pytest.fixture(scope="module")
def both():
    texts = ["quick brown fox", "brown quick fox", "the fox", "quick", "brown fox quick brown", ""]
    docs = [{"id": f"d{i}", "t": text, "n": i} for i, text in enumerate(texts)]
    return Both(docs, {"properties": {**TEXT["properties"], "n": {"type": "long"}}}, {"number_of_shards": 2})


PHRASE = {
    "window_size": 4,
    "query": {"rescore_query": {"match_phrase": {"t": {"query": "{{text}}", "slop": 2}}}},
}
RANGE = {
    "query": {
        "rescore_query": {
            "bool": {"should": [{"match": {"t": "{{text}}"}}, {"range": {"n": {"gte": "{{least}}"}}}]}
        },
        "score_mode": "multiply",
    }
}


def filled(rescore, text, least):
    """Return the template with its parameters in their places, by hand."""
    import json

    return json.loads(json.dumps(rescore).replace("{{text}}", text).replace("{{least}}", str(least)))


@pytest.mark.parametrize("rescore", [PHRASE, RANGE, [PHRASE, RANGE]])
def test_a_template_is_the_request_with_its_parameters_filled_in(both, rescore):
    stage = both.engine.rescorer(rescore, size=None)
    ids, scores = ["d5", "d0", "d4", "d1", "d2", "d3"], np.array([1, 2, 2, 3, 0, 1], np.float32)
    params = [{"text": text, "least": 2} for text in ("quick brown", "fox", "", 'brown "fox" \\ quick')]
    params = [{name: one[name] for name in stage.variables} for one in params]
    numbers = both.engine.docs(ids)

    singles = [stage(numbers, scores, params=one) for one in params]
    n = len(params)
    docs, new, offsets = stage.batch(
        np.tile(numbers, n), np.tile(scores, n), np.arange(n + 1) * len(ids), params=params, threads=3
    )

    for i, (one, (single_docs, single_scores)) in enumerate(zip(params[:3], singles, strict=False)):
        want = both.reference.rescore(ids, scores, filled(rescore, one["text"], 2))
        assert bits(zip(both.engine.ids(single_docs), single_scores, strict=True)) == bits(want)
        part = slice(offsets[i], offsets[i + 1])
        assert (docs[part] == single_docs).all()
        assert (new[part].view(np.uint32) == single_scores.view(np.uint32)).all()
    asked = both.engine.rescore(ids, scores, rescore, size=None, params=params[1])
    assert bits_of(asked) == bits(both.reference.rescore(ids, scores, filled(rescore, "fox", 2)))


def test_parameters_that_are_missing_or_too_many_are_named(both):
    stage = both.engine.rescorer(PHRASE)
    docs, scores = both.engine.docs(["d0"]), [1.0]

    with pytest.raises(rescora.RequestError, match="text"):
        stage(docs, scores)
    with pytest.raises(rescora.RequestError, match="colour"):
        stage(docs, scores, params={"text": "fox", "colour": "red"})
    with pytest.raises(rescora.RequestError, match="2 lists, not 1"):
        stage.batch([0, 1], [1.0, 1.0], [0, 1, 2], params=[{"text": "fox"}])


def test_all_shards_statistics_hold_for_hits_from_elsewhere(both):
    ids, scores = ["d0", "d1", "d4", "d2"], [1.0, 1.0, 1.0, 1.0]
    rescore = {"query": {"rescore_query": {"match": {"t": "quick fox"}}}}

    hits = both.engine.rescore(ids, scores, rescore, search_type="dfs_query_then_fetch")

    want = both.reference.rescore(ids, scores, rescore, 10, "dfs_query_then_fetch")
    assert bits_of(hits) == bits(want)
    assert bits_of(hits) != bits_of(both.engine.rescore(ids, scores, rescore))


def test_what_is_given_is_left_as_it_was(both):
    docs, scores = both.engine.docs(["d1", "d0"]), np.array([1, 2], np.float32)

    both.engine.rescorer({"query": {"rescore_query": {"match_all": {}}}})(docs, scores)

    assert both.engine.ids(docs) == ["d1", "d0"]
    assert scores.tolist() == [1, 2]
