/// The container's header and table entries as structs, as FORMAT.md gives them. For container*.cpp alone.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/hash.h"
#include "segment/container.h"

namespace rescora::segment::layout {

static_assert(std::endian::native == std::endian::little, "the format is little-endian, and read without conversion");

constexpr char magic[8] = {'R', 'E', 'S', 'C', 'O', 'R', 'A', '\n'};
constexpr std::uint32_t byte_order = 0x01020304;
constexpr std::uint32_t version = 4, oldest_version = 2;

struct Header {
    char magic[8];
    std::uint32_t byte_order;
    std::uint32_t version;
    std::uint64_t file_length;
    std::uint64_t table_offset;
    std::uint64_t table_length;
    std::uint32_t section_count;
    std::uint32_t reserved;
    std::uint64_t table_checksum;
    std::uint64_t header_checksum;  ///< of the 56 bytes before it
};
static_assert(sizeof(Header) == section_alignment);

struct Entry {
    std::uint32_t kind, shard, field, reserved;
    std::uint64_t offset, length, checksum;
};
static_assert(sizeof(Entry) == 40);

template <class Struct>
Struct read(const std::byte* at) {
    Struct value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

inline std::uint64_t checksum(const Header& header) {
    return hash64(std::as_bytes(std::span(&header, 1)).first(offsetof(Header, header_checksum)));
}

/// Read or written between two questions to the budget: a millisecond or two.
constexpr std::size_t bytes_between_questions = std::size_t{1} << 22;

/// The next multiple of the sections' alignment.
constexpr std::uint64_t align(std::uint64_t offset) {
    return (offset + section_alignment - 1) / section_alignment * section_alignment;
}

}  // namespace rescora::segment::layout
