/// The sort order of a column's values: Java's, in which -0.0 is less than 0.0.
#pragma once
#include <bit>
#include <cstdint>

namespace rescora::columns {

/// A finite double as an integer of the same order.
inline std::int64_t sortable(double value) {
    const auto bits = std::bit_cast<std::int64_t>(value);
    return bits ^ ((bits >> 63) & INT64_MAX);
}

struct Ascending {
    bool operator()(std::int64_t left, std::int64_t right) const { return left < right; }
    bool operator()(double left, double right) const { return sortable(left) < sortable(right); }
};

}  // namespace rescora::columns
