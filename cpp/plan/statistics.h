/// The numbers of a collection that BM25 weighs words by: of one shard, or of all shards taken together (dfs).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/types.h"
#include "segment/segment.h"

namespace rescora::plan {

struct FieldStatistics {
    std::uint64_t document_count = 0;  ///< N: documents with at least one token of the field
    std::uint64_t sum_term_frequency = 0;
};

/// What the shards of dfs_query_then_fetch told of a request's words, added up (collect.h). Each shard tells of the
/// words only that its form of the request scores.
class Collected {
 public:
    void add(FieldId field, FieldStatistics statistics);
    void add(FieldId field, std::string_view term, std::uint64_t document_frequency);

    /// Nothing where no shard told of it.
    std::optional<FieldStatistics> field(FieldId field) const;
    std::optional<std::uint64_t> document_frequency(FieldId field, std::string_view term) const;

 private:
    struct OfField {
        std::optional<FieldStatistics> all;
        std::map<std::string, std::uint64_t, std::less<>> terms;
    };
    std::map<FieldId, OfField> fields_;
};

class Statistics {
 public:
    /// Of these shards. They are looked at again at each call and must outlive this; so must `collected`, which what
    /// is bound to a shard prefers to the shard's own.
    explicit Statistics(std::span<const segment::Segment* const> shards, const Collected* collected = nullptr)
        : shards_(shards), collected_(collected) {}

    FieldStatistics field(FieldId field) const;
    std::uint64_t document_frequency(FieldId field, std::string_view term) const;
    std::uint64_t total_term_frequency(FieldId field, std::string_view term) const;
    const Collected* collected() const { return collected_; }

 private:
    std::uint64_t sum(FieldId field, std::string_view term, std::uint32_t segment::TermInfo::* of) const;

    std::span<const segment::Segment* const> shards_;
    const Collected* collected_;
};

/// Of one field of one shard.
FieldStatistics statistics_of(const segment::Field& field, DocId num_docs);

/// A word's frequencies in one field of one shard: 0 where it is not there. A boolean's words are 0 and 1.
segment::TermInfo term_of(const segment::Field& field, std::string_view term, DocId num_docs);

}  // namespace rescora::plan
