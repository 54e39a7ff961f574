/// Builds byte-shuffle tables in the layout of kernels/byte_tables.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/byte_tables.h"

namespace rescora::forest {

/// Appends a table of so many sixteens; zeros follow the values.
inline void append_byte_table(std::span<const std::uint32_t> values, std::size_t sixteens,
                              std::vector<std::uint8_t>& tables) {
    using kernels::bytes_of_sixteen, kernels::values_of_sixteen;
    const std::size_t begin = tables.size();
    tables.resize(begin + sixteens * bytes_of_sixteen);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint8_t* its = tables.data() + (begin + i / values_of_sixteen * bytes_of_sixteen + i % values_of_sixteen);
        for (std::size_t b = 0; b < sizeof(std::uint32_t); ++b)
            its[b * values_of_sixteen] = static_cast<std::uint8_t>(values[i] >> (8 * b));
    }
}

}  // namespace rescora::forest
