/// The value of a rank_feature field, kept as the upper bits of a float.
#pragma once
#include <bit>
#include <cstdint>

namespace rescora::columns {

/// Sign, exponent and eight bits of the fraction: all but the lowest 15 bits.
inline float decode_feature(std::int64_t code) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(code) << 15);
}

}  // namespace rescora::columns
