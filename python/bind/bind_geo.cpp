/// columns/geo.h: points as integers, and distances.
#include "arrays.h"
#include "columns/geo.h"

namespace rescora::bind {

void bind_geo(py::module_& module) {
    using py::arg;
    module.def("encode_geo", &columns::encode_geo, arg("lat"), arg("lon"), "A point as one integer: columns/geo.h.");
    module.def(
        "decode_geo",
        [](std::int64_t encoded) {
            const auto point = columns::decode_geo(encoded);
            return std::pair(point.lat, point.lon);
        },
        arg("encoded"), "(latitude, longitude) of such an integer.");
    module.def("arc_distance", &columns::arc_distance, arg("lat1"), arg("lon1"), arg("lat2"), arg("lon2"),
               "Metres along a great circle.");
    module.def("plane_distance", &columns::plane_distance, arg("lat1"), arg("lon1"), arg("lat2"), arg("lon2"),
               "Metres on a plane that touches the Earth.");
}

}  // namespace rescora::bind
