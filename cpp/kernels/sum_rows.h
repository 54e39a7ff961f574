#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Adds n rows of scores over 64 places, and tells where the sum is above a limit: bit p for place p.
///
///     sums[p] = rows[0][first + p] + rows[1][first + p] + ...
///
/// every step rounded to float, in this order.
///
/// Shapes  rows: n of at least first + 64 scores each. sums: 64.
/// Needs   sums overlaps none of the rows. n is at least 1.
/// Errors  none; a sum that is NaN is not above.
using SumRows = std::uint64_t(const float* const* rows, std::size_t n, std::size_t first, float limit, float* sums);

constexpr std::size_t summed_places = 64;

}  // namespace rescora::kernels
