/// A segment's live documents as a bit set: segments are immutable, so deleted documents are masked.
#pragma once
#include <bit>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/types.h"

namespace rescora::index {

/// One bit per document, shared by copies; without bits all are alive. Immutable.
class Live {
 public:
    Live() = default;
    /// bits: that of document d is bit d % 64 of bits[d / 64]; those past the last document are 0.
    explicit Live(std::vector<std::uint64_t> bits)
        : bits_(std::make_shared<const std::vector<std::uint64_t>>(std::move(bits))) {}

    bool is_all() const { return bits_ == nullptr; }
    bool operator[](DocId doc) const { return is_all() || ((*bits_)[doc / 64] >> doc % 64 & 1) != 0; }

    /// Of the 64 documents from `first` on, bit 0 the first; not of one where all are alive.
    std::uint64_t from(DocId first) const {
        const std::size_t at = first / 64, shift = first % 64;
        const std::uint64_t low = at < bits_->size() ? (*bits_)[at] >> shift : 0;
        return shift == 0 || at + 1 >= bits_->size() ? low : low | (*bits_)[at + 1] << (64 - shift);
    }

 private:
    std::shared_ptr<const std::vector<std::uint64_t>> bits_;
};

}  // namespace rescora::index
