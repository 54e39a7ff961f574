"""Hits of other engines as they give them: integer ids, -1 and NaN for no hit, a row for each query."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement import examples
from rescora import Index, RequestError

LIKES = {"script": {"script": "doc['likes'].value + _score"}}
TEXT = {"query": {"rescore_query": {"match": {"t": "{{q}}"}}}}
N = 20


@pytest.fixture(scope="module")
def index():
    docs = [{"_id": i, "likes": (i * 7) % N, "t": f"w{i % 3} w{i % 5}"} for i in range(N)]
    return Index.from_documents(docs, settings={"number_of_shards": 2})


@pytest.fixture(scope="module")
def stage(index):
    return index.rescorer(LIKES, size=None)


def listed(hits):
    return [(hit.id, hit.score) for hit in hits]


@pytest.mark.parametrize(
    "ids",
    [
        [3, 11, 5],
        ["3", "11", "5"],
        ["3", 11, np.int32(5)],
        (3.0, 11.0, 5.0),
        np.array([3, 11, 5]),
        np.array([3, 11, 5], np.uint8),
        np.array([3.0, 11.0, 5.0]),
        np.array(["3", "11", "5"]),
        np.array([3, "11", 5], object),
        iter([3, 11, 5]),
    ],
)
def test_ids_are_strings_or_integers_in_any_sequence(index, ids):
    docs = index.docs(ids)

    assert docs.dtype == np.uint32
    assert index.ids(docs) == ["3", "11", "5"]


@pytest.mark.parametrize("bad", [1.5, True, np.inf, b"3", {}, [3]])
def test_other_kinds_of_ids_are_type_errors(index, bad):
    with pytest.raises(TypeError, match=r"ids\[1\] must be a string or an integer|sequence of strings"):
        index.docs(["3", bad])


def test_ids_that_are_missing_are_dropped_on_demand(index):
    ids = ["3", "nobody", -1, 5, None, float("nan"), 99]

    assert index.ids(index.docs(ids, missing="drop")) == ["3", "5"]
    with pytest.raises(RequestError, match=r"ids\[1\] is \[nobody\], which is not in the index"):
        index.docs(ids)
    with pytest.raises(RequestError, match=r"ids\[1\] stands for no hit: missing=\"drop\" leaves it out"):
        index.docs(["3", -1])
    with pytest.raises(ValueError, match='missing must be "error" or "drop", not \'skip\''):
        index.docs(ids, missing="skip")


def test_rows_of_ids_become_rows_of_documents(index):
    docs = index.docs(np.array([[3, 99], [-1, 5]]), missing="drop")

    assert docs.shape == (2, 2)
    assert [index.ids(docs[0][:1]), index.ids(docs[1][1:])] == [["3"], ["5"]]
    assert (docs[0][1], docs[1][0]) == (-1, -1)
    with pytest.raises(RequestError, match=r"ids\[0\]\[1\] is \[99\]"):
        index.docs([[3, 99], [-1, 5]])
    with pytest.raises(RequestError, match="equally long"):
        index.docs([[3], [4, 5]])


def test_places_without_a_hit_are_passed_over_whatever_their_score(index):
    expected = listed(index.rescore(["3", "5"], [0.5, 0.25], LIKES))

    for junk in (np.nan, -3.4e38, np.inf, 0):
        assert listed(index.rescore([3, -1, 5], [0.5, junk, 0.25], LIKES)) == expected
    padded = np.array([3, np.nan, 5, np.nan]), np.array([0.5, np.nan, 0.25, np.nan])
    assert listed(index.rescore(*padded, LIKES)) == expected
    assert index.rescore([-1, -1], [np.nan, np.nan], LIKES).ids == []


def test_unknown_ids_and_nan_scores_are_errors_unless_they_are_dropped(index):
    ids, scores = [3, 99, 5, 7], [0.5, 0.4, 0.25, np.nan]

    expected = listed(index.rescore([3, 5], [0.5, 0.25], LIKES))
    assert listed(index.rescore(ids, scores, LIKES, missing="drop")) == expected
    with pytest.raises(RequestError, match=r"ids\[1\] is \[99\]"):
        index.rescore(ids, scores, LIKES)
    with pytest.raises(RequestError, match=r"scores\[2\] is NaN"):
        index.rescore([3, -1, 7], [0.5, 0.4, np.nan], LIKES)


def test_a_stage_passes_over_places_without_a_hit(stage):
    expected = stage(np.array([1, 4], np.uint32), np.array([0.5, 0.25], np.float32))

    for got in (
        stage([1, -1, 4], [0.5, np.nan, 0.25]),
        stage(np.array([-1, 1, 4, -1]), np.array([np.nan, 0.5, 0.25, np.nan])),
    ):
        for one, other in zip(got, expected, strict=True):
            np.testing.assert_array_equal(one, other)


HITS = st.lists(st.lists(st.integers(-1, N - 1), min_size=4, max_size=4), min_size=1, max_size=5)


@examples(60)
@given(rows=HITS, ids=st.booleans(), arrays=st.booleans())
def test_rows_are_the_lists_one_after_another(index, stage, rows, ids, arrays):
    seen = [[doc if doc not in row[:place] else -1 for place, doc in enumerate(row)] for row in rows]
    scores = [[np.nan if doc < 0 else doc / 8 for doc in row] for row in seen]
    numbers = np.array(seen) if arrays else seen
    values = np.array(scores, np.float32) if arrays else scores
    kept = [[doc for doc in row if doc >= 0] for row in seen]

    if ids:
        found = index.rescore(numbers, values, LIKES, size=None)
        each = [index.rescore(row, [doc / 8 for doc in row], LIKES, size=None) for row in kept]
        assert [listed(hits) for hits in found] == [listed(hits) for hits in each]
        assert [hits.total for hits in found] == list(map(len, kept))
        return
    docs, new_scores, offsets = stage.batch(numbers, values)
    assert offsets.tolist() == np.cumsum([0, *map(len, kept)]).tolist()
    for place, row in enumerate(kept):
        expected = stage(np.array(row, np.uint32), np.array([doc / 8 for doc in row], np.float32))
        part = slice(offsets[place], offsets[place + 1])
        np.testing.assert_array_equal(docs[part], expected[0])
        np.testing.assert_array_equal(new_scores[part], expected[1])


def test_rows_have_parameters_each_or_the_same_for_all(index):
    ids, scores = [[0, 1], [2, -1]], [[1.0, 0.5], [1.0, np.nan]]

    each = index.rescore(ids, scores, TEXT, params=[{"q": "w0"}, {"q": "w2"}])
    same = index.rescore(ids, scores, TEXT, params={"q": "w0"})

    assert (
        listed(each[0])
        == listed(same[0])
        == listed(index.rescore([0, 1], [1, 0.5], TEXT, params={"q": "w0"}))
    )
    assert listed(each[1]) == listed(index.rescore([2], [1], TEXT, params={"q": "w2"}))
    assert each[1][0].source == {"likes": 14, "t": "w2 w2"}
    with pytest.raises(RequestError, match="params must be one for each of the 2 lists, not 1"):
        index.rescore(ids, scores, TEXT, params=[{"q": "w0"}])


def test_lists_of_a_batch_are_cut_anew_where_places_have_no_hit(stage):
    docs, _, offsets = stage.batch([1, -1, 4, -1, 2], [1, np.nan, 2, 3, 4], [0, 2, 4, 5])

    assert offsets.tolist() == [0, 1, 2, 3]
    assert docs.tolist() == [1, 4, 2]
    with pytest.raises(RequestError, match=r"window 1: scores\[1\] is NaN"):
        stage.batch([1, -1, 4, 3], [1, np.nan, 2, np.nan], [0, 2, 4])


def test_a_batch_drops_what_is_missing_on_demand(stage):
    docs, _, offsets = stage.batch([[1, N], [2, 3]], [[1, 2], [np.nan, 4]], missing="drop")

    assert (docs.tolist(), offsets.tolist()) == ([1, 3], [0, 1, 2])
    with pytest.raises(RequestError, match="index has documents 0 to 19"):
        stage.batch([[1, N], [2, 3]], [[1, 2], [3, 4]])
    with pytest.raises(RequestError, match=r"window 1: scores\[0\] is NaN"):
        stage.batch([[1, 0], [2, 3]], [[1, 2], [np.nan, 4]])


WRONG_SHAPES = [
    (lambda index, _: index.rescore([[1, 2]], [1, 2], LIKES), "ids has a row a query, so must scores"),
    (lambda index, _: index.rescore([[1, 2]], [[1, 2], [3, 4]], LIKES), "ids has 1 rows, scores has 2"),
    (
        lambda index, _: index.rescore([[1, 2]], [[1]], LIKES),
        "row 0 of ids has 2 entries, that of",
    ),
    (lambda index, _: index.rescore([1, 2], [[1, 2]], LIKES), r"scores has the shape \(1, 2\)"),
    (lambda _, stage: stage.batch([1, 2], [1, 2]), "docs has one dimension, so .offsets. must cut it"),
    (lambda _, stage: stage.batch([[1, 2]], [[1], [2]]), "docs has 1 rows, scores has 2"),
]


@pytest.mark.parametrize(("call", "message"), WRONG_SHAPES)
def test_rows_of_ids_and_scores_must_fit(index, stage, call, message):
    with pytest.raises(RequestError, match=message):
        call(index, stage)


def test_no_rows_are_no_lists(index, stage):
    empty = np.zeros((0, 5), np.int64)

    assert index.rescore(empty, empty, LIKES) == []
    docs, scores, offsets = stage.batch(empty, np.zeros((0, 5)))
    assert (len(docs), len(scores), offsets.tolist()) == (0, 0, [0])
