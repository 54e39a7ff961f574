/// The container format: a file of keyed sections, written once and memory-mapped. FORMAT.md gives its bytes.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// A section's name: what it holds, and for which shard and field. What a number means is up to its reader.
struct SectionKey {
    std::uint32_t kind = 0, shard = 0, field = 0;
    auto operator<=>(const SectionKey&) const = default;
};

/// "section (kind 3, shard 0, field 2)", as errors name it.
std::string to_string(const SectionKey& key);

/// Every section of a file begins at a multiple of this: one cache line, and enough for any element type.
constexpr std::size_t section_alignment = 64;

/// Writes these sections to an open file, in the order of their keys. Its name is up to the caller:
/// python/rescora/files/replacing.py.
///
/// Errors  std::system_error with the system's reason. InvalidArgument when a key occurs twice. Stopped.
void write_container(int descriptor, std::span<const std::pair<SectionKey, Bytes>> sections, Budget* budget = nullptr);

/// A container's sections, by key. Copies share the bytes.
///
/// Invariant: every section lies inside the bytes, aligned, overlapping no other. What the sections hold is not
/// looked at until `verify`, so opening costs the same for small and large ones.
class Container {
 public:
    /// Maps an open file into memory, read-only; the descriptor may be closed afterwards. `name` stands in errors.
    ///
    /// Needs   a file that nobody cuts short or changes while it is mapped: a page that is gone is a SIGBUS.
    /// Errors  std::system_error when it cannot be mapped; CorruptFile, with the name, what was found and what was
    ///         expected, when the header, the table or a section's place is wrong.
    static Container map(int descriptor, std::string name);

    /// Reads an open file into memory, from its beginning; what becomes of the file afterwards does not matter.
    ///
    /// Errors  as for `map`; what has no header of a container is refused before the rest is read. Stopped.
    static Container read(int descriptor, std::string name, Budget* budget = nullptr);

    /// Reads bytes that are in memory already, kept alive by `owner`; `name` stands for the path in errors.
    ///
    /// Needs   bytes aligned to 16, as memory from new is; InvalidArgument otherwise.
    /// Errors  CorruptFile as for `map`.
    static Container view(Bytes bytes, std::shared_ptr<const void> owner, std::string name = "index in memory");

    /// The section's bytes, or nothing where the container has no such section.
    std::optional<Bytes> find(SectionKey key) const;

    /// The section's bytes; CorruptFile where the container has no such section.
    Bytes section(SectionKey key) const;

    /// What keeps every section's bytes alive.
    std::shared_ptr<const void> owner() const { return owner_; }

    /// The name that was given.
    const std::string& name() const { return name_; }

    /// The whole file's length in bytes.
    std::size_t size() const { return bytes_.size(); }

    /// Of the table, and so of all that the file says of its sections: their keys, lengths and checksums.
    std::uint64_t checksum() const;

    /// All keys, ascending.
    std::vector<SectionKey> keys() const;

    /// Reads everything once: CorruptFile names the first section whose content is not what was written.
    void verify(Budget* budget = nullptr) const;

    /// The same for one section, without what stands after it.
    void verify(SectionKey key, Budget* budget = nullptr) const;

 private:
    struct Entry {
        SectionKey key;
        Bytes content;
        std::uint64_t checksum;
    };

    Container(Bytes bytes, std::shared_ptr<const void> owner, std::string name);
    void read_table(std::size_t table, std::size_t count);
    Entry read_entry(const std::byte* at, std::size_t number, std::size_t expected_offset, std::size_t table) const;
    const Entry* entry(SectionKey key) const;
    [[noreturn]] void corrupt(const std::string& problem) const;

    Bytes bytes_;
    std::shared_ptr<const void> owner_;
    std::string name_;
    std::vector<Entry> entries_;  // by key, and so by place
};

}  // namespace rescora::segment
