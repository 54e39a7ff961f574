/// The basic types: document, term and field numbers, scores.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora {

using DocId = std::uint32_t;    ///< a document's number in its segment, from 0
using TermId = std::uint32_t;   ///< a term's rank among its field's terms, in byte order
using FieldId = std::uint32_t;  ///< a field's number in its index, the same in every segment
using Score = float;

// Numbers that count from elsewhere differ in type, so that none is taken for another. A base is how many documents
// come before: of the segments of the shard, of the shards of the index.
enum class ShardDoc : std::uint32_t {};  ///< a document's number in its shard
enum class IndexDoc : std::uint32_t {};  ///< a document's number in its index

constexpr ShardDoc in_shard(std::uint32_t segment_base, DocId doc) {
    return ShardDoc{segment_base + doc};
}
constexpr DocId in_segment(std::uint32_t segment_base, ShardDoc doc) {
    return static_cast<DocId>(doc) - segment_base;
}
constexpr IndexDoc in_index(std::uint32_t shard_base, ShardDoc doc) {
    return IndexDoc{shard_base + static_cast<std::uint32_t>(doc)};
}
constexpr ShardDoc in_shard(std::uint32_t shard_base, IndexDoc doc) {
    return ShardDoc{static_cast<std::uint32_t>(doc) - shard_base};
}

constexpr DocId no_doc = 0xFFFFFFFF;      ///< after the last document
constexpr TermId no_term = 0xFFFFFFFF;    ///< a term that the field does not have
constexpr FieldId no_field = 0xFFFFFFFF;  ///< a field that the index does not have

}  // namespace rescora
