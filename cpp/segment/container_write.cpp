/// Writing a container: header, sections, table.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "base/budget.h"
#include "base/error.h"
#include "segment/container.h"
#include "segment/layout.h"

namespace rescora::segment {

namespace {

using KeyedBytes = std::pair<SectionKey, Bytes>;

/// Asks even where the bytes are few: there may be many sections.
void write_all(int descriptor, Bytes bytes, Budget* budget) {
    ask(budget);
    while (!bytes.empty()) {
        const ssize_t written =
            ::write(descriptor, bytes.data(), std::min(bytes.size(), layout::bytes_between_questions));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw std::system_error(errno, std::system_category(), "cannot write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        ask(budget);
    }
}

std::vector<KeyedBytes> by_key(std::span<const KeyedBytes> sections) {
    std::vector<KeyedBytes> sorted(sections.begin(), sections.end());
    std::ranges::sort(sorted, {}, &KeyedBytes::first);
    const auto twice = std::ranges::adjacent_find(sorted, {}, &KeyedBytes::first);
    if (twice != sorted.end()) throw InvalidArgument(to_string(twice->first) + " must occur once, not twice");
    return sorted;
}

std::vector<layout::Entry> make_table(std::span<const KeyedBytes> sections, Budget* budget) {
    std::vector<layout::Entry> table;
    table.reserve(sections.size());
    std::uint64_t offset = sizeof(layout::Header);
    for (const auto& [key, bytes] : sections) {
        table.push_back(
            {key.kind, key.shard, key.field, 0, offset, bytes.size(), hash64(bytes, [budget] { ask(budget); })});
        offset = layout::align(offset + bytes.size());
    }
    return table;
}

layout::Header make_header(std::span<const layout::Entry> table) {
    const Bytes bytes = std::as_bytes(table);
    layout::Header header{};
    std::ranges::copy(layout::magic, header.magic);
    header.byte_order = layout::byte_order;
    header.version = layout::version;
    header.table_offset =
        table.empty() ? sizeof(layout::Header) : layout::align(table.back().offset + table.back().length);
    header.table_length = bytes.size();
    header.file_length = header.table_offset + bytes.size();
    header.section_count = static_cast<std::uint32_t>(table.size());
    header.table_checksum = hash64(bytes);
    header.header_checksum = layout::checksum(header);
    return header;
}

}  // namespace

void write_container(int descriptor, std::span<const KeyedBytes> sections, Budget* budget) {
    static constexpr std::byte zeros[section_alignment] = {};
    const std::vector<KeyedBytes> sorted = by_key(sections);
    const std::vector<layout::Entry> table = make_table(sorted, budget);
    const layout::Header header = make_header(table);

    write_all(descriptor, std::as_bytes(std::span(&header, 1)), budget);
    for (const auto& [key, bytes] : sorted) {
        write_all(descriptor, bytes, budget);
        write_all(descriptor, std::span(zeros).first(layout::align(bytes.size()) - bytes.size()), budget);
    }
    write_all(descriptor, std::as_bytes(std::span(table)), budget);
}

}  // namespace rescora::segment
