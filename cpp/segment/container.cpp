/// Reading a container: header, table and the place of every section are checked before use.
#include "segment/container.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/budget.h"
#include "base/error.h"
#include "segment/layout.h"

namespace rescora::segment {

namespace {

constexpr std::size_t view_alignment = 16;

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::system_category(), what);
}

std::size_t length_of_file(int descriptor, const std::string& name) {
    struct stat status;
    if (::fstat(descriptor, &status) != 0) fail("cannot read " + name);
    if (!S_ISREG(status.st_mode)) throw CorruptFile(name + ": is not a regular file");
    if (status.st_size == 0) throw CorruptFile(name + ": is empty, expected a Rescora index");
    return static_cast<std::size_t>(status.st_size);
}

/// Fills the bytes from the file's beginning; returns as many as it has.
Bytes read_bytes(int descriptor, std::span<std::byte> bytes, const std::string& name, Budget* budget = nullptr) {
    std::size_t got = 0;
    while (got < bytes.size()) {
        ask(budget);
        const std::size_t want = std::min(bytes.size() - got, layout::bytes_between_questions);
        const ssize_t more = ::pread(descriptor, bytes.data() + got, want, static_cast<off_t>(got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) fail("cannot read " + name);
        if (more == 0) break;
        got += static_cast<std::size_t>(more);
    }
    return bytes.first(got);
}

std::string hex(std::uint64_t value) {
    std::string digits = "0x";
    for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[value >> shift & 15];
    return digits;
}

std::string found(std::uint64_t value, std::uint64_t expected) {
    return std::to_string(value) + ", expected " + std::to_string(expected);
}

bool all_zero(Bytes bytes) {
    return std::ranges::all_of(bytes, [](std::byte value) { return value == std::byte{0}; });
}

[[noreturn]] void corrupt_file(const std::string& name, const std::string& problem) {
    throw CorruptFile(name + ": " + problem);
}

/// The header of a file of this length, checked against it.
layout::Header header_of(Bytes bytes, std::size_t length, const std::string& name) {
    using layout::Header;
    if (bytes.size() < sizeof layout::magic || std::memcmp(bytes.data(), layout::magic, sizeof layout::magic) != 0)
        corrupt_file(name, "is not a Rescora index: expected it to begin with \"RESCORA\" and a line feed");
    if (bytes.size() < sizeof(Header))
        corrupt_file(name, "is truncated: its length is " + found(bytes.size(), sizeof(Header)) + " or more");
    const auto header = layout::read<Header>(bytes.data());
    if (header.byte_order != layout::byte_order)
        corrupt_file(name,
                     "has the byte-order mark " + hex(header.byte_order) + ", expected " + hex(layout::byte_order));
    if (header.version > layout::version)
        corrupt_file(name, "is of a newer version: " + found(header.version, layout::version) + " at most");
    if (header.version < layout::oldest_version)
        corrupt_file(name, "has the version " + found(header.version, layout::oldest_version) + " at least");
    if (const std::uint64_t sum = layout::checksum(header); header.header_checksum != sum)
        corrupt_file(name,
                     "has a damaged header: its checksum is " + hex(sum) + ", expected " + hex(header.header_checksum));
    if (length < header.file_length)
        corrupt_file(name, "is truncated: its length is " + found(length, header.file_length));
    if (length > header.file_length)
        corrupt_file(name, "has bytes after its end: its length is " + found(length, header.file_length));
    return header;
}

}  // namespace

std::string to_string(const SectionKey& key) {
    return "section (kind " + std::to_string(key.kind) + ", shard " + std::to_string(key.shard) + ", field " +
           std::to_string(key.field) + ")";
}

Container Container::map(int descriptor, std::string name) {
    const std::size_t length = length_of_file(descriptor, name);
    void* const memory = ::mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (memory == MAP_FAILED) fail("cannot map " + name);
    std::shared_ptr<const void> owner(memory, [length](void* mapped) { ::munmap(mapped, length); });
    return Container({static_cast<const std::byte*>(memory), length}, std::move(owner), std::move(name));
}

Container Container::read(int descriptor, std::string name, Budget* budget) {
    const std::size_t length = length_of_file(descriptor, name);
    std::array<std::byte, sizeof(layout::Header)> begin;
    header_of(read_bytes(descriptor, begin, name), length, name);
    const auto memory = std::make_shared_for_overwrite<std::byte[]>(length + section_alignment);
    const std::size_t address = std::bit_cast<std::uintptr_t>(memory.get());
    const std::span aligned(memory.get() + (layout::align(address) - address), length);
    const Bytes bytes = read_bytes(descriptor, aligned, name, budget);
    return Container(bytes, memory, std::move(name));
}

Container Container::view(Bytes bytes, std::shared_ptr<const void> owner, std::string name) {
    if (std::bit_cast<std::uintptr_t>(bytes.data()) % view_alignment != 0)
        throw InvalidArgument(name + ": its bytes must begin at a multiple of " + std::to_string(view_alignment));
    return Container(bytes, std::move(owner), std::move(name));
}

Container::Container(Bytes bytes, std::shared_ptr<const void> owner, std::string name)
    : bytes_(bytes), owner_(std::move(owner)), name_(std::move(name)) {
    const layout::Header header = header_of(bytes, bytes.size(), name_);
    if (header.table_length != std::uint64_t{header.section_count} * sizeof(layout::Entry))
        corrupt("has a section table of length " +
                found(header.table_length, std::uint64_t{header.section_count} * sizeof(layout::Entry)));
    if (header.table_length > bytes.size() - sizeof header || header.table_offset != bytes.size() - header.table_length)
        corrupt("has its section table at " + std::to_string(header.table_offset) + ", expected it to end the file");
    const std::uint64_t sum = hash64(bytes.subspan(header.table_offset));
    if (header.table_checksum != sum)
        corrupt("has a damaged section table: its checksum is " + hex(sum) + ", expected " +
                hex(header.table_checksum));
    read_table(header.table_offset, header.section_count);
}

/// Sections follow one another in the order of their keys with only padding between, so that each one's place is
/// known beforehand: whatever overlaps, leaves the file, or is out of line is out of place.
void Container::read_table(std::size_t table, std::size_t count) {
    entries_.reserve(count);
    std::uint64_t expected = sizeof(layout::Header);
    for (std::size_t i = 0; i < count; ++i) {
        entries_.push_back(read_entry(bytes_.data() + table + i * sizeof(layout::Entry), i, expected, table));
        expected = layout::align(expected + entries_.back().content.size());
    }
    if (table != expected) corrupt("has its section table at " + found(table, expected));
}

Container::Entry Container::read_entry(const std::byte* at, std::size_t number, std::size_t expected_offset,
                                       std::size_t table) const {
    const auto raw = layout::read<layout::Entry>(at);
    const SectionKey key{raw.kind, raw.shard, raw.field};
    if (number > 0 && !(entries_.back().key < key))
        corrupt("has " + to_string(key) + " after " + to_string(entries_.back().key) + ", expected ascending keys");
    if (raw.offset != expected_offset) corrupt(to_string(key) + " begins at " + found(raw.offset, expected_offset));
    if (expected_offset > table || raw.length > table - expected_offset)
        corrupt(to_string(key) + " has " + std::to_string(raw.length) + " bytes at " + std::to_string(raw.offset) +
                ", expected it to end before the section table at " + std::to_string(table));
    return {key, bytes_.subspan(raw.offset, raw.length), raw.checksum};
}

const Container::Entry* Container::entry(SectionKey key) const {
    const auto at = std::ranges::lower_bound(entries_, key, {}, &Entry::key);
    return at != entries_.end() && at->key == key ? &*at : nullptr;
}

std::optional<Bytes> Container::find(SectionKey key) const {
    const Entry* found_entry = entry(key);
    return found_entry ? std::optional(found_entry->content) : std::nullopt;
}

Bytes Container::section(SectionKey key) const {
    const Entry* found_entry = entry(key);
    if (!found_entry) corrupt("has no " + to_string(key));
    return found_entry->content;
}

std::uint64_t Container::checksum() const {
    return hash64(bytes_.last(entries_.size() * sizeof(layout::Entry)));
}

std::vector<SectionKey> Container::keys() const {
    std::vector<SectionKey> keys(entries_.size());
    std::ranges::transform(entries_, keys.begin(), &Entry::key);
    return keys;
}

void Container::verify(SectionKey key, Budget* budget) const {
    const Entry* found = entry(key);
    if (!found) corrupt("has no " + to_string(key));
    if (const std::uint64_t sum = hash64(found->content, [budget] { ask(budget); }); sum != found->checksum)
        corrupt(to_string(key) + " is damaged: its checksum is " + hex(sum) + ", expected " + hex(found->checksum));
}

void Container::verify(Budget* budget) const {
    for (const Entry& entry : entries_) {
        verify(entry.key, budget);
        const auto end = static_cast<std::size_t>(entry.content.data() - bytes_.data()) + entry.content.size();
        if (!all_zero(bytes_.subspan(end, layout::align(end) - end)))
            corrupt(to_string(entry.key) + " is followed by bytes that are not zero");
    }
}

void Container::corrupt(const std::string& problem) const {
    corrupt_file(name_, problem);
}

}  // namespace rescora::segment
