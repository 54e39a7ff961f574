/// Bit packing: integers at the width of the greatest.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace rescora::postings {

/// So many numbers are packed as a whole: number i is in lane i mod 4, and each lane is a row of u32 with its numbers
/// one after the other, lowest bit first; the four lanes' words alternate. Four numbers are so unpacked at a time.
constexpr std::uint32_t whole_block = 128;
using Lanes __attribute__((vector_size(16))) = std::uint32_t;

/// Bytes of n packed numbers: a whole block in lanes, fewer one after the other.
constexpr std::size_t packed_size(std::uint32_t n, std::uint32_t bits) {
    return (std::size_t{n} * bits + 7) / 8;
}

/// The bits that the greatest needs.
std::uint8_t bits_for(std::span<const std::uint32_t> numbers);

/// Appends at most whole_block numbers of `bits` bits.
void pack(std::span<const std::uint32_t> numbers, std::uint32_t bits, std::vector<std::byte>& out);

/// Unpacks n numbers of at most 32 bits. Needs 8 readable bytes after fewer than a whole block.
void unpack(const std::byte* from, std::uint32_t n, std::uint32_t bits, std::uint32_t* to);

}  // namespace rescora::postings
