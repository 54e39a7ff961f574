"""dense_vector, geo_point and rank_feature: what documents say is what the file and the reference hold."""

import itertools
import json
import math

import numpy as np
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

import rescora
from agreement import examples
from format_reader import Shard, sections_of
from reference import geo, vectors
from reference.index import Shard as ReferenceShard
from reference.mapping import make_mapping
from rescora import Index, _core


def mapping_of(kind, **parameters):
    return {"properties": {"f": {"type": kind, **parameters}}}


def read(index, tmp_path, field="f"):
    """Return what the saved index holds of a field, by document: numbers, or a vector's row."""
    index.save(tmp_path / "index")
    sections = sections_of((tmp_path / "index").read_bytes())
    number = json.loads(sections[1, 0, 0])["fields"].index(field)
    found = {}
    for shard in (Shard(sections, n) for n in range(len({key[1] for key in sections}))):
        if number in shard.records:
            of_vectors = shard.records[number][1] == 5
            column = shard.vectors(number)[2] if of_vectors else shard.column(1, number)
            found.update(zip(shard.words(10), column, strict=True))
    return found


def kept(value, tmp_path, **definition):
    return read(Index.from_documents([{"f": value}], mappings=mapping_of(**definition)), tmp_path)["0"]


def refusal(documents, mappings=None, **definition):
    with pytest.raises(rescora.RequestError) as caught:
        Index.from_documents(documents, mappings=mappings or mapping_of(**definition))
    return str(caught.value)


def ids_with(index, field="f"):
    return sorted(index.search(query={"exists": {"field": field}}, size=100).ids)


# -- vectors


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


DOCS = [{"_id": str(i)} for i in range(6)]


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


# -- points


@pytest.mark.parametrize(
    "value",
    [
        {"lat": 41.12, "lon": -71.34},
        {"lat": "41.12", "lon": "-71.34", "z": 3},
        "41.12,-71.34",
        " 41.12 , -71.34 ",
        "41.12,-71.34,100.5",
        [-71.34, 41.12],
        [-71.34, 41.12, 5],
        (-71.34, 41.12),
        np.array([-71.34, 41.12]),
        {"type": "Point", "coordinates": [-71.34, 41.12]},
        "POINT (-71.34 41.12)",
        "point(-71.34 41.12)",
        "POINT Z (-71.34 41.12 7)",
        [{"lat": 41.12, "lon": -71.34}],
        [[-71.34, 41.12]],
        [None, "41.12,-71.34"],
    ],
)
def test_a_point_is_kept_in_every_form(value, tmp_path):
    assert kept(value, tmp_path, kind="geo_point") == [geo.encode(41.12, -71.34)]


@pytest.mark.parametrize("text", ["s", "7", "drm3btev3e86", "u09tunq", "zzzzzzzzzzzz", "drm3btev3e86xx", "b"])
def test_a_geohash_is_the_south_west_of_its_cell(text, tmp_path):
    expected = [geo.encode(*geo.geohash(text))]

    assert kept(text, tmp_path, kind="geo_point") == expected
    assert kept({"geohash": text}, tmp_path, kind="geo_point") == expected


def test_several_points_ascend_by_their_integers(tmp_path):
    value = ["10,20", {"lat": -5, "lon": 3}, [20, 10], [-20, 10], None, "90,180"]

    expected = sorted(geo.encode(*point) for point in [(10, 20), (-5, 3), (10, 20), (10, -20), (90, 180)])

    assert kept(value, tmp_path, kind="geo_point") == expected
    assert kept([], tmp_path, kind="geo_point") == []
    assert ids_with(
        Index.from_documents([{"f": []}, {"f": "1,2"}, {}], mappings=mapping_of("geo_point"))
    ) == ["1"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("90.1,0", "illegal latitude value [90.1] for f"),
        ([180.5, 0], "illegal longitude value [180.5] for f"),
        ({"lat": math.nan, "lon": 0}, "illegal latitude value [nan] for f"),
        ([1], "needs a longitude and a latitude"),
        ([1, 2, 3, 4], "[geo_point] field type does not accept more than 3 values"),
        ([1, "2"], "numeric value expected"),
        ([1, 10**400], "must be a number"),
        ({"lat": 1}, "Required [lon]"),
        ({"lat": True, "lon": 1}, "[lat] must be a number"),
        (
            {"lat": 1, "lon": 2, "geohash": "s"},
            "field must be either lat/lon, geohash string or type/coordinates",
        ),
        ({"latitude": 1, "lon": 2}, "field [latitude] not supported - must be one of"),
        ({"type": "Polygon", "coordinates": []}, "can only be 'Point', not [Polygon]"),
        ("1,2,3,4", "expected 2 or 3 coordinates but found: [4]"),
        ("x,2", "latitude must be a number"),
        ("1,", "longitude must be a number"),
        ("hello", "unsupported symbol [l] in geohash [hello]"),
        ("", "empty geohash"),
        ("POINT (1)", "Invalid WKT format"),
        ("LINESTRING POINT (1 2)", "Invalid WKT format"),
        (5, "geo_point expected"),
        (True, "geo_point expected"),
    ],
)
def test_a_point_that_is_none_is_refused(value, message):
    said = refusal([{"_id": "x", "f": value}], kind="geo_point")

    assert said.startswith("document [x]: failed to parse field [f] of type [geo_point]")
    assert message in said


def test_a_height_is_passed_over_unless_the_mapping_says_otherwise():
    for value in ("1,2,3", [1, 2, 3], {"lat": 1, "lon": 2, "z": 3}, "POINT (1 2 3)"):
        said = refusal([{"f": value}], kind="geo_point", ignore_z_value=False)
        assert "found Z value [3.0] but [ignore_z_value] parameter is [false]" in said


def test_a_point_may_be_a_multi_field():
    mappings = {"properties": {"f": {"type": "keyword", "fields": {"at": {"type": "geo_point"}}}}}
    index = Index.from_documents([{"f": "1,2"}, {}], mappings=mappings)

    assert ids_with(index, "f.at") == ["0"]


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees)
def test_points_are_coded_as_the_reference_codes_them(point):
    encoded = geo.encode(*point)

    assert _core.encode_geo(*point) == encoded
    assert _core.decode_geo(encoded) == geo.decode(encoded)


@given(degrees, degrees)
def test_distances_are_those_of_the_reference(one, other):
    # beyond, a rounding of the haversine itself decides: near the antipode, and within a millimetre
    assert _core.arc_distance(*one, *other) == pytest.approx(
        geo.arc_distance(*one, *other), rel=1e-9, abs=1e-3
    )
    assert _core.plane_distance(*one, *other) == pytest.approx(
        geo.plane_distance(*one, *other), rel=1e-9, abs=1e-3
    )


# -- features


FEATURES = [1, 2.5, 1e-30, "7.25", 2.0**-126, np.float32(3), [5], 123456789]


# the reciprocal of 3e38 is refused: see below
@pytest.mark.parametrize(("value", "positive"), [*itertools.product(FEATURES, [True, False]), (3e38, True)])
def test_a_feature_is_kept_without_its_last_bits(value, positive, tmp_path):
    number = np.float32(value[0] if isinstance(value, list) else value)
    if not positive:
        number = np.float32(1) / number
    bits = int(number.view(np.uint32)) >> 15

    assert kept(value, tmp_path, kind="rank_feature", positive_score_impact=positive) == [bits]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "featureValue must be a positive normal float, got: 0.0 for feature f on field _feature"),
        (
            -1.5,
            "got: -1.5 for feature f on field _feature which is less than the minimum positive normal float",
        ),
        (1e-39, "less than the minimum positive normal float: 1.1754944E-38"),
        (1e39, "featureValue must be finite, got: Infinity for feature f on field _feature"),
        (math.nan, "featureValue must be finite, got: NaN for feature f"),
        ("x", 'For input string: "x"'),
        (True, "Current token (VALUE_TRUE) not numeric"),
        ({"a": 1}, "Expected a value but found START_OBJECT"),
        (
            [1, 2],
            "[rank_feature] fields do not support indexing multiple values for the same field [f] in",
        ),
    ],
)
def test_a_feature_that_does_not_fit_is_refused(value, message):
    said = refusal([{"_id": "x", "f": value}], kind="rank_feature")

    assert said.startswith("document [x]: failed to parse field [f] of type [rank_feature]")
    assert message in said


@pytest.mark.parametrize(("value", "message"), [(0, "must be finite"), (3e38, "got: 3.333333E-39")])
def test_a_reciprocal_that_is_not_normal_is_no_feature(value, message):
    assert message in refusal([{"f": value}], kind="rank_feature", positive_score_impact=False)


@given(nps.arrays(np.float64, 6, elements=st.floats(1e-37, 1e37)), st.booleans())
@examples(30)
def test_a_column_of_features_means_its_values(column, positive):
    mappings = mapping_of("rank_feature", positive_score_impact=positive)
    index = Index.from_documents(DOCS, mappings=mappings, columns={"f": column})
    plain = Index.from_documents(
        [{**d, "f": x} for d, x in zip(DOCS, column, strict=True)], mappings=mappings
    )

    assert index.mappings == plain.mappings
    assert ids_with(index) == ids_with(plain)


def test_columns_that_are_no_features_or_points_are_refused():
    for kind, column, message in [
        ("rank_feature", np.array([1, 2, 0, 4, 5, 6]), "positive normal float, but document 2 has 0"),
        ("rank_feature", np.array([1, np.inf, 3, 4, 5, 6]), "finite, but document 1 has inf"),
        ("geo_point", np.ones(6), "a column cannot be of type [geo_point]"),
    ]:
        with pytest.raises(rescora.RequestError) as caught:
            Index.from_documents(DOCS, mappings=mapping_of(kind), columns={"f": column})
        assert message in str(caught.value)


# -- all three


MAPPINGS = {
    "properties": {
        "v": {"type": "dense_vector", "index": False},
        "b": {"type": "dense_vector", "element_type": "byte", "index": False},
        "p": {"type": "geo_point"},
        "r": {"type": "rank_feature"},
        "n": {"type": "rank_feature", "positive_score_impact": False},
    }
}
places = st.one_of(
    degrees.map(lambda point: {"lat": point[0], "lon": point[1]}),
    degrees.map(lambda point: [point[1], point[0]]),
    degrees.map(lambda point: f"{point[0]!r},{point[1]!r}"),
    st.text(geo.BASE32, min_size=1, max_size=12),
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "v": st.lists(st.floats(-(2.0**60), 2.0**60, width=32), min_size=3, max_size=3),
        "b": st.lists(st.integers(-128, 127), min_size=3, max_size=3),
        "p": places | st.lists(places, max_size=3),
        "r": st.floats(1e-37, 1e37),
        "n": st.floats(1e-37, 1e37),
    },
)


@examples(60)
@given(docs=st.lists(documents, min_size=1, max_size=6))
def test_the_reference_keeps_the_same(docs, tmp_path_factory):
    index = Index.from_documents(docs, mappings=MAPPINGS)
    shard = ReferenceShard(make_mapping(MAPPINGS, None))
    for number, document in enumerate(docs):
        shard.add(str(number), document)

    for field, definition in MAPPINGS["properties"].items():
        found = read(index, tmp_path_factory.mktemp("kept"), field)
        expected = shard.field(field)
        assert ids_with(index, field) == sorted(map(str, expected.present))
        for number in range(len(docs)):
            got = found.get(str(number))
            if definition["type"] != "dense_vector":
                assert (got or []) == expected.numbers.get(number, [])
            elif got is None:
                assert number not in expected.vectors
            else:
                assert got[0] == expected.vectors[number]
                if field == "v":
                    assert got[1] == vectors.magnitude("float", expected.vectors[number])


@pytest.mark.parametrize("kind", ["dense_vector", "geo_point", "rank_feature"])
def test_a_value_cannot_be_looked_for(kind):
    mappings = mapping_of(kind)
    mappings["properties"]["t"] = {"type": "text"}
    index = Index.from_documents([{"t": "a 1,2"}], mappings=mappings)
    no_terms = {
        "dense_vector": "Field [f] of type [dense_vector] doesn't support term queries",
        "geo_point": "Geometry fields do not support exact searching, use dedicated geometry queries "
        "instead: [f]",
        "rank_feature": "Queries on [rank_feature] fields are not supported",
    }[kind]
    asked = [
        ({"term": {"f": 1}}, no_terms),
        ({"terms": {"f": [1, "x"]}}, no_terms),
        ({"match": {"f": "1,2"}}, no_terms),
        ({"match_phrase": {"f": "a b"}}, no_terms),
        ({"multi_match": {"query": "a", "fields": ["f", "t"]}}, no_terms),
        ({"range": {"f": {"gte": 1}}}, f"Field [f] of type [{kind}] does not support range queries"),
        (
            {"prefix": {"f": "a"}},
            "Can only use prefix queries on keyword, text and wildcard fields - not on [f]",
        ),
        (
            {"match_phrase_prefix": {"f": "a"}},
            "Can only use phrase prefix queries on text fields - not on [f]",
        ),
    ]
    for query, message in asked:
        with pytest.raises(rescora.RequestError) as caught:
            index.search(query=query)
        assert message in str(caught.value)


@pytest.mark.parametrize("kind", ["dense_vector", "geo_point", "rank_feature"])
def test_a_text_looked_for_in_all_fields_passes_it_over(kind):
    mappings = mapping_of(kind)
    mappings["properties"]["t"] = {"type": "text"}
    index = Index.from_documents([{"t": "a"}], mappings=mappings)

    assert index.search(query={"multi_match": {"query": "a"}}).ids == ["0"]
    assert index.search(query={"multi_match": {"query": "a", "fields": ["*"], "type": "phrase"}}).ids == ["0"]
    assert index.search(query={"multi_match": {"query": "a", "fields": ["f", "t"], "lenient": True}}).ids == [
        "0"
    ]


def test_rank_features_stay_refused_by_name():
    assert "type [rank_features] of field [f] is not supported" in refusal([], kind="rank_features")
