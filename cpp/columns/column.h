/// Columns of numbers and keywords (Lucene: doc values): views of one field's values, document by document.
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>

#include "base/types.h"

namespace rescora::columns {

/// The values of each document, ascending. Without `offsets` every document has exactly one.
/// Offsets that were damaged give fewer values, never a read out of bounds.
template <class T>
class Column {
 public:
    Column() = default;
    Column(std::span<const T> values, std::span<const std::uint32_t> offsets) : values_(values), offsets_(offsets) {}

    std::span<const T> values(DocId doc) const {
        if (offsets_.empty()) return doc < values_.size() ? values_.subspan(doc, 1) : std::span<const T>{};
        const std::size_t begin = offsets_[doc], end = offsets_[doc + 1];
        if (begin >= end || end > values_.size()) return {};
        return values_.subspan(begin, end - begin);
    }

    /// The values of all documents, one document after another.
    std::span<const T> all() const { return values_; }

    /// All values when every document has exactly one; empty otherwise.
    std::span<const T> dense() const { return offsets_.empty() ? values_ : std::span<const T>{}; }

 private:
    std::span<const T> values_;
    std::span<const std::uint32_t> offsets_;
};

}  // namespace rescora::columns
