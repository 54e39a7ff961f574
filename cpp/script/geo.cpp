/// Operations on points of the Earth.
#include "columns/geo.h"

#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::Operation;

double latitude(std::int64_t point) {
    return columns::decode_geo(point).lat;
}

double longitude(std::int64_t point) {
    return columns::decode_geo(point).lon;
}

double arc_distance(std::int64_t point, double lat, double lon) {
    const columns::GeoPoint from = columns::decode_geo(point);
    return columns::arc_distance(from.lat, from.lon, lat, lon);
}

double plane_distance(std::int64_t point, double lat, double lon) {
    const columns::GeoPoint from = columns::decode_geo(point);
    return columns::plane_distance(from.lat, from.lon, lat, lon);
}

}  // namespace

void add_geo(Functions& functions) {
    functions[Operation::latitude] = each_lane<&latitude>;
    functions[Operation::longitude] = each_lane<&longitude>;
    functions[Operation::arc_distance] = each_lane<&arc_distance>;
    functions[Operation::plane_distance] = each_lane<&plane_distance>;
}

}  // namespace rescora::script
