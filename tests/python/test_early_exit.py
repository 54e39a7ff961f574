"""Early exit keeps exactly the best documents by the first trees, and scores these as if there were none."""

import numpy as np
import pytest

from agreement import bits, bits_of
from ranking import in_order, ranked, stump
from rescora import Index, Model, RequestError

FEATURES = [{"feature_name": name, "field": name} for name in "abc"]
ROWS = np.random.default_rng(4).integers(0, 12, (200, 3))
DOCS = [{"id": f"d{i}", **dict(zip("abc", map(int, row), strict=True))} for i, row in enumerate(ROWS)]
FIRST = {"script_score": {"query": {"match_all": {}}, "script": {"source": "100 + doc['a'].value"}}}
WINDOWS = (1, 40, 150, 1000)


def trees(count: int, seed: int = 1) -> list[dict]:
    """Return trees whose leaves are small fractions, so that sums often tie."""
    random = np.random.default_rng(seed)
    return [
        stump("abc"[random.integers(3)], random.integers(12) + 0.5, *(random.integers(-4, 5, 2) / 4.0))
        for _ in range(count)
    ]


TREES = trees(30)


@pytest.fixture(scope="module", params=[1, 3], ids=["one shard", "three shards"])
def index(request) -> Index:
    index = Index.from_documents(DOCS, "id", settings={"number_of_shards": request.param})
    index.put_model("m", Model.load(TREES, FEATURES))
    return index


def plainly(index, window, after, keep):
    """Return the kept documents of all shards, in order."""
    found = index.search(query=FIRST, size=len(DOCS))
    by_shard: dict[int, list[int]] = {}
    for doc in index.docs(found.ids):
        by_shard.setdefault(index._view.core.shard_of(int(doc)), []).append(int(doc))
    kept = []
    early = Model.load(TREES[:after], ["a", "b", "c"])
    for found_there in by_shard.values():
        docs = sorted(found_there[:window])
        rows = ROWS[[int(id_[1:]) for id_ in index.ids(docs)]]
        best = sorted(zip(-early.predict(rows, raw=True), docs, strict=True))[:keep]
        kept += [doc for _, doc in best]
    ids = index.ids(kept)
    scores = Model.load(TREES, ["a", "b", "c"]).predict(ROWS[[int(id_[1:]) for id_ in ids]])
    return in_order(index, ids, scores)


def search(index, window, after, keep, **more):
    exit_ = {"after_trees": after, "keep": keep}
    more.setdefault("size", min(window, keep))
    return index.search(query=FIRST, rescore=ranked(window, "m", early_exit=exit_), **more)


@pytest.mark.parametrize("window", WINDOWS)
def test_the_best_by_the_first_trees_are_kept_and_scored_by_all(index, window):
    for after in (1, 2, 7, 29, 30, 31, 10_000):
        for keep in (1, 2, 33, 66, 199, 200, 2_000_000_000):
            hits = search(index, window, after, keep)

            want = plainly(index, window, after, keep)
            assert bits_of(hits) == bits(want[: min(window, keep)]), (after, keep)
            assert hits.scored_to_end == len(want)


def test_scores_are_those_without_early_exit(index):
    whole = index.search(query=FIRST, size=200, rescore=ranked(1000, "m"))
    scores = dict(zip(whole.ids, whole.scores, strict=True))

    hits = search(index, 1000, 5, 20)

    assert len(hits) == 20
    assert all(scores[id_] == score for id_, score in zip(hits.ids, hits.scores, strict=True))
    assert [hit.explanation["value"] for hit in search(index, 1000, 5, 20, explain=True)] == [
        hit.score for hit in hits
    ]


def test_it_is_off_by_default_and_the_answer_says_when_it_is_on(index):
    off = index.search(query=FIRST, rescore=ranked(100, "m"))
    null = index.search(query=FIRST, rescore=ranked(100, "m", early_exit=None))
    on = search(index, 100, 5, 10)

    assert off.scored_to_end is null.scored_to_end is None
    assert "early_exit" not in off.to_dict()
    shards = index._view.core.num_shards
    assert on.scored_to_end == 10 * shards
    assert on.to_dict()["early_exit"] == {"scored_to_end": 10 * shards}
    assert search(index, 100, 5, 10, size=0).scored_to_end is None  # nothing was rescored
    none = index.search(
        query={"match_none": {}}, rescore=ranked(100, "m", early_exit={"after_trees": 1, "keep": 10})
    )
    assert none.scored_to_end == 0


def test_of_a_chain_the_last_early_exit_is_counted(index):
    first = ranked(100, "m", early_exit={"after_trees": 5, "keep": 50})
    last = ranked(30, "m", early_exit={"after_trees": 5, "keep": 12})

    hits = index.search(query=FIRST, rescore=[first, last], size=12)

    assert hits.scored_to_end == 12 * index._view.core.num_shards
    begun = index.search(query=FIRST, rescore=[first, ranked(30, "m")], size=12)
    assert begun.scored_to_end == 50 * index._view.core.num_shards


def test_given_hits_may_exit_early_too(index):
    ids = [doc["id"] for doc in DOCS[:60]]
    exit_ = {"after_trees": 6, "keep": 7}
    found = index.rescore(ids, np.ones(60), ranked(100, "m", early_exit=exit_), size=None)
    whole = index.rescore(ids, np.ones(60), ranked(100, "m"), size=None)

    assert len(found) == 7 * index._view.core.num_shards
    assert {*bits_of(found)} <= {*bits_of(whole)}


MALFORMED = [
    ({"after_trees": 5, "keep": 9}, "action_request_validation_exception",
     "Validation Failed: 1: [early_exit.keep] is too small and should be at least the value of "
     "[from + size: 10] but was [9];"),
    ({"after_trees": 0, "keep": 10}, "illegal_argument_exception", "must be at least 1, not [0]"),
    ({"after_trees": 1, "keep": -1}, "illegal_argument_exception", "must be at least 1, not [-1]"),
    ({"after_trees": 1}, "illegal_argument_exception", "Required [keep]"),
    ({"keep": 1}, "illegal_argument_exception", "Required [after_trees]"),
    ({"after_trees": 1, "keep": 10, "kept": 1}, "illegal_argument_exception",
     "[early_exit] unknown field [kept], did you mean [keep]?"),
    ({"after_trees": 2**40, "keep": 10}, "illegal_argument_exception",
     "Value [1099511627776] is out of range for an integer"),
    ([1, 2], "parsing_exception", "[early_exit] must be an object, not START_ARRAY"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kind", "reason"), MALFORMED)
def test_what_early_exit_cannot_be(index, given, kind, reason):
    with pytest.raises(RequestError) as raised:
        index.search(query=FIRST, rescore=ranked(100, "m", early_exit=given))

    assert (raised.value.type, raised.value.reason) == (kind, reason)
    assert raised.value.path.startswith("rescore")


TWO = "[early_exit] is of one ensemble, and model [other] is 2"
SUM = {"class": "org.apache.solr.ltr.model.LinearModel", "name": "m"}
SUM |= {"features": [{"name": "a"}], "params": {"weights": {"a": 1.0}}}
ENSEMBLE = "<ensemble><tree id='1' weight='1'><split><output>1</output></split></tree></ensemble>"


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (SUM, "[early_exit] is of trees, and model [other] has none"),
        (
            f"## Random Forests\n{ENSEMBLE}{ENSEMBLE}".encode(),
            "[early_exit] is of one ensemble, and model [other] is 2",
        ),
    ],
)
def test_models_that_cannot_exit_early(index, model, reason):
    index.put_model("other", Model.load(model, FEATURES[:1]))

    with pytest.raises(RequestError) as raised:
        index.search(rescore=ranked(100, "other", early_exit={"after_trees": 1, "keep": 10}))
    assert raised.value.reason == reason
    assert raised.value.path == "rescore.learning_to_rank.early_exit"
