/// A double as two 32-bit words, as fdlibm uses them: it branches on the high one, and splits numbers between them.
#pragma once
#include <bit>
#include <cstdint>

namespace rescora {

/// The sign, the exponent and 20 bits of the fraction.
inline std::int32_t high_word(double x) {
    return static_cast<std::int32_t>(std::bit_cast<std::uint64_t>(x) >> 32);
}

/// The high word of |x|.
inline std::int32_t high_word_of_magnitude(double x) {
    return high_word(x) & 0x7FFFFFFF;
}

inline double from_high_word(std::int32_t high) {
    return std::bit_cast<double>(std::uint64_t{static_cast<std::uint32_t>(high)} << 32);
}

inline double without_low_word(double x) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & 0xFFFFFFFF00000000U);
}

/// x * 2^k by adding k to the exponent's bits; x and the result are normal.
inline double with_exponent_moved(double x, int k) {
    const auto step = static_cast<std::uint64_t>(std::int64_t{k}) << 52;
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) + step);
}

/// 2^k for -1022 <= k <= 1023.
inline double power_of_2(int k) {
    return from_high_word((1023 + k) * 0x100000);
}

}  // namespace rescora
