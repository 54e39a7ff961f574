"""Pruning in a rescoring window changes nothing: documents that cannot be in the top hits are skipped."""

import numpy as np
import pytest

import rescora

WORDS = np.array(["a", "b", "c", "d", "e", "f"])
MODES = ("total", "multiply", "avg", "max", "min")
LISTS, LENGTH = 400, 120


def make_index(random, shards):
    documents = []
    for number in range(300):
        words = random.choice(WORDS, size=random.integers(1, 40), p=[0.3, 0.3, 0.2, 0.1, 0.06, 0.04])
        documents.append({"_id": str(number), "t": " ".join(words)})
    return rescora.Index.from_documents(documents, settings={"number_of_shards": shards})


def make_request(random):
    phrase = {
        "query": "{{q}}",
        "slop": int(random.choice([0, 1, 2, 5, 30])),
        "boost": float(random.choice([1, 0, 7.5])),
    }
    return {
        "window_size": int(random.choice([10, LENGTH, 500])),
        "query": {
            "rescore_query": {"match_phrase": {"t": phrase}},
            "query_weight": float(random.choice([1, 0, 0.3, -1])),
            "rescore_query_weight": float(random.choice([1, 0, 2.5, -1, 1e38])),
            "score_mode": str(random.choice(MODES)),
        },
    }


def make_scores(random, shape):
    """Draw scores of which many are equal, or so large that their products are not finite."""
    kind = random.integers(4)
    if kind == 0:
        return random.choice(np.array([0.0, -0.0, 1.0], np.float32), size=shape)
    scores = random.gamma(2.0, [1.0, 0.2, 3e38, 5.0][kind], size=shape)
    with np.errstate(over="ignore"):
        return scores.astype(np.float32) * (-1 if random.integers(8) == 0 else 1)


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("seed", range(12))
def test_the_best_of_a_window_are_those_of_all_its_scores(seed, shards):
    random = np.random.default_rng([seed, shards])
    index = make_index(random, shards)
    offsets = np.arange(LISTS + 1) * LENGTH
    for _ in range(6):
        request, size = make_request(random), int(random.choice([0, 1, 3, 10, 50, 119]))
        docs = np.concatenate([random.permutation(300)[:LENGTH] for _ in range(LISTS)])
        scores = make_scores(random, len(docs))
        phrases = [" ".join(random.permutation(WORDS)[: random.integers(2, 5)]) for _ in range(LISTS)]
        params = [{"q": phrase} for phrase in phrases]

        best = index.rescorer(request, size=size).batch(docs, scores, offsets, params=params)

        every = index.rescorer(request, size=None).batch(docs, scores, offsets, params=params)
        for kept, whole in zip(best[:2], every[:2], strict=True):
            wanted = whole.reshape(LISTS, LENGTH)[:, :size].ravel()
            assert kept.view(np.uint32).tolist() == wanted.view(np.uint32).tolist(), request


def test_a_search_leaves_out_what_a_page_does_not_show():
    random = np.random.default_rng(1)
    index = make_index(random, 2)
    body = {"query": {"match": {"t": "a c f"}}, "rescore": {**make_request(random), "window_size": 200}}
    body["rescore"]["query"]["rescore_query"] = {"match_phrase": {"t": {"query": "a c", "slop": 3}}}

    every = index.search({**body, "size": 200})

    for from_, size in ((0, 1), (0, 10), (5, 20)):
        page = index.search({**body, "from": from_, "size": size})
        assert page.ids == every.ids[from_ : from_ + size]
        assert page.scores.tobytes() == every.scores[from_ : from_ + size].tobytes()
        assert (page.total, page.max_score) == (every.total, every.max_score)
