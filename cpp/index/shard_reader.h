/// One shard: its segments in order, and their statistics together.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "index/live.h"
#include "segment/segment.h"

namespace rescora::index {

/// How many documents have tokens of a field, and how many tokens they have.
struct FieldStatistics {
    std::uint64_t document_count = 0;  ///< N: documents with at least one token of the field
    std::uint64_t sum_term_frequency = 0;
};

/// How many documents have a term, and how often they have it.
struct TermFrequencies {
    std::uint64_t document_frequency = 0, total_term_frequency = 0;
};

/// A term's number in each segment of a shard. Most shards have one segment, or one that is much larger than the
/// others.
class SegmentTerms {
 public:
    /// no_term where the segment does not have it.
    TermId operator[](std::size_t segment) const {
        if (segment == 0) return first_;
        return segment <= others_.size() ? others_[segment - 1] : no_term;
    }
    bool empty() const { return first_ == no_term && others_.empty(); }
    /// Segments must ascend.
    void set(std::size_t segment, TermId term) {
        if (segment == 0) {
            first_ = term;
            return;
        }
        others_.resize(segment, no_term);
        others_.back() = term;
    }

 private:
    TermId first_ = no_term;
    std::vector<TermId> others_;  ///< up to the last segment that has it
};

/// A term of a field. The text lies in a segment.
struct ShardTerm {
    std::string_view text;
    SegmentTerms ids;
};

/// A field of a shard: its part in each segment, and the sums over them.
class ShardField {
 public:
    ShardField(FieldId number, std::size_t num_segments) : number_(number), parts_(num_segments, nullptr) {}

    FieldId number() const { return number_; }
    segment::FieldType type() const { return type_; }
    float k1() const { return k1_; }
    float b() const { return b_; }

    /// Its part in a segment; null where no document of that segment ever had it.
    const segment::Field* in(std::size_t segment) const { return parts_[segment]; }
    std::span<const segment::Field* const> parts() const { return parts_; }

    bool has_terms() const { return has_terms_; }
    /// Documents with a value; of a text field, with a token.
    std::uint64_t num_documents() const { return num_documents_; }
    std::uint64_t value_count() const { return value_count_; }

    /// Of a boolean field the values count as terms: found at the first call, by a pass over the column.
    FieldStatistics statistics() const {
        return type_ == segment::FieldType::integer ? statistics_of_flags() : tokens_;
    }
    TermFrequencies statistics(std::string_view term) const;

    /// A term of a text or keyword field; empty where no segment has it.
    SegmentTerms find(std::string_view term) const {
        SegmentTerms ids;
        for (std::size_t s = 0; s < parts_.size(); ++s) {
            if (parts_[s] == nullptr) continue;
            if (const TermId id = parts_[s]->words.find(term); id < parts_[s]->term_infos.size()) ids.set(s, id);
        }
        return ids;
    }
    /// Of such a term.
    TermFrequencies statistics(const SegmentTerms& ids) const {
        TermFrequencies sum;
        for (std::size_t s = 0; s < parts_.size(); ++s) {
            if (ids[s] == no_term) continue;
            const segment::TermInfo& its = parts_[s]->term_infos[ids[s]];
            sum.document_frequency += its.document_frequency;
            sum.total_term_frequency += its.term_frequency;
        }
        return sum;
    }
    /// The first `most` terms of the shard that begin so, in byte order.
    std::vector<ShardTerm> with_prefix(std::string_view prefix, std::uint32_t most) const;

    /// Of an integer field, over all segments.
    segment::ColumnSummary summary() const;

    /// 1 / (k1 * ((1 - b) + b * length / average)) for each length code, by the shard's own statistics; of a text or
    /// keyword field.
    const std::array<float, 256>& inverse_norms() const { return inverse_norms_; }

 private:
    friend class ShardReader;
    FieldStatistics statistics_of_flags() const;
    void add(std::size_t segment, const segment::Field& part, DocId num_docs);
    void sum();

    FieldId number_;
    segment::FieldType type_{};
    float k1_ = 0, b_ = 0;
    bool has_terms_ = false;
    std::uint64_t num_documents_ = 0, value_count_ = 0;
    FieldStatistics tokens_;
    std::vector<const segment::Field*> parts_;
    std::vector<DocId> num_docs_;  ///< of the segment of each part
    std::array<float, 256> inverse_norms_{};
};

/// The segments of a shard. A document's number in the shard is its segment's base plus its number in the segment.
/// Immutable; segments are shared with whoever has them.
class ShardReader {
 public:
    using Segments = std::vector<std::shared_ptr<const segment::Segment>>;

    /// number: of the shard in its index. live: of each segment, or nothing where all documents are alive.
    ShardReader(Segments segments, std::uint32_t number, std::vector<Live> live = {});

    std::uint32_t number() const { return number_; }
    DocId num_docs() const { return bases_.back(); }
    std::size_t num_segments() const { return segments_.size(); }
    const segment::Segment& segment(std::size_t i) const { return *segments_[i]; }
    const Live& live(std::size_t segment) const { return live_[segment]; }
    /// The number in the shard of a segment's first document; of num_segments(), the number of documents.
    DocId base(std::size_t segment) const { return bases_[segment]; }
    /// The segment of a document of this shard.
    std::size_t segment_of(ShardDoc doc) const {
        const auto after = std::ranges::upper_bound(bases_, static_cast<DocId>(doc));
        return static_cast<std::size_t>(after - bases_.begin()) - 1;
    }

    /// Null where no document of the shard ever had it.
    const ShardField* field(FieldId number) const;

    /// Calls use(segment, begin, end) for each run of documents of one segment, which are [begin, end) of n documents
    /// in ascending order; doc_at(i) is the number in the shard of the i-th.
    template <class DocAt, class Use>
    void for_each_segment(std::size_t n, const DocAt& doc_at, const Use& use) const {
        if (segments_.size() == 1) {
            if (n > 0) use(std::size_t{0}, std::size_t{0}, n);
            return;
        }
        for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
            const std::size_t segment = segment_of(doc_at(begin));
            while (end < n && doc_at(end) < ShardDoc{bases_[segment + 1]}) ++end;
            use(segment, begin, end);
        }
    }

    std::string_view id(ShardDoc doc) const;
    std::string_view source(ShardDoc doc) const;
    /// Nothing when no document that is alive has it.
    std::optional<ShardDoc> find_id(std::string_view id) const;

 private:
    Segments segments_;
    std::vector<Live> live_;
    std::uint32_t number_;
    std::vector<DocId> bases_;        ///< one more than segments
    std::vector<ShardField> fields_;  ///< by number
};

}  // namespace rescora::index
