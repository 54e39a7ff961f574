/// A 64-bit hash of bytes, for checksums of files and for terms. segment/FORMAT.md defines it step by step.
///
/// Every step is invertible, so two inputs of one length that differ only within one aligned 8-byte word never
/// collide: a damaged byte is always found, not just nearly always.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace rescora {

namespace hashing {

// The fractions of the square roots of 2, 3, 5 and 7 in 64 bits, made odd so that multiplying can be undone.
constexpr std::uint64_t root2 = 0x6A09E667F3BCC909, root3 = 0xBB67AE8584CAA73B;
constexpr std::uint64_t root5 = 0x3C6EF372FE94F82B, root7 = 0xA54FF53A5F1D36F1;

constexpr std::size_t lanes = 4;  // independent sums: a multiplication takes three cycles, but one starts every cycle
constexpr std::size_t word = sizeof(std::uint64_t);

inline std::uint64_t load(const std::byte* at) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t value;
    std::memcpy(&value, at, word);
    return value;
}

/// The last n < 8 bytes as a word, zeros above them; two overlapping reads instead of a loop.
inline std::uint64_t load_tail(const std::byte* at, std::size_t n) {
    if (n >= 4) {
        std::uint32_t low, high;
        std::memcpy(&low, at, 4);
        std::memcpy(&high, at + n - 4, 4);
        return low | std::uint64_t{high} << 8 * (n - 4);
    }
    const auto byte = [at](std::size_t i) { return std::to_integer<std::uint64_t>(at[i]) << 8 * i; };
    return byte(0) | byte(n / 2) | byte(n - 1);
}

/// The word is multiplied before it meets the state, so that its top bit reaches the others as well.
inline std::uint64_t absorb(std::uint64_t state, std::uint64_t value) {
    return std::rotl(state ^ (value * root3), 29) * root5;
}

/// Spreads every bit over the whole word.
inline std::uint64_t finish(std::uint64_t state) {
    state = (state ^ (state >> 32)) * root7;
    state = (state ^ (state >> 29)) * root2;
    return state ^ (state >> 32);
}

/// For hashing without a pause.
struct NoPause {};

}  // namespace hashing

/// pause() is called after each megabyte that more follows.
template <class Pause = hashing::NoPause>
std::uint64_t hash64(std::span<const std::byte> bytes, const Pause& pause = {}) {
    using namespace hashing;
    constexpr bool pauses = !std::is_same_v<Pause, NoPause>;
    constexpr std::size_t block = lanes * word, between_pauses = std::size_t{1} << 20;
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t state = left * root2;
    if (left >= block) {
        std::array<std::uint64_t, lanes> lane = {root2, root3, root5, root7};
        while (left >= block) {
            const std::size_t rest = pauses && left > between_pauses ? left - between_pauses : left % block;
            for (; left > rest; at += block, left -= block)
                for (std::size_t i = 0; i < lanes; ++i) lane[i] = absorb(lane[i], load(at + i * word));
            if constexpr (pauses)
                if (left >= block) pause();
        }
        for (const std::uint64_t value : lane) state = absorb(state, value);
    }
    for (; left >= word; at += word, left -= word) state = absorb(state, load(at));
    if (left > 0) state = absorb(state, load_tail(at, left));
    return finish(state);
}

inline std::uint64_t hash64(std::string_view text) {
    return hash64(std::as_bytes(std::span(text)));
}

}  // namespace rescora
