/// Tables of 32-bit values for look-up by byte shuffles: 32 documents at once, without a gather.
/// forest/byte_table.h makes them.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Tables consist of sixteens: of 16 values first the lowest bytes, then the second, the third, the highest.
constexpr std::size_t values_of_sixteen = 16;
constexpr std::size_t bytes_of_sixteen = values_of_sixteen * sizeof(std::uint32_t);

}  // namespace rescora::kernels
