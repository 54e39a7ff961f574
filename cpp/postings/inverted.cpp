/// Encoding of posting lists, and decoding a block at a time.
#include "postings/inverted.h"

#include <cstring>

#include "postings/norm.h"

namespace rescora::postings {

namespace {

/// Where a list has no norms, every field counts as one token long.
constexpr std::uint8_t norm_of_one = 1;

constexpr std::uint32_t most_bits = 32;

/// Gaps of a whole block become documents, four at a time; `next` is the first that the first gap counts from.
void add_up(DocId* gaps, DocId next) {
    Lanes before = {next - 1, next - 1, next - 1, next - 1};
    for (std::uint32_t i = 0; i < block_size; i += 4) {
        const Lanes none = {};
        Lanes sum = load<Lanes>(reinterpret_cast<const std::byte*>(gaps + i)) + 1;
        sum += __builtin_shufflevector(none, sum, 0, 4, 5, 6);
        sum += __builtin_shufflevector(none, sum, 0, 1, 4, 5);
        sum += before;
        std::memcpy(gaps + i, &sum, sizeof sum);
        before = __builtin_shufflevector(sum, sum, 3, 3, 3, 3);
    }
}

/// The share of a term's weight that an impact gives, in usual BM25 about an average length: it tells which impacts
/// can be merged at the least cost. Every score is bounded whatever this says.
float about(Impact impact, float average) {
    const float length = static_cast<float>(decode_length(impact.norm));
    const float tf = static_cast<float>(impact.tf);
    return tf / (tf + 1.2f * (0.25f + 0.75f * length / average));
}

/// The block's impacts that no other dominates, the greatest frequency first.
std::vector<Impact> best_impacts(std::span<const Impact> impacts) {
    std::array<std::uint8_t, 256> least_norm;
    least_norm.fill(255);
    std::uint8_t most = 0;
    for (const Impact impact : impacts) {
        least_norm[impact.tf] = std::min(least_norm[impact.tf], impact.norm);
        most = std::max(most, impact.tf);
    }
    std::vector<Impact> best;
    for (std::uint32_t tf = most; tf > 0; --tf)
        if (best.empty() || least_norm[tf] < best.back().norm)
            best.push_back({static_cast<std::uint8_t>(tf), least_norm[tf]});
    return best;
}

/// As many impacts as a header has room for: neighbours between which the least is lost are merged.
std::array<Impact, 3> merged_impacts(std::span<const Impact> impacts) {
    std::vector<Impact> best = best_impacts(impacts);
    float sum = 0;
    for (const Impact impact : impacts) sum += static_cast<float>(decode_length(impact.norm));
    const float average = std::max(sum / static_cast<float>(impacts.size()), 1.0f);
    while (best.size() > 3) {
        std::size_t cheapest = 0;
        float least = std::numeric_limits<float>::infinity();
        for (std::size_t i = 0; i + 1 < best.size(); ++i) {
            const float whole = about({best[i].tf, best[i + 1].norm}, average);
            const float loss = whole - std::max(about(best[i], average), about(best[i + 1], average));
            if (loss < least) {
                least = loss;
                cheapest = i;
            }
        }
        best[cheapest].norm = best[cheapest + 1].norm;
        best.erase(best.begin() + static_cast<std::ptrdiff_t>(cheapest) + 1);
    }
    std::array<Impact, 3> kept;
    kept.fill(best.front());
    std::ranges::copy(best, kept.begin());
    return kept;
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

PostingList::Packed PostingList::packed(std::uint32_t block, const BlockHeader& header) const {
    const std::uint32_t n = std::min(block_size, document_frequency_ - block * block_size);
    if (header.doc_bits > most_bits || header.tf_bits > most_bits) return {n, nullptr, nullptr};
    const std::size_t begin = std::size_t{num_blocks_} * sizeof(BlockHeader) + header.begin;
    const std::size_t gaps = packed_size(n, header.doc_bits), frequencies = packed_size(n, header.tf_bits);
    if (begin + gaps + frequencies + list_padding > bytes_.size()) return {n, nullptr, nullptr};
    return {n, bytes_.data() + begin, bytes_.data() + begin + gaps};
}

std::uint32_t PostingList::decode_docs(std::uint32_t block, DocId* docs) const {
    const BlockHeader head = header(block);
    const Packed at = packed(block, head);
    if (at.gaps == nullptr) return 0;
    unpack(at.gaps, at.n, head.doc_bits, docs);
    std::uint64_t doc = block == 0 ? 0 : std::uint64_t{header(block - 1).last_doc} + 1;
    // from here and with gaps as short as these no sum overflows: documents ascend, and the last tells of all
    if (at.n == block_size && head.doc_bits <= 24 && doc < 1u << 31) {
        add_up(docs, static_cast<DocId>(doc));
        if (docs[block_size - 1] < num_docs_) return block_size;
        unpack(at.gaps, at.n, head.doc_bits, docs);
    }
    for (std::uint32_t i = 0; i < at.n; ++i, ++doc) {
        doc += docs[i];
        if (doc >= num_docs_) return i;
        docs[i] = static_cast<DocId>(doc);
    }
    return at.n;
}

void PostingList::decode_tfs(std::uint32_t block, std::uint32_t* tfs) const {
    const BlockHeader head = header(block);
    const Packed at = packed(block, head);
    if (at.tfs == nullptr) {
        std::fill_n(tfs, block_size, 0u);
        return;
    }
    unpack(at.tfs, at.n, head.tf_bits, tfs);
    for (std::uint32_t i = 0; i < at.n; ++i) tfs[i] += 1;
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
            count_ = list_.decode_docs(block, docs_.data());
            has_tfs_ = false;
            if (count_ > 0 && docs_[count_ - 1] >= target) break;
        }
    }
    at_ += count_before(docs_.data() + at_, count_ - at_, target);
    return docs_[at_];
}

void encode_list(std::span<const DocId> docs, std::span<const std::uint32_t> tfs, std::span<const std::uint8_t> norms,
                 std::vector<std::byte>& out) {
    const std::size_t num_blocks = (docs.size() + block_size - 1) / block_size;
    const std::size_t headers_at = out.size();
    out.resize(headers_at + num_blocks * sizeof(BlockHeader));
    const std::size_t packed_at = out.size();

    std::array<std::uint32_t, block_size> gaps, rests;
    std::array<Impact, block_size> impacts;
    std::uint64_t next = 0;  // the first document that the next gap counts from
    for (std::size_t block = 0; block < num_blocks; ++block) {
        const std::size_t first = block * block_size, n = std::min<std::size_t>(block_size, docs.size() - first);
        BlockHeader head{docs[first + n - 1], static_cast<std::uint32_t>(out.size() - packed_at), {}, 0, 0};
        for (std::size_t i = 0; i < n; ++i) {
            const DocId doc = docs[first + i];
            gaps[i] = static_cast<std::uint32_t>(doc - next);
            rests[i] = tfs[first + i] - 1;
            next = std::uint64_t{doc} + 1;
            const std::uint32_t counted = std::min<std::uint32_t>(tfs[first + i], Impact::most_counted);
            impacts[i] = {static_cast<std::uint8_t>(counted), norms.empty() ? norm_of_one : norms[doc]};
        }
        head.impacts = merged_impacts({impacts.data(), n});
        head.doc_bits = bits_for({gaps.data(), n});
        head.tf_bits = bits_for({rests.data(), n});
        pack({gaps.data(), n}, head.doc_bits, out);
        pack({rests.data(), n}, head.tf_bits, out);
        std::memcpy(out.data() + headers_at + block * sizeof head, &head, sizeof head);
    }
}

}  // namespace rescora::postings
