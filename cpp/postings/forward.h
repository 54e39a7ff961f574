/// The forward index: a document's terms and their positions, in one contiguous block per document.
///
///     u32 term count, u32 item count and width | one-byte fingerprints | entries | items
///
/// Terms ascend by rank. An entry is a term and a number: the position of a term that occurs once, as most do, else
/// the place of its items: the number of positions, then these. So a term's data stand together, mostly in one cache
/// line. Numbers have one, two or four bytes, as the document's greatest needs.
#pragma once
#include <compare>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/types.h"
#include "kernels/table.h"

namespace rescora::postings {

/// Set in the entry of a term that occurs once; terms are numbers below it.
constexpr std::uint32_t stands_once = 0x80000000;

/// One byte of a term, compared before the whole.
constexpr std::uint8_t fingerprint(TermId word) {
    return static_cast<std::uint8_t>((word * 0x9E3779B1u) >> 24);
}

/// The positions of one term in one document; ascending.
class Positions {
 public:
    Positions() = default;
    Positions(const std::byte* at, std::uint32_t count, std::uint8_t width) : at_(at), count_(count), width_(width) {}

    std::uint32_t size() const { return count_; }
    const std::byte* data() const { return at_; }
    std::uint8_t width() const { return width_; }  ///< bytes of each; the same for all terms of a document
    std::uint32_t operator[](std::uint32_t i) const {
        if (width_ == 1) return load<std::uint8_t>(at_ + i);
        if (width_ == 2) return load<std::uint16_t>(at_ + 2 * std::size_t{i});
        return load<std::uint32_t>(at_ + 4 * std::size_t{i});
    }

 private:
    const std::byte* at_ = nullptr;
    std::uint32_t count_ = 0;
    std::uint8_t width_ = 1;
};

/// One document's block. Its parts are known to lie inside the section once this is made.
class WordList {
 public:
    WordList() = default;

    std::uint32_t size() const { return count_; }
    TermId word(std::uint32_t i) const { return load<std::uint32_t>(entry(i)) & ~stands_once; }

    /// The place of a term, or size() when the document does not have it.
    std::uint32_t find(TermId word, const kernels::Table& kernels) const {
        return kernels.find_word(reinterpret_cast<const std::uint8_t*>(fingerprints_),
                                 reinterpret_cast<const std::uint8_t*>(entries_), stride_, count_, fingerprint(word),
                                 word);
    }

    /// The place of the first term whose rank is at least `word`.
    std::uint32_t lower_bound(TermId word) const;

    Positions positions(std::uint32_t i) const {
        const std::byte* at = entry(i);
        if ((load<std::uint32_t>(at) & stands_once) != 0) return {at + word_size, 1, width_};
        return listed(number(at + word_size));
    }
    std::uint32_t term_frequency(std::uint32_t i) const { return positions(i).size(); }

 private:
    friend class Forward;
    static constexpr std::size_t word_size = 4;
    const std::byte* entry(std::uint32_t i) const { return entries_ + i * std::size_t{stride_}; }
    std::uint32_t number(const std::byte* at) const { return Positions(at, 1, width_)[0]; }
    Positions listed(std::uint32_t start) const {
        if (start >= item_count_) return {};
        const std::byte* at = items_ + std::size_t{start} * width_;
        const std::uint32_t count = number(at);
        return count < item_count_ - start ? Positions{at + width_, count, width_} : Positions{};
    }

    const std::byte *fingerprints_ = nullptr, *entries_ = nullptr, *items_ = nullptr;
    std::uint32_t count_ = 0, item_count_ = 0, stride_ = word_size + 1;
    std::uint8_t width_ = 1;
};

/// All documents' blocks: a view of two sections. A damaged block reads as an empty document.
class Forward {
 public:
    Forward() = default;
    Forward(std::span<const std::uint32_t> offsets, Bytes bytes) : offsets_(offsets), bytes_(bytes) {}

    /// Where a document's block stands, in units.
    struct Extent {
        std::uint32_t begin, end;
    };
    Extent extent(DocId doc) const { return {offsets_[doc], offsets_[doc + 1]}; }

    WordList words(DocId doc) const { return words(extent(doc)); }
    WordList words(Extent extent) const;

    /// Prefetches a document's block: always as much of it, for a mispredicted branch costs more than cache lines that
    /// were not needed.
    void prefetch(Extent extent) const {
        const std::size_t at = std::size_t{extent.begin} * unit;
        if (at < bytes_.size()) {
            for (std::size_t i = 0; i < lines_prefetched; ++i) __builtin_prefetch(bytes_.data() + at + i * cache_line);
        }
    }

    static constexpr std::size_t unit = 4;  ///< offsets count in this many bytes, so four bytes reach 16 GiB

 private:
    static constexpr std::size_t cache_line = 64, lines_prefetched = 6;

    std::span<const std::uint32_t> offsets_;
    Bytes bytes_;
};

/// One term at one position; a document's occurrences are sorted by term, then position.
struct Occurrence {
    TermId word;
    std::uint32_t position;
    bool operator==(const Occurrence&) const = default;
    auto operator<=>(const Occurrence& other) const { return key() <=> other.key(); }

    /// Both in one number: sorting them so takes one comparison each.
    std::uint64_t key() const { return std::uint64_t{word} << 32 | position; }
};

/// Appends one document's block to `out`, whose terms are below stands_once; nothing for a document without terms.
void encode_words(std::span<const Occurrence> occurrences, std::vector<std::byte>& out);

}  // namespace rescora::postings
