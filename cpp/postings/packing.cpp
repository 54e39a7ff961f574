/// Bit packing with vectors of four lanes (of GCC and Clang), which every supported processor has.
#include "postings/packing.h"

#include <array>
#include <bit>
#include <utility>

namespace rescora::postings {

namespace {

constexpr std::uint32_t num_lanes = 4, in_lane = whole_block / num_lanes;

/// Whole blocks of `bits` bits: with these known, shifts are constants and no branch is left.
template <std::uint32_t bits>
void unpack_lanes(const std::byte* from, std::uint32_t* to) {
    constexpr std::uint32_t mask = bits == 32 ? ~0u : (1u << bits) - 1;
    const auto row = [from](std::uint32_t i) { return load<Lanes>(from + i * sizeof(Lanes)); };
#pragma GCC unroll 32
    for (std::uint32_t i = 0; i < in_lane; ++i) {
        Lanes numbers = {};
        if constexpr (bits > 0) {
            const std::uint32_t word = i * bits / 32, shift = i * bits % 32;
            numbers = row(word) >> shift;
            if (shift + bits > 32) numbers |= row(word + 1) << (32 - shift);
        }
        numbers &= mask;
        __builtin_memcpy(to + std::size_t{i} * num_lanes, &numbers, sizeof numbers);
    }
}

using Unpack = void(const std::byte*, std::uint32_t*);
constexpr auto unpack_of_bits = []<std::size_t... bits>(std::index_sequence<bits...>) {
    return std::array<Unpack*, sizeof...(bits)>{unpack_lanes<bits>...};
}(std::make_index_sequence<33>());

/// A row of numbers, each beginning where the one before ends.
void unpack_row(const std::byte* from, std::uint32_t n, std::uint32_t bits, std::uint32_t* to) {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < n; ++i, at += bits)
        to[i] = static_cast<std::uint32_t>((load<std::uint64_t>(from + at / 8) >> (at % 8)) & mask);
}

/// Puts numbers into the bits of words, of which the next stands `step` words on.
class Writer {
 public:
    Writer(std::uint32_t* words, std::size_t step) : at_(words), step_(step) {}

    void write(std::uint32_t number, std::uint32_t bits) {
        held_ |= std::uint64_t{number} << num_held_;
        num_held_ += bits;
        if (num_held_ >= 32) flush();
    }
    void flush() {
        if (num_held_ == 0) return;
        *at_ = static_cast<std::uint32_t>(held_);
        at_ += step_;
        held_ >>= 32;
        num_held_ = num_held_ > 32 ? num_held_ - 32 : 0;
    }

 private:
    std::uint32_t* at_;
    std::size_t step_;
    std::uint64_t held_ = 0;
    std::uint32_t num_held_ = 0;
};

}  // namespace

std::uint8_t bits_for(std::span<const std::uint32_t> numbers) {
    std::uint32_t all = 0;
    for (const std::uint32_t number : numbers) all |= number;
    return static_cast<std::uint8_t>(std::bit_width(all));
}

void pack(std::span<const std::uint32_t> numbers, std::uint32_t bits, std::vector<std::byte>& out) {
    if (bits == 0) return;
    std::array<std::uint32_t, whole_block + 1> words{};
    const std::uint32_t lanes = numbers.size() == whole_block ? num_lanes : 1;
    for (std::uint32_t lane = 0; lane < lanes; ++lane) {
        Writer writer(words.data() + lane, lanes);
        for (std::size_t i = lane; i < numbers.size(); i += lanes) writer.write(numbers[i], bits);
        writer.flush();
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(words.data());
    out.insert(out.end(), bytes, bytes + packed_size(static_cast<std::uint32_t>(numbers.size()), bits));
}

void unpack(const std::byte* from, std::uint32_t n, std::uint32_t bits, std::uint32_t* to) {
    if (n == whole_block)
        unpack_of_bits[bits](from, to);
    else
        unpack_row(from, n, bits, to);
}

}  // namespace rescora::postings
