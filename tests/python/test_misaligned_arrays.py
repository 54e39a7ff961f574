"""Arrays that begin anywhere in memory are copied, for what C reads from such a place is undefined."""

import numpy as np
import pytest

import rescora

COUNT = 40
MAPPINGS = {
    "properties": {
        "t": {"type": "text"},
        "n": {"type": "long"},
        "x": {"type": "double"},
        "f": {"type": "float"},
        "rank": {"type": "rank_feature"},
        "v": {"type": "dense_vector", "dims": 3, "index": False},
    }
}
PHRASE = {"query": {"rescore_query": {"match": {"t": "fox"}}}}
TREE = [{"nodeid": 0, "split": "a", "split_condition": 3.5, "yes": 1, "no": 2, "missing": 1,
         "children": [{"nodeid": 1, "leaf": -0.5}, {"nodeid": 2, "leaf": 1.5}]}]  # fmt: skip


def misaligned(array):
    """Return the same numbers, one byte beside their place."""
    array = np.ascontiguousarray(array)
    memory = np.zeros(array.nbytes + 1, np.uint8)
    moved = memory[1:].view(array.dtype).reshape(array.shape)
    moved[...] = array
    assert not moved.flags.aligned
    return moved


def columns():
    numbers = np.arange(COUNT)
    return {
        "n": numbers * 3 - 20,
        "x": numbers / 7,
        "f": (numbers / 3).astype(np.float32),
        "rank": numbers + 0.25,
        "v": np.stack([np.cos(numbers), np.sin(numbers), 0 * numbers], axis=1).astype(np.float32),
    }


def make_index(given):
    docs = [{"_id": str(i), "t": "fox " * (1 + i % 5) + "dog"} for i in range(COUNT)]
    return rescora.Index.from_documents(docs, mappings=MAPPINGS, columns=given)


@pytest.fixture(scope="module")
def index():
    return make_index(columns())


DOCS = np.array([5, 3, 30, 11], np.uint32)
SCORES = np.array([4.0, 3.0, 2.0, 1.5], np.float32)


@pytest.mark.parametrize("name", columns())
def test_columns_of_an_index(index, name):
    asked = {
        "query": {"match_all": {}},
        "script_fields": {"value": {"script": f"doc['{name}'].value"}} if name in "nxf" else {},
        "size": COUNT,
        "rescore": {
            "window_size": COUNT,
            "query": {
                "rescore_query": {
                    "script_score": {
                        "query": {"match_all": {}},
                        "script": {
                            "source": "Math.abs(dotProduct(params.v, 'v'))",
                            "params": {"v": [1.0, 2.0, 3.0]},
                        },
                    }
                }
            },
        },
    }
    if name == "rank":
        asked["query"] = {"rank_feature": {"field": "rank"}}
    made = make_index({**columns(), name: misaligned(columns()[name])})

    found, want = made.search(asked), index.search(asked)

    assert found.ids == want.ids
    assert found.scores.tobytes() == want.scores.tobytes()
    assert [hit.fields for hit in found] == [hit.fields for hit in want]


def test_hits_of_other_engines(index):
    stage = index.rescorer(PHRASE)
    offsets = np.array([0, 1, 4])
    want = stage(DOCS, SCORES)
    wanted_lists = stage.batch(DOCS, SCORES, offsets=offsets)
    for docs, scores in ((misaligned(DOCS), SCORES), (DOCS, misaligned(SCORES))):
        for got, expected in zip(stage(docs, scores), want, strict=True):
            np.testing.assert_array_equal(got, expected)
        for got, expected in zip(
            stage.batch(docs, scores, offsets=misaligned(offsets)), wanted_lists, strict=True
        ):
            np.testing.assert_array_equal(got, expected)
        got = stage(docs, scores, timeout=60)
        np.testing.assert_array_equal(got[1], want[1])
    for dtype in (np.int32, np.int64, np.uint64, np.float64):
        ids = DOCS.astype(dtype)
        np.testing.assert_array_equal(index.docs(misaligned(ids)), index.docs(ids))
        found = index.rescore(misaligned(ids), misaligned(SCORES.astype(np.float64)), PHRASE)
        assert found.scores.tobytes() == index.rescore(ids, SCORES, PHRASE).scores.tobytes()
    rows = DOCS.astype(np.int64).reshape(2, 2)
    lists = index.rescore(misaligned(rows), misaligned(SCORES.reshape(2, 2)), PHRASE)
    assert [hits.ids for hits in lists] == [
        hits.ids for hits in index.rescore(rows, SCORES.reshape(2, 2), PHRASE)
    ]


def test_judgments_and_features(index):
    features = [{"feature_name": "a", "query": {"match": {"t": "fox"}}}, {"feature_name": "b", "field": "x"}]
    features.append({"feature_name": "c", "first_pass_score": True})
    plain = {"docs": DOCS, "scores": SCORES, "grades": np.array([1, 0, 2, 0], np.float32)}

    want = index.extract_features(features, [plain]).to_numpy()
    got = index.extract_features(
        features, [{key: misaligned(value) for key, value in plain.items()}]
    ).to_numpy()

    for found, expected in zip(got, want, strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_rows_of_a_model(dtype):
    model = rescora.Model.load(TREE, features=["a"])
    rows = np.arange(9).reshape(9, 1).astype(dtype)

    np.testing.assert_array_equal(model.predict(misaligned(rows)), model.predict(rows))
    np.testing.assert_array_equal(model.predict_leaves(misaligned(rows)), model.predict_leaves(rows))
    strided = np.zeros((9, 3), dtype)
    strided[:, :1] = rows
    np.testing.assert_array_equal(model.predict(misaligned(strided)[:, :1]), model.predict(rows))
    rescora.Model.load(TREE, features=["a"], test_rows=(misaligned(rows), misaligned(model.predict(rows))))


def test_parameters_of_scripts(index):
    vector = np.array([1, 2, 3], np.float32)
    script = {"source": "Math.abs(dotProduct(params.v, 'v')) + params.w[1]"}
    bodies = [
        {"query": {"script_score": {"query": {"match_all": {}}, "script": {**script, "params": params}}}}
        for params in (
            {"v": vector.tolist(), "w": [1.5, 2.5]},
            {"v": misaligned(vector), "w": misaligned(np.array([1.5, 2.5]))},
        )
    ]
    assert index.search(bodies[1]).scores.tobytes() == index.search(bodies[0]).scores.tobytes()


def test_the_core_itself_copies_them(index):
    core, stage = index._view.core, index.rescorer(PHRASE)._templated.fixed
    assert core.ids(misaligned(DOCS)) == core.ids(DOCS)
    for got, want in zip(
        stage.within(misaligned(DOCS), misaligned(SCORES), 10, [], None, False),
        stage.within(DOCS, SCORES, 10, [], None, False),
        strict=True,
    ):
        np.testing.assert_array_equal(got, want)
    rows = misaligned(np.zeros((2, 1), np.float32))
    with pytest.raises(TypeError, match="X must be aligned"):  # for any strides are taken: Model copies them
        rescora.Model.load(TREE, features=["a"])._core.predict(rows, False)


@pytest.mark.parametrize("docs", [np.int64, np.int32, np.float64, np.dtype(">u4")])
def test_numbers_of_another_kind_are_answered_as_where_they_are_aligned(index, docs):
    stage = index.rescorer(PHRASE)

    def answer(numbers, scores):
        try:
            return [list(part) for part in stage(numbers, scores)]
        except (TypeError, ValueError) as error:
            return str(error)

    numbers, scores = DOCS.astype(docs), SCORES.astype(np.float64)
    assert answer(misaligned(numbers), misaligned(scores)) == answer(numbers, scores)
    packed = np.zeros(len(DOCS), np.dtype([("flag", np.uint8), ("doc", docs)]))
    packed["doc"] = numbers
    assert answer(packed["doc"], scores) == answer(numbers, scores)
