/// Norms: a field's length in one byte, Lucene's encoding: exact up to 40 tokens, then four significant bits.
#pragma once
#include <array>
#include <bit>
#include <cstdint>

namespace rescora::postings {

/// Lengths below this are their own code; above, the code is this plus a small float of the rest.
constexpr std::uint32_t exact_lengths = 24;

namespace detail {

/// A number as a float of four significant bits: the three after the leading one, and a shift.
constexpr std::uint32_t to_four_bits(std::uint32_t value) {
    const auto width = static_cast<std::uint32_t>(std::bit_width(value));
    if (width < 4) return value;
    const std::uint32_t shift = width - 4;
    return ((value >> shift) & 7u) | ((shift + 1) << 3);
}

constexpr std::uint32_t from_four_bits(std::uint32_t code) {
    const std::uint32_t exponent = code >> 3;
    if (exponent == 0) return code;
    return ((code & 7u) | 8u) << (exponent - 1);
}

}  // namespace detail

/// The code of a length in tokens: the greatest code whose length is not above it.
constexpr std::uint8_t encode_length(std::uint32_t tokens) {
    constexpr std::uint32_t longest = 0x7FFFFFFF;
    if (tokens > longest) tokens = longest;
    if (tokens < exact_lengths) return static_cast<std::uint8_t>(tokens);
    return static_cast<std::uint8_t>(exact_lengths + detail::to_four_bits(tokens - exact_lengths));
}

constexpr std::uint32_t decode_length(std::uint8_t code) {
    if (code < exact_lengths) return code;
    return exact_lengths + detail::from_four_bits(code - exact_lengths);
}

}  // namespace rescora::postings
