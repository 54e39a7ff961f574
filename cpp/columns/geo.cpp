/// Lucene's encoding of geo points, and the distances arc and plane.
#include "columns/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "base/error.h"
#include "base/java_math.h"
namespace rescora::columns {

namespace {

constexpr double radians_per_degree = std::numbers::pi / 180;
constexpr double latitude_step = 180.0 / 4294967296.0, longitude_step = 360.0 / 4294967296.0;

double square(double x) {
    return x * x;
}

/// How many steps lie below; the upper end itself counts as a little less, or it would not fit.
std::int32_t steps_below(double degrees, double limit, double step, const char* name) {
    if (!(degrees >= -limit && degrees <= limit))
        throw InvalidArgument(std::string(name) + " must be from -" + std::to_string(static_cast<int>(limit)) + " to " +
                              std::to_string(static_cast<int>(limit)) + ", not " + std::to_string(degrees));
    if (degrees == limit) degrees = std::nextafter(limit, 0.0);
    return static_cast<std::int32_t>(std::floor(degrees / step));
}

}  // namespace

std::int64_t encode_geo(double lat, double lon) {
    const auto y = static_cast<std::uint32_t>(steps_below(lat, 90, latitude_step, "latitude"));
    const auto x = static_cast<std::uint32_t>(steps_below(lon, 180, longitude_step, "longitude"));
    return static_cast<std::int64_t>(std::uint64_t{y} << 32 | x);
}

GeoPoint decode_geo(std::int64_t encoded) {
    const auto bits = static_cast<std::uint64_t>(encoded);
    const auto y = static_cast<std::int32_t>(bits >> 32), x = static_cast<std::int32_t>(bits & 0xFFFFFFFF);
    return {y * latitude_step, x * longitude_step};
}

double arc_distance(double lat1, double lon1, double lat2, double lon2) {
    const double y1 = lat1 * radians_per_degree, y2 = lat2 * radians_per_degree;
    const double half_y = (lat2 - lat1) * radians_per_degree / 2, half_x = (lon2 - lon1) * radians_per_degree / 2;
    const double h = square(java::sin(half_y)) + java::cos(y1) * java::cos(y2) * square(java::sin(half_x));
    return 2 * earth_mean_radius * java::asin(std::min(1.0, std::sqrt(h)));
}

double plane_distance(double lat1, double lon1, double lat2, double lon2) {
    const double x = (lon2 - lon1) * radians_per_degree * java::cos((lat2 + lat1) / 2 * radians_per_degree);
    const double y = (lat2 - lat1) * radians_per_degree;
    return std::sqrt(x * x + y * y) * earth_mean_radius;
}

}  // namespace rescora::columns
