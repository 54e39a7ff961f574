"""geo_point: what documents say is what the file holds; distances are those of the reference."""

import math

import numpy as np
import pytest
from hypothesis import given

from kept_fields import degrees, ids_with, kept, mapping_of, refusal
from reference import geo
from rescora import Index, _core


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
