/// Routing: the id's UTF-16 is hashed to a slot; shards are ranges of slots.
#include "index/routing.h"

#include <algorithm>
#include <bit>
#include <string>

#include "text/utf8.h"

namespace rescora::index {

namespace {

/// The id in UTF-16, lowest byte first: what Elasticsearch hashes.
std::u16string utf16_of(std::string_view id) {
    std::u16string units;
    for (std::size_t at = 0; at < id.size();) {
        const auto [code_point, length] = text::decode(id, at);
        at += length;
        if (code_point < 0x10000) {
            units += static_cast<char16_t>(code_point);
        } else {
            units += static_cast<char16_t>(0xD800 + ((code_point - 0x10000) >> 10));
            units += static_cast<char16_t>(0xDC00 + ((code_point - 0x10000) & 0x3FF));
        }
    }
    return units;
}

/// MurmurHash3_x86_32 with seed 0 (Appleby, public domain), over whole UTF-16 units.
std::uint32_t murmur3(std::u16string_view units) {
    const auto mix = [](std::uint32_t k) { return std::rotl(k * 0xCC9E2D51u, 15) * 0x1B873593u; };
    std::uint32_t hash = 0;
    std::size_t i = 0;
    for (; i + 2 <= units.size(); i += 2) {
        hash ^= mix(static_cast<std::uint32_t>(units[i]) | static_cast<std::uint32_t>(units[i + 1]) << 16);
        hash = std::rotl(hash, 13) * 5 + 0xE6546B64u;
    }
    if (i < units.size()) hash ^= mix(units[i]);
    hash ^= static_cast<std::uint32_t>(units.size() * 2);
    hash = (hash ^ (hash >> 16)) * 0x85EBCA6Bu;
    hash = (hash ^ (hash >> 13)) * 0xC2B2AE35u;
    return hash ^ (hash >> 16);
}

}  // namespace

std::uint32_t route(std::string_view id, std::uint32_t num_shards) {
    if (num_shards <= 1) return 0;
    const int bits = static_cast<int>(std::bit_width(num_shards - 1));
    const std::int64_t routing_shards = std::int64_t{num_shards} << std::max(1, 10 - bits);
    const auto hash = static_cast<std::int32_t>(murmur3(utf16_of(id)));
    const std::int64_t remainder = ((hash % routing_shards) + routing_shards) % routing_shards;
    return static_cast<std::uint32_t>(remainder / (routing_shards / num_shards));
}

}  // namespace rescora::index
