/// The inverted index: posting lists of documents and term frequencies, packed in blocks of 128, with impacts.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/halving.h"
#include "base/types.h"
#include "postings/packing.h"

namespace rescora::postings {

constexpr std::uint32_t block_size = whole_block;

/// A frequency and a norm that bound a document's own: no greater frequency, no shorter field.
struct Impact {
    std::uint8_t tf;    ///< most_counted stands for any that is greater as well
    std::uint8_t norm;  ///< the code of the field's length
    bool operator==(const Impact&) const = default;

    static constexpr std::uint8_t most_counted = 255;
    /// At least that of any document below; finite, so that times 0 it is 0.
    float frequency() const { return tf == most_counted ? std::numeric_limits<float>::max() : static_cast<float>(tf); }
};

/// A block's header: enough to skip the block, or to bound its scores.
struct BlockHeader {
    DocId last_doc;
    std::uint32_t begin;            ///< where its packed numbers begin, in bytes after the headers
    std::array<Impact, 3> impacts;  ///< each document is bounded by one of them; equal ones fill up what is not needed
    std::uint8_t doc_bits;          ///< bits of one packed document gap
    std::uint8_t tf_bits;           ///< bits of one packed term frequency less 1
};
static_assert(sizeof(BlockHeader) == 16);

/// A posting list: headers, then each block's gaps and frequencies. A view; damaged bytes end the list early.
class PostingList {
 public:
    PostingList() = default;
    PostingList(Bytes bytes, std::uint32_t document_frequency, DocId num_docs);

    std::uint32_t document_frequency() const { return document_frequency_; }
    std::uint32_t num_blocks() const { return num_blocks_; }
    BlockHeader header(std::uint32_t block) const {
        return load<BlockHeader>(bytes_.data() + block * sizeof(BlockHeader));
    }

    /// The first block at or after `from` whose last document is at least `target`; num_blocks() when none is.
    std::uint32_t find_block(std::uint32_t from, DocId target) const;

    /// Unpacks a block's documents; returns how many there are (fewer where bytes are damaged). Both arrays have room
    /// for block_size numbers.
    std::uint32_t decode_docs(std::uint32_t block, DocId* docs) const;
    /// Their term frequencies; zeros where bytes are damaged.
    void decode_tfs(std::uint32_t block, std::uint32_t* tfs) const;

 private:
    /// Where a block's numbers stand: gaps, then frequencies. Null where that is not inside the list.
    struct Packed {
        std::uint32_t n;
        const std::byte *gaps, *tfs;
    };
    Packed packed(std::uint32_t block, const BlockHeader& header) const;

    Bytes bytes_;
    std::uint32_t document_frequency_ = 0, num_blocks_ = 0;
    DocId num_docs_ = 0;
};

/// How many of n ascending documents lie before `target`.
inline std::uint32_t count_before(const DocId* docs, std::uint32_t n, DocId target) {
    const auto before = count_while(std::span(docs, n), [=](DocId doc) { return doc < target; });
    return static_cast<std::uint32_t>(before);
}

/// An iterator over a posting list, in document order.
class Cursor {
 public:
    Cursor() = default;
    explicit Cursor(const PostingList& list) : list_(list) {}

    /// The first document at or after `target`, or no_doc. Targets must not descend.
    DocId seek(DocId target) {
        if (loaded_ && at_ < count_ && docs_[at_] >= target) return docs_[at_];
        return seek_slowly(target);
    }
    DocId next() { return ++at_ < count_ ? docs_[at_] : seek_slowly(0); }
    std::uint32_t tf() { return *tfs(); }

    /// The rest of the loaded block: documents, frequencies and how many.
    const DocId* docs() const { return docs_.data() + at_; }
    const std::uint32_t* tfs() {
        if (!has_tfs_) list_.decode_tfs(block_, tfs_.data());  // many a block is passed without anyone asking
        has_tfs_ = true;
        return tfs_.data() + at_;
    }
    std::uint32_t remaining() const { return count_ - at_; }
    void skip(std::uint32_t n) { at_ += n; }

    const PostingList& list() const { return list_; }

    /// Where `seek(target)` would look, which may not lie before what was sought already; num_blocks() if nowhere.
    std::uint32_t block_for(DocId target) const {
        if (loaded_ && at_ < count_ && docs_[count_ - 1] >= target) return block_;
        return list_.find_block(loaded_ ? block_ + 1 : 0, target);
    }

    /// The block where documents from `target` on begin, which may not lie before what was sought already.
    std::uint32_t block_of(DocId target) const { return list_.find_block(block_, target); }

 private:
    DocId seek_slowly(DocId target);

    PostingList list_;
    std::uint32_t block_ = 0, at_ = 0, count_ = 0;
    bool loaded_ = false, has_tfs_ = false;
    std::array<DocId, block_size> docs_{};  // set, or GCC 12 with sanitizers warns of seek()
    std::array<std::uint32_t, block_size> tfs_;
};

/// Appends one term's list to `out`. docs ascend; norms: one code a document of the shard, or empty for none.
void encode_list(std::span<const DocId> docs, std::span<const std::uint32_t> tfs, std::span<const std::uint8_t> norms,
                 std::vector<std::byte>& out);

/// Zero bytes that stand after the last list, so that the numbers of a last block can be read eight bytes at a time.
constexpr std::size_t list_padding = 8;

}  // namespace rescora::postings
