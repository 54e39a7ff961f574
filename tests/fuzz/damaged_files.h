/// An index file in memory, and ways to damage it: with and without making its checksums right again.
#pragma once
#include <algorithm>
#include <cstring>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "segment/container.h"
#include "segment/layout.h"
#include "segment/sections.h"

namespace damage {

using namespace rescora;

using Blob = std::vector<std::byte>;
using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t n) {
    return n == 0 ? 0 : static_cast<std::size_t>(random() % n);
}

/// A file taken apart; compose() puts it together again with checksums that are right, whatever the sections hold.
struct Parts {
    std::vector<std::pair<segment::SectionKey, Blob>> sections;
};

inline Parts take_apart(const Blob& file) {
    const auto container = segment::Container::view(file, nullptr);
    Parts parts;
    for (const segment::SectionKey key : container.keys()) {
        const Bytes bytes = container.section(key);
        parts.sections.emplace_back(key, Blob(bytes.begin(), bytes.end()));
    }
    return parts;
}

template <class Struct>
void put(Blob& file, std::size_t at, const Struct& value) {
    std::memcpy(file.data() + at, &value, sizeof value);
}

/// Makes the table's and the header's checksums right.
inline void repair(Blob& file) {
    using namespace segment;
    if (file.size() < sizeof(layout::Header)) return;
    auto header = layout::read<layout::Header>(file.data());
    if (header.table_offset <= file.size())
        header.table_checksum = hash64(std::span(file).subspan(header.table_offset));
    header.header_checksum = layout::checksum(header);
    put(file, 0, header);
}

inline Blob compose(const Parts& parts) {
    using namespace segment;
    std::size_t offset = sizeof(layout::Header);
    std::vector<layout::Entry> table;
    for (const auto& [key, bytes] : parts.sections) {
        table.push_back({key.kind, key.shard, key.field, 0, offset, bytes.size(), hash64(bytes)});
        offset = layout::align(offset + bytes.size());
    }
    Blob file(offset + table.size() * sizeof(layout::Entry));
    for (std::size_t i = 0; i < table.size(); ++i) {
        const Blob& bytes = parts.sections[i].second;
        std::ranges::copy(bytes, file.begin() + static_cast<std::ptrdiff_t>(table[i].offset));
        put(file, offset + i * sizeof(layout::Entry), table[i]);
    }
    layout::Header header{};
    std::ranges::copy(layout::magic, header.magic);
    header.byte_order = layout::byte_order;
    header.version = layout::version;
    header.file_length = file.size();
    header.table_offset = offset;
    header.table_length = table.size() * sizeof(layout::Entry);
    header.section_count = static_cast<std::uint32_t>(table.size());
    put(file, 0, header);
    repair(file);
    return file;
}

/// Numbers at which decoders go wrong.
inline std::uint64_t awkward(Random& random, std::size_t size) {
    const std::uint64_t special[] = {0,          1,      2,          127,        128,        255,        256,
                                     0x7FFF,     0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x0FFFFFFF,
                                     0x3FFFFFFF, ~0ULL,  ~0ULL >> 1, 1ULL << 63, 1ULL << 61, 0x7FC00000, 0x7F800000,
                                     0xFF800000, size,   size - 1,   size / 4,   size / 8,   size + 1};
    const std::size_t at = below(random, std::size(special) + 2);
    return at < std::size(special) ? special[at] : at == std::size(special) ? random() : below(random, size + 1);
}

inline void swap_blocks(Blob& bytes, Random& random) {
    const std::size_t size = std::min<std::size_t>(bytes.size() / 2, 1 + below(random, 64));
    if (size == 0) return;
    const std::size_t a = below(random, bytes.size() - size + 1), b = below(random, bytes.size() - size + 1);
    for (std::size_t i = 0; i < size; ++i) std::swap(bytes[a + i], bytes[b + i]);
}

/// Changes bytes in [from, to); the length stays.
inline void change_bytes(Blob& bytes, std::size_t from, std::size_t to, Random& random) {
    if (from >= to) return;
    const std::size_t width = std::size_t{1} << (2 * below(random, 3) / 2);  // 1, 2 or 4
    switch (below(random, 4)) {
        case 0:
            for (std::size_t n = 1 + below(random, 16); n > 0; --n)
                bytes[from + below(random, to - from)] = static_cast<std::byte>(random());
            return;
        case 1: {  // a whole number, where numbers stand
            const std::size_t size = width == 1 ? 4 : 8, numbers = (to - from) / size;
            if (numbers == 0) return;
            const std::uint64_t value = awkward(random, bytes.size());
            std::memcpy(bytes.data() + from + below(random, numbers) * size, &value, size);
            return;
        }
        case 2: {
            const std::size_t at = from + below(random, to - from), n = std::min(to - at, 1 + below(random, 256));
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), n,
                        random() & 1 ? std::byte{255} : std::byte{0});
            return;
        }
        default:
            bytes[from + below(random, to - from)] ^= static_cast<std::byte>(1u << below(random, 8));
    }
}

inline void change_length(Blob& bytes, Random& random) {
    const std::size_t by = 1 + below(random, random() & 1 ? 9 : bytes.size() + 1);
    if (random() & 1) {
        bytes.resize(bytes.size() + by, static_cast<std::byte>(random()));
    } else {
        bytes.resize(bytes.size() - std::min(by, bytes.size()));
    }
}

/// Damages what a section holds, or exchanges, drops or renames sections.
inline void change_section(Parts& parts, Random& random) {
    auto& sections = parts.sections;
    if (sections.empty()) return;
    std::size_t chosen = below(random, sections.size());
    if (random() % 4 == 0)  // directories are small, and everything hangs on them
        while (sections[chosen].first.kind != static_cast<std::uint32_t>(segment::SectionKind::directory))
            if (++chosen == sections.size()) return;
    auto& [key, bytes] = sections[chosen];
    const std::size_t other = below(random, sections.size());
    switch (below(random, 16)) {
        case 0:
            return change_length(bytes, random);
        case 1:
            return swap_blocks(bytes, random);
        case 2:
            return std::swap(bytes, sections[other].second);
        case 3:
            sections.erase(sections.begin() + static_cast<std::ptrdiff_t>(chosen));
            return;
        case 4:
            (random() & 1   ? key.field
             : random() & 1 ? key.shard
                            : key.kind) = static_cast<std::uint32_t>(random() % 60);
            std::ranges::sort(sections, {}, [](const auto& section) { return section.first; });
            return;
        default:
            for (std::size_t n = 1 + below(random, random() % 8 ? 3 : 100); n > 0; --n)
                change_bytes(bytes, 0, bytes.size(), random);
    }
}

}  // namespace damage
