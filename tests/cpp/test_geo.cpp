/// Geo points are encoded as in Lucene, and distances are those on a sphere.
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "check.h"
#include "columns/geo.h"

namespace {

using namespace rescora;
using namespace rescora::columns;

constexpr double step = 180.0 / 4294967296.0;

TEST(coded_points_are_rounded_down_by_less_than_a_step) {
    for (const double lat : {-90.0, -89.999, -1e-9, 0.0, 1e-12, 12.345678, 48.86, 89.99999999})
        for (const double lon : {-180.0, -71.34, -1e-9, 0.0, 2.34, 179.99999999}) {
            const GeoPoint point = decode_geo(encode_geo(lat, lon));
            CHECK(point.lat <= lat && lat - point.lat < step);
            CHECK(point.lon <= lon && lon - point.lon < 2 * step);
        }
}

TEST(coding_what_was_decoded_changes_nothing) {
    for (const std::int64_t encoded :
         {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX, std::int64_t{12345} << 20}) {
        const GeoPoint point = decode_geo(encoded);
        CHECK_EQUAL(encoded, encode_geo(point.lat, point.lon));
    }
}

TEST(the_upper_ends_fit_too) {
    CHECK_EQUAL(INT64_C(0x7FFFFFFF7FFFFFFF), encode_geo(90, 180));
    CHECK_EQUAL(static_cast<std::int64_t>(0x8000000080000000), encode_geo(-90, -180));
    CHECK_EQUAL(INT64_C(0x00000000FFFFFFFF), encode_geo(0, -step / 2));
}

TEST(integers_ascend_with_the_latitude) {
    CHECK(encode_geo(-1, 100) < encode_geo(0, -100));
    CHECK(encode_geo(0, 100) < encode_geo(1, -100));
    CHECK(encode_geo(5, 100) < encode_geo(5, -100));  // the longitude has no sign there
}

TEST(points_beyond_the_earth_are_refused) {
    CHECK_THROWS(InvalidArgument, "latitude must be from -90 to 90, not 90.500000", encode_geo(90.5, 0));
    CHECK_THROWS(InvalidArgument, "longitude must be from -180 to 180, not nan", encode_geo(0, NAN));
}

bool near(double expected, double got, double relative) {
    return std::abs(expected - got) <= relative * expected;
}

TEST(arcs_have_the_length_of_their_angle) {
    const double degree = std::numbers::pi / 180 * earth_mean_radius;
    CHECK_EQUAL(0.0, arc_distance(12.5, -7, 12.5, -7));
    CHECK(near(90 * degree, arc_distance(0, 0, 90, 55), 1e-12));
    CHECK(near(180 * degree, arc_distance(-90, 0, 90, 0), 1e-12));
    CHECK(near(2 * degree, arc_distance(0, 179, 0, -179), 1e-12));
    CHECK(near(1e-6 * degree, arc_distance(30, 20, 30.000001, 20), 1e-8));  // the difference itself is rounded
}

TEST(planes_are_near_arcs_where_points_are_near) {
    CHECK(near(arc_distance(52.37, 4.91, 52.38, 4.93), plane_distance(52.37, 4.91, 52.38, 4.93), 1e-6));
    const double degree = std::numbers::pi / 180 * earth_mean_radius;
    CHECK(near(10 * degree, plane_distance(0, 0, 0, 10), 1e-12));
    CHECK(near(358 * degree, plane_distance(0, 179, 0, -179), 1e-12));  // a plane knows no date line
}

}  // namespace
