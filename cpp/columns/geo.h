/// Geo points: Lucene's encoding in one integer each, and the distances between them.
#pragma once
#include <cstdint>

namespace rescora::columns {

/// The radius of the Earth as a sphere, in metres.
constexpr double earth_mean_radius = 6371008.7714;

/// Degrees.
struct GeoPoint {
    double lat = 0, lon = 0;
    bool operator==(const GeoPoint&) const = default;
};

/// Latitude and longitude in 32 bits each, rounded down: the latitude in the upper half, so that integers ascend with
/// it.
///
/// Needs  -90 <= lat <= 90 and -180 <= lon <= 180; InvalidArgument otherwise.
std::int64_t encode_geo(double lat, double lon);

/// The south-western corner of what the integer stands for: about a centimetre from what was encoded.
GeoPoint decode_geo(std::int64_t encoded);

/// Metres along a great circle: 2 r asin(sqrt(h)), h = sin²(Δlat / 2) + cos(lat1) cos(lat2) sin²(Δlon / 2).
double arc_distance(double lat1, double lon1, double lat2, double lon2);

/// Metres on a plane that touches the Earth between the points; good for points a few degrees apart.
double plane_distance(double lat1, double lon1, double lat2, double lon2);

}  // namespace rescora::columns
