/// Tables of 32-bit values that are looked into by shuffling their bytes: for 32 documents at once, without a memory
/// access for each.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rescora::kernels {

/// Tables consist of sixteens: of 16 values first the lowest bytes, then the second, the third, the highest.
constexpr std::size_t values_of_sixteen = 16;
constexpr std::size_t bytes_of_sixteen = values_of_sixteen * sizeof(std::uint32_t);

/// Appends a table of so many sixteens; zeros follow the values.
inline void append_byte_table(std::span<const std::uint32_t> values, std::size_t sixteens,
                              std::vector<std::uint8_t>& tables) {
    const std::size_t begin = tables.size();
    tables.resize(begin + sixteens * bytes_of_sixteen);
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t b = 0; b < sizeof(std::uint32_t); ++b)
            tables[begin + i / 16 * bytes_of_sixteen + b * values_of_sixteen + i % 16] =
                static_cast<std::uint8_t>(values[i] >> (8 * b));
}

}  // namespace rescora::kernels
