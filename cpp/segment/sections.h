/// The kinds of sections of a segment; FORMAT.md describes their contents.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/types.h"
#include "columns/vectors.h"
#include "segment/container.h"

namespace rescora::segment {

enum class SectionKind : std::uint32_t {
    metadata = 1,  ///< one an index, JSON: written and read by Python
    directory = 2,

    id_starts = 10,
    id_bytes = 11,
    id_table = 12,
    source_starts = 13,
    source_bytes = 14,
    id_crowded = 15,  ///< not in files of version 2, as word_crowded

    word_starts = 20,
    word_bytes = 21,
    word_table = 22,
    term_infos = 23,
    list_starts = 24,
    lists = 25,
    word_crowded = 26,

    norms = 30,
    presence = 31,
    forward_offsets = 32,
    forward = 33,

    ordinal_offsets = 40,
    ordinals = 41,

    values = 50,
    value_offsets = 51,

    vectors = 60,
    magnitudes = 61,
};

/// One section in memory, kept alive by its owner: a vector of a builder, a mapped file, or a caller's array.
struct Section {
    SectionKey key;
    Bytes bytes;
    std::shared_ptr<const void> owner;
};

/// A section that owns the array that it is given.
template <class Items>
Section make_section(SectionKind kind, FieldId field, Items items) {
    auto owner = std::make_shared<const Items>(std::move(items));
    const Bytes bytes = std::as_bytes(std::span(owner->data(), owner->size()));
    return {{static_cast<std::uint32_t>(kind), 0, field}, bytes, std::move(owner)};
}

enum class FieldType : std::uint32_t { text = 1, keyword = 2, integer = 3, real = 4, vector = 5 };

/// One field's entry in the directory.
struct FieldRecord {
    FieldId field;
    FieldType type;
    std::uint32_t document_count;      ///< documents with at least one token, or at least one value
    std::uint32_t term_count;          ///< of booleans: num_flags
    std::uint64_t sum_term_frequency;  ///< all tokens
    std::uint64_t value_count;         ///< entries of `values` or `ordinals`, or vectors
    float k1, b;
    std::uint32_t dims = 0;               ///< of vectors
    columns::ElementType element_type{};  ///< of vectors; else 0
};
static_assert(sizeof(FieldRecord) == 48);

/// In files before version 4 a record ends before its dimensions: see `records_of`.
constexpr std::size_t size_of_old_record = 40;
static_assert(offsetof(FieldRecord, dims) == size_of_old_record);

/// The `term_count` of a boolean field, whose values are 0 and 1.
constexpr std::uint32_t num_flags = 2;

/// How Lucene's index spells the values of a boolean field.
constexpr const char* term_of_flag(bool flag) {
    return flag ? "T" : "F";
}

/// The directory's header.
struct DirectoryHeader {
    DocId num_docs;
    std::uint32_t num_fields;
};

struct TermInfo {
    std::uint32_t document_frequency, term_frequency;
};

}  // namespace rescora::segment
