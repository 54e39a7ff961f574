/// The hash of tables in memory, keyed with a random key of the process: whoever chooses the terms cannot make them
/// collide. Nothing that is stored or answered may depend on it; for that there is hash.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace rescora {

struct HashKey {
    std::uint64_t first, second, third;
};

/// Drawn when the core is loaded.
extern const HashKey process_key;

namespace hashing {

/// Both halves of the product, joined. With a secret in each factor nobody can construct a collision: unlike in
/// `absorb`, where a difference in the top bit goes through unchanged, whatever the state.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace hashing

/// The hash of two 64-bit words and a length, such as 16 bytes of text.
inline std::uint64_t keyed_hash(std::uint64_t first, std::uint64_t second, std::uint64_t length) {
    using namespace hashing;
    return fold(fold(first ^ process_key.first, second ^ process_key.second) ^ length, process_key.third);
}

/// The hash of bytes, 16 at a time; the state, which is secret, is a factor of each product.
inline std::uint64_t keyed_hash(std::string_view text) {
    using namespace hashing;
    const auto* at = reinterpret_cast<const std::byte*>(text.data());
    std::size_t left = text.size();
    std::uint64_t state = process_key.second;
    for (; left > 2 * word; at += 2 * word, left -= 2 * word)
        state = fold(load(at) ^ process_key.first, load(at + word) ^ state);
    const auto part = [](const std::byte* from, std::size_t n) {
        return n >= word ? load(from) : n > 0 ? load_tail(from, n) : 0;
    };
    const std::uint64_t first = part(at, left), second = left > word ? part(at + word, left - word) : 0;
    return fold(fold(first ^ process_key.first, second ^ state) ^ text.size(), process_key.third);
}

/// A state with one more value in it.
inline std::uint64_t keyed_hash(std::uint64_t state, std::uint64_t value) {
    return hashing::fold(state ^ process_key.first, value ^ process_key.second);
}

/// For the containers of the standard library.
struct KeyedHash {
    std::size_t operator()(std::string_view text) const { return keyed_hash(text); }
};

}  // namespace rescora
