/// Tables of 32-bit values that are looked into by shuffling their bytes: for 32 documents at once, without a memory
/// access for each. forest/byte_table.h makes them.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Tables consist of sixteens: of 16 values first the lowest bytes, then the second, the third, the highest.
constexpr std::size_t values_of_sixteen = 16;
constexpr std::size_t bytes_of_sixteen = values_of_sixteen * sizeof(std::uint32_t);

}  // namespace rescora::kernels
