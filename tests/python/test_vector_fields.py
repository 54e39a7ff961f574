"""dense_vector: what documents, tables and arrays say is what the file holds."""

import math

import numpy as np
import pyarrow
import pytest

import rescora
from kept_fields import DOCS, ids_with, kept, mapping_of, read, refusal
from reference import vectors
from rescora import Index


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ("float", [1, 2.5, -0.1]),
        ("float", (1, 2.5, -0.1)),
        ("float", np.array([1, 2.5, -0.1])),
        ("float", np.array([1, 2.5, -0.1], np.float32)),
        ("float", [np.float32(1), np.float64(2.5), -0.1]),
        ("byte", [1, -128, 127.0]),
        ("byte", np.array([1, -128, 127], np.int8)),
        ("byte", np.array([1, -128, 127])),
        ("byte", "01807F"),
        ("bit", [1, -128, 127]),
        ("bit", np.array([1, 128, 127], np.uint8)),
        ("bit", "01807f"),
    ],
)
def test_a_vector_is_kept_in_every_form(element, value, tmp_path):
    expected = (
        [1, 2.5, float(np.float32(-0.1))]
        if element == "float"
        else [1, -128 % 256 if element == "bit" else -128, 127]
    )

    row, magnitude = kept(value, tmp_path, kind="dense_vector", element_type=element)

    assert row == expected
    if element == "float":
        assert magnitude == vectors.magnitude(element, vectors.vector(element, value))


def test_the_first_document_with_a_vector_decides_the_dimensions(tmp_path):
    docs = [{"f": None}, {}, {"f": [1, 2, 3]}, {"f": [3, 2, 1]}]
    index = Index.from_documents(docs, mappings=mapping_of("dense_vector"), path=tmp_path / "i")

    assert index.mappings == {"properties": {"f": {"type": "dense_vector", "dims": 3}}}
    assert Index.open(tmp_path / "i", verify=True).mappings == index.mappings
    assert ids_with(index) == ["2", "3"]
    bits = Index.from_documents([{"f": "00ff"}], mappings=mapping_of("dense_vector", element_type="bit"))
    assert bits.mappings["properties"]["f"]["dims"] == 16


def test_a_field_without_any_vector_has_no_document():
    for definition in ({}, {"dims": 4}):
        index = Index.from_documents([{"g": 1}], mappings=mapping_of("dense_vector", **definition))
        assert ids_with(index) == []


@pytest.mark.parametrize("shards", [1, 4])
def test_vectors_follow_their_documents_over_batches_and_shards(shards, tmp_path):
    count = 4_500  # more than two batches
    docs = [{"f": [i, 1]} if i % 5 else {} for i in range(count)]
    index = Index.from_documents(
        docs, mappings=mapping_of("dense_vector"), settings={"number_of_shards": shards}
    )

    found = read(index, tmp_path)

    assert len(found) == count
    for i in range(count):
        assert found[str(i)] == (([i, 1], np.float32(math.sqrt(i * i + 1))) if i % 5 else None)


@pytest.mark.parametrize(
    ("value", "definition", "message"),
    [
        ([1, 2], {"dims": 3}, "has a different number of dimensions [2] than defined in the mapping [3]"),
        ([1, 2, 3], {"dims": 2}, "has more dimensions than defined in the mapping [2]"),
        ([], {}, "The number of dimensions should be in the range [1, 4096] but was [0]"),
        ([1] * 4097, {}, "The number of dimensions should be in the range [1, 4096] but was [4097]"),
        ([[1, 2]], {}, "expecting token of type [VALUE_NUMBER] but found [START_ARRAY]"),
        (np.zeros((1, 2)), {}, "expecting token of type [VALUE_NUMBER] but found [START_ARRAY]"),
        ([1, None], {}, "expecting token of type [VALUE_NUMBER] but found [VALUE_NULL]"),
        ([True, 1], {}, "expecting token of type [VALUE_NUMBER] but found [VALUE_BOOLEAN]"),
        (["1", 1], {}, "expecting token of type [VALUE_NUMBER] but found [VALUE_STRING]"),
        (5, {}, "expecting token of type [START_ARRAY] but found [VALUE_NUMBER]"),
        ("0102", {}, "expecting token of type [START_ARRAY] but found [VALUE_STRING]"),
        ({"a": 1}, {}, "expecting token of type [START_ARRAY] but found [START_OBJECT]"),
        (
            [1, math.nan],
            {},
            "element_type [float] vectors do not support NaN values but found [NaN] at dim [1];",
        ),
        ([-math.inf], {}, "do not support infinite values but found [-Infinity] at dim [0];"),
        ([1e39], {}, "do not support infinite values but found [Infinity] at dim [0];"),
        ([10**400], {}, "a component is not a number that a vector can have"),
        ([0, 0], {}, "The [cosine] similarity does not support vectors with zero magnitude. Preview of"),
        ([0, -0.0], {"similarity": "cosine"}, "Preview of invalid vector: [0.0, -0.0]"),
        ([0, 0], {"element_type": "byte"}, "The [cosine] similarity does not support vectors with zero"),
        (
            [1, 1],
            {"similarity": "dot_product"},
            "The [dot_product] similarity can only be used with unit-length",
        ),
        ([1] * 9, {"similarity": "dot_product"}, "Preview of invalid vector: [1.0, 1.0, 1.0, 1.0, 1.0, ...]"),
        ([1, 200], {"element_type": "byte"}, "integers between [-128, 127] but found [200.0] at dim [1];"),
        ([1, 0.5], {"element_type": "byte"}, "non-decimal values but found decimal value [0.5] at dim [1];"),
        ([math.nan], {"element_type": "byte"}, "element_type [byte] vectors do not support NaN values"),
        ("0g", {"element_type": "byte"}, "hexadecimal"),
        ("012", {"element_type": "bit"}, "hexadecimal"),
        ("01", {"element_type": "bit", "dims": 16}, "different number of dimensions [8] than defined in"),
    ],
)
def test_a_vector_that_does_not_fit_is_refused(value, definition, message):
    said = refusal([{"_id": "x", "f": value}], kind="dense_vector", **definition)

    assert said.startswith("document [x]: failed to parse field [f] of type [dense_vector]")
    assert message in said


@pytest.mark.parametrize(
    "definition",
    [
        {"index": False},
        {"similarity": "l2_norm"},
        {"similarity": "max_inner_product", "index_options": {"type": "hnsw", "m": 16}},
        {"element_type": "bit"},
        {"element_type": "byte", "similarity": "dot_product"},
    ],
)
def test_a_zero_vector_is_refused_only_where_it_cannot_be_compared(definition):
    Index.from_documents([{"f": [0, 0]}], mappings=mapping_of("dense_vector", **definition))


def test_a_unit_vector_may_be_a_thousandth_off():
    mappings = mapping_of("dense_vector", similarity="dot_product")
    Index.from_documents([{"f": [math.sqrt(1.0009), 0]}, {"f": [0.6, 0.8]}], mappings=mappings)

    assert "unit-length" in refusal([{"f": [math.sqrt(1.0011), 0]}], mappings)


def test_a_document_has_one_vector():
    docs = [{"a": [{"f": [1, 2]}, {"f": [3, 4]}]}]
    mappings = {"properties": {"a": {"properties": {"f": {"type": "dense_vector"}}}}}

    assert "doesn't support indexing multiple values for the same field" in refusal(docs, mappings)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"dims": 0}, "The number of dimensions should be in the range [1, 4096] but was [0]"),
        ({"dims": 4097}, "range [1, 4096] but was [4097]"),
        ({"dims": 12, "element_type": "bit"}, "should be a multiple of 8 but was [12]"),
        ({"dims": "3"}, "Property [dims] on field [f] must be an integer but got [3]"),
        ({"element_type": "bfloat16"}, "element_type [bfloat16] is not supported by this version"),
        ({"element_type": "int"}, "invalid element_type [int]; available types are [float, byte, bit]"),
        ({"similarity": "cosin"}, "did you mean [cosine]?"),
        ({"similarity": "cosine", "index": False}, "Field [similarity] can only be specified for a field of"),
        ({"index_options": {"type": "flat"}, "index": False}, "Field [index_options] can only be specified"),
        ({"index_options": "hnsw"}, "[index_options] must be an object, not [hnsw]"),
        ({"similarity": "cosine", "element_type": "bit"}, "not supported for [bit] vectors"),
        ({"doc_values": True}, "unknown parameter [doc_values] on mapper [f] of type [dense_vector]"),
        ({"fields": {"x": {"type": "keyword"}}}, "a multi-field of a field of type [dense_vector]"),
    ],
)
def test_a_vector_mapping_that_makes_no_sense_is_refused(definition, message):
    assert message in refusal([], kind="dense_vector", **definition)


def test_a_vector_is_no_multi_field():
    mappings = {"properties": {"a": {"type": "text", "fields": {"f": {"type": "dense_vector"}}}}}

    assert "Field [a.f] of type [dense_vector] can't be used in multifields" in refusal([], mappings)


@pytest.mark.parametrize("layout", ["fixed", "list", "batches"])
def test_vectors_come_from_arrow_tables(layout, tmp_path):
    rows = [[1.0, 2.0, 0.1], None, [3.0, -4.0, 0.0], [0.0, 0.0, 1.0]]
    kind = pyarrow.list_(pyarrow.float32()) if layout == "list" else pyarrow.list_(pyarrow.float32(), 3)
    table = pyarrow.table({"_id": list("abcd"), "f": pyarrow.array(rows, kind)})
    if layout == "batches":
        table = pyarrow.concat_tables([table[:1], table[1:3], table[3:]])

    index = Index.from_documents(table, mappings=mapping_of("dense_vector"))

    assert [found and found[0] for found in read(index, tmp_path).values()] == [
        row and [float(np.float32(x)) for x in row] for row in rows
    ]
    assert index.mappings["properties"]["f"]["dims"] == 3


# -- vectors as a column


def column_index(array, shards=1, **definition):
    return Index.from_documents(
        DOCS,
        mappings=mapping_of("dense_vector", **definition),
        settings={"number_of_shards": shards},
        columns={"f": array},
    )


@pytest.mark.parametrize(("element", "dtype"), [("float", np.float32), ("byte", np.int8), ("bit", np.uint8)])
def test_an_array_of_vectors_is_used_where_it_lies(element, dtype, tmp_path):
    array = np.arange(1, 19).reshape(6, 3).astype(dtype)
    index = column_index(array, element_type=element)

    array[5] = 7

    assert read(index, tmp_path)["5"][0] == [7, 7, 7]
    assert index.mappings["properties"]["f"]["dims"] == (24 if element == "bit" else 3)


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize(
    "array",
    [
        np.linspace(-1, 1, 12).reshape(6, 2),
        np.arange(1, 25, dtype=np.float32).reshape(6, 4)[:, ::2],
        np.arange(1, 13).reshape(6, 2).tolist(),
        np.asfortranarray(np.arange(1, 13, dtype=np.float32).reshape(6, 2)),
    ],
)
def test_other_arrays_of_vectors_are_converted(array, shards, tmp_path):
    found = read(column_index(array, shards), tmp_path)

    assert [found[str(i)][0] for i in range(6)] == np.asarray(array, np.float32).tolist()
    assert ids_with(column_index(array, shards)) == [str(i) for i in range(6)]


@pytest.mark.parametrize(
    ("array", "definition", "message"),
    [
        (np.ones(6), {}, "two-dimensional"),
        (np.ones((5, 2)), {}, "6 documents, not 5"),
        (np.ones((6, 2)), {"dims": 3}, "document 0: The [dense_vector] field [f] has a different number"),
        (np.ones((6, 0)), {}, "range [1, 4096] but was [0]"),
        (
            np.eye(6, 5),
            {},
            "document 5: The [cosine] similarity does not support vectors with zero magnitude",
        ),
        (np.diag([1, 1, 1, np.nan, 1, 1]), {}, "document 3: element_type [float] vectors do not support NaN"),
        (np.full((6, 2), 1e200), {}, "infinite values but found [Infinity] at dim [0]"),
        (np.eye(6) * 128, {"element_type": "byte"}, "between [-128, 127] but found [128.0] at dim [0]"),
        (np.ones((6, 2), bool), {}, "numbers"),
    ],
)
def test_an_array_of_vectors_that_does_not_fit_is_refused(array, definition, message):
    with pytest.raises(rescora.RequestError) as caught:
        column_index(array, **definition)

    assert message in str(caught.value)
    assert "columns.f" in str(caught.value)


def test_an_array_does_not_make_a_vector_field():
    with pytest.raises(rescora.RequestError, match="one-dimensional"):
        Index.from_documents(DOCS, columns={"f": np.ones((6, 2), np.float32)})
    assert Index.from_documents([{"f": [0.5] * 200}]).mappings["properties"]["f"] == {"type": "float"}
