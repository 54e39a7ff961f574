/// The small words that everything speaks in.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora {

using DocId = std::uint32_t;    ///< a document's number in its segment, from 0; in its shard or index where it is said
using TermId = std::uint32_t;   ///< a term's rank among its field's terms, in byte order
using FieldId = std::uint32_t;  ///< a field's number in its index, the same in every segment
using Score = float;

constexpr DocId no_doc = 0xFFFFFFFF;      ///< after the last document
constexpr TermId no_term = 0xFFFFFFFF;    ///< a word that the field does not have
constexpr FieldId no_field = 0xFFFFFFFF;  ///< a field that the index does not have

}  // namespace rescora
