/// Packing and unpacking the lists: gaps and frequencies at the fewest bits that hold the block's greatest.
#include "postings/inverted.h"

#include <bit>

namespace rescora::postings {

namespace {

/// Where a list has no norms, every field counts as one token long.
constexpr std::uint8_t norm_of_one = 1;

std::size_t packed_size(std::uint32_t n, std::uint32_t bits) {
    return (std::size_t{n} * bits + 7) / 8;
}

/// n numbers of `bits` bits each, lowest first. Needs list_padding readable bytes after them.
void unpack(const std::byte* from, std::uint32_t n, std::uint32_t bits, std::uint32_t* to) {
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    std::size_t at = 0;
    for (std::uint32_t i = 0; i < n; ++i, at += bits)
        to[i] = static_cast<std::uint32_t>((load<std::uint64_t>(from + at / 8) >> (at % 8)) & mask);
}

void pack(std::span<const std::uint32_t> numbers, std::uint32_t bits, std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    out.resize(begin + packed_size(static_cast<std::uint32_t>(numbers.size()), bits));
    std::size_t at = 0;
    for (const std::uint32_t number : numbers)
        for (std::uint32_t bit = 0; bit < bits; ++bit, ++at)
            if ((number >> bit) & 1u) out[begin + at / 8] |= std::byte(1u << (at % 8));
}

std::uint8_t bits_for(std::span<const std::uint32_t> numbers) {
    std::uint32_t all = 0;
    for (const std::uint32_t number : numbers) all |= number;
    return static_cast<std::uint8_t>(std::bit_width(all));
}

}  // namespace

PostingList::PostingList(Bytes bytes, std::uint32_t document_frequency, DocId num_docs)
    : bytes_(bytes),
      document_frequency_(document_frequency),
      num_blocks_((document_frequency + block_size - 1) / block_size),
      num_docs_(num_docs) {
    const std::size_t headers = std::size_t{num_blocks_} * sizeof(BlockHeader);
    if (document_frequency > num_docs || headers > bytes.size()) num_blocks_ = 0;
}

std::uint32_t PostingList::find_block(std::uint32_t from, DocId target) const {
    std::uint32_t step = 1, low = from;
    while (low < num_blocks_ && header(low).last_doc < target) {  // gallop, then halve
        from = low + 1;
        low += step;
        step *= 2;
    }
    std::uint32_t high = std::min(low, num_blocks_);
    while (from < high) {
        const std::uint32_t middle = from + (high - from) / 2;
        if (header(middle).last_doc < target)
            from = middle + 1;
        else
            high = middle;
    }
    return from;
}

std::uint32_t PostingList::decode(std::uint32_t block, DocId* docs, std::uint32_t* tfs) const {
    const BlockHeader head = header(block);
    const std::uint32_t n = std::min(block_size, document_frequency_ - block * block_size);
    const std::size_t begin = std::size_t{num_blocks_} * sizeof(BlockHeader) + head.begin;
    const std::size_t gaps = packed_size(n, head.doc_bits), frequencies = packed_size(n, head.tf_bits);
    if (head.doc_bits > 32 || head.tf_bits > 32 || begin + gaps + frequencies + list_padding > bytes_.size()) return 0;

    unpack(bytes_.data() + begin, n, head.doc_bits, docs);
    unpack(bytes_.data() + begin + gaps, n, head.tf_bits, tfs);
    std::uint64_t doc = block == 0 ? 0 : std::uint64_t{header(block - 1).last_doc} + 1;
    for (std::uint32_t i = 0; i < n; ++i, ++doc) {
        doc += docs[i];
        if (doc >= num_docs_) return i;
        docs[i] = static_cast<DocId>(doc);
        tfs[i] += 1;
    }
    return n;
}

DocId Cursor::seek_slowly(DocId target) {
    if (!loaded_ || at_ >= count_ || docs_[count_ - 1] < target) {
        std::uint32_t block = loaded_ ? block_ + 1 : 0;
        for (;; ++block) {
            block = list_.find_block(block, target);
            block_ = block;
            loaded_ = true;
            at_ = 0;
            if (block >= list_.num_blocks()) {
                count_ = 0;
                return no_doc;
            }
            count_ = list_.decode(block, docs_.data(), tfs_.data());
            if (count_ > 0 && docs_[count_ - 1] >= target) break;
        }
    }
    const auto begin = docs_.begin() + at_, end = docs_.begin() + count_;
    at_ = static_cast<std::uint32_t>(std::lower_bound(begin, end, target) - docs_.begin());
    return docs_[at_];
}

void encode_list(std::span<const DocId> docs, std::span<const std::uint32_t> tfs, std::span<const std::uint8_t> norms,
                 std::vector<std::byte>& out) {
    const std::size_t num_blocks = (docs.size() + block_size - 1) / block_size;
    const std::size_t headers_at = out.size();
    out.resize(headers_at + num_blocks * sizeof(BlockHeader));
    const std::size_t packed_at = out.size();

    std::array<std::uint32_t, block_size> gaps, rests;
    std::uint64_t next = 0;  // the first document that the next gap counts from
    for (std::size_t block = 0; block < num_blocks; ++block) {
        const std::size_t first = block * block_size, n = std::min<std::size_t>(block_size, docs.size() - first);
        BlockHeader head{docs[first + n - 1], static_cast<std::uint32_t>(out.size() - packed_at), 0, 255, 0, 0};
        for (std::size_t i = 0; i < n; ++i) {
            const DocId doc = docs[first + i];
            gaps[i] = static_cast<std::uint32_t>(doc - next);
            rests[i] = tfs[first + i] - 1;
            next = std::uint64_t{doc} + 1;
            head.max_tf = std::max(head.max_tf, tfs[first + i]);
            head.min_norm = std::min(head.min_norm, norms.empty() ? norm_of_one : norms[doc]);
        }
        head.doc_bits = bits_for({gaps.data(), n});
        head.tf_bits = bits_for({rests.data(), n});
        pack({gaps.data(), n}, head.doc_bits, out);
        pack({rests.data(), n}, head.tf_bits, out);
        std::memcpy(out.data() + headers_at + block * sizeof head, &head, sizeof head);
    }
}

}  // namespace rescora::postings
