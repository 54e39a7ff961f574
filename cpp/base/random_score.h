/// Elasticsearch's random_score: a hash of seed and document, so the same for both whenever it is asked.
///
///     salt        = (Java's hashCode of the index's name << 10) | shard
///     salted      = mix32(seed ^ salt)
///     by document : mix32(document ^ salted)
///     by value    : murmur3_x86_32(bytes of the value as text, salted); salted itself where there is no value
///     score       = (hash & 0xFFFFFF) / 2^24
///
/// Source  Appleby, MurmurHash3, 2011: its 32-bit form for x86 and the finalizer of that.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rescora {

/// MurmurHash3's finalizer: every bit of x tells on every bit of the result.
constexpr std::uint32_t mix32(std::uint32_t x) {
    x = (x ^ x >> 16) * 0x85EBCA6Bu;
    x = (x ^ x >> 13) * 0xC2B2AE35u;
    return x ^ x >> 16;
}

namespace murmur3 {

constexpr std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
}

constexpr std::uint32_t scramble(std::uint32_t word) {
    return std::rotl(word * 0xCC9E2D51u, 15) * 0x1B873593u;
}

}  // namespace murmur3

/// Words of four bytes, little-endian, then what is left, then the length.
constexpr std::uint32_t murmur3_x86_32(std::string_view bytes, std::uint32_t seed) {
    using namespace murmur3;
    std::uint32_t hash = seed;
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        const std::uint32_t word =
            byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 | byte_at(bytes, i + 3) << 24;
        hash = std::rotl(hash ^ scramble(word), 13) * 5 + 0xE6546B64u;
    }
    std::uint32_t rest = 0;
    for (std::size_t j = bytes.size(); j > i; --j) rest = rest << 8 | byte_at(bytes, j - 1);
    if (i < bytes.size()) hash ^= scramble(rest);
    return mix32(hash ^ static_cast<std::uint32_t>(bytes.size()));
}

constexpr std::uint32_t salted_seed(std::uint32_t seed, std::uint32_t salt) {
    return mix32(seed ^ salt);
}

/// In [0, 1), exact in a float.
constexpr double random_score(std::uint32_t hash) {
    return static_cast<double>(hash & 0xFFFFFFu) / 16777216.0;
}

}  // namespace rescora
