"""Numbers handed in as arrays: used where they lie, or converted; found like those of documents."""

import gc

import numpy as np
import pytest

import rescora
from rescora import Index

TEXTS = [{"_id": str(i), "t": "a"} for i in range(6)]


def found(index, column, **limits):
    hits = index.search(query={"range": {column: limits}}, size=100)
    return sorted(hits.ids, key=int)


@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_an_array_is_used_where_it_lies(dtype):
    """No copy is made: what is written into the array afterwards is what the index finds."""
    array = np.arange(6).astype(dtype)
    index = Index.from_documents(TEXTS, columns={"v": array})
    assert found(index, "v", gte=4) == ["4", "5"]

    array[0] = 5

    assert found(index, "v", gte=4) == ["0", "4", "5"]


def test_an_array_outlives_its_owner():
    index = Index.from_documents(TEXTS, columns={"v": np.arange(6) * 10})
    gc.collect()
    np.ones(6, np.int64)  # what would now stand there

    assert found(index, "v", gt=15, lt=45) == ["2", "3", "4"]


@pytest.mark.parametrize("shards", [1, 2, 3, 7])
@pytest.mark.parametrize("threads", [1, 4])
def test_arrays_follow_their_documents_into_shards(shards, threads):
    integers, reals = np.arange(50) * 3, np.linspace(-1, 1, 50)
    docs = [{"_id": str(i), "n": int(integers[i]), "x": float(reals[i])} for i in range(50)]
    plain = Index.from_documents(docs, mappings={"properties": {"x": {"type": "double"}}})
    bare = [{"_id": doc["_id"]} for doc in docs]

    index = Index.from_documents(
        bare, settings={"number_of_shards": shards}, columns={"n": integers, "x": reals}, threads=threads
    )

    assert {name: one["type"] for name, one in index.mappings["properties"].items()} == {
        "n": "long",
        "x": "double",
    }
    for limits in ({"gt": 40, "lte": 90}, {"lt": 7}, {"gte": -5}):
        assert found(index, "n", **limits) == found(plain, "n", **limits)
    for limits in ({"gt": 0.3, "lte": 0.9}, {"lt": -0.5}):
        assert found(index, "x", **limits) == found(plain, "x", **limits)


@pytest.mark.parametrize(
    ("array", "kind"),
    [
        (np.arange(6, dtype=np.int32), "long"),
        (np.arange(6, dtype=np.uint8), "long"),
        (np.arange(6, dtype=np.float32), "double"),
        (np.arange(6) > 2, "boolean"),
        (np.arange(12)[::2], "long"),
        ([0, 1, 2, 3, 4, 5], "long"),
    ],
)
def test_other_arrays_are_converted(array, kind):
    index = Index.from_documents(TEXTS, columns={"v": array})

    assert index.mappings["properties"]["v"]["type"] == kind
    expected = [str(i) for i, value in enumerate(array) if value == array[4]]
    assert sorted(index.search(query={"term": {"v": np.asarray(array)[4].item()}}).ids) == expected


def test_arrays_are_saved_with_the_index(tmp_path):
    columns = {"n": np.arange(6), "x": np.linspace(0, 1, 6)}
    index = Index.from_documents(TEXTS, columns=columns, path=tmp_path / "i.rescora")

    assert found(index, "n", gte=4) == ["4", "5"]
    assert found(Index.open(tmp_path / "i.rescora", verify=True), "x", lt=0.3) == ["0", "1"]


def test_a_mapped_type_holds_for_an_array():
    mappings = {"properties": {"v": {"type": "float"}, "d": {"type": "date"}}}
    columns = {"v": np.full(6, 0.1), "d": np.array([0, 1, 2, 3, 4, 5]) * 86_400_000}

    index = Index.from_documents(TEXTS, mappings=mappings, columns=columns)

    assert len(index.search(query={"term": {"v": 0.1}})) == 6
    assert found(index, "d", gte="1970-01-05") == ["4", "5"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"v": np.arange(5)}, "6 documents, not 5"),
        ({"v": np.zeros((6, 1))}, "one-dimensional"),
        ({"v": np.array(list("abcdef"))}, "numbers"),
        ({"v": np.array([0, 1, np.nan, 3, 4, 5])}, "finite"),
        ({"v": np.full(6, 2**63, np.uint64)}, "v"),
        ({"small": np.full(6, 300)}, r"\[-128, 127\]"),
        ({"small": np.full(6, 1.5)}, "fractions"),
        ({"t": np.arange(6)}, "t"),
    ],
)
def test_a_column_that_does_not_fit_is_refused_by_name(columns, message):
    mappings = {"properties": {"small": {"type": "byte"}, "t": {"type": "text"}}}

    with pytest.raises(rescora.RequestError, match=message) as caught:
        Index.from_documents(TEXTS, mappings=mappings, columns=columns)

    assert next(iter(columns)) in str(caught.value)
