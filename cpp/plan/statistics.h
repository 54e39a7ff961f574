/// The numbers of a collection that BM25 weighs words by: of one shard, or of all shards taken together (dfs).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "base/types.h"
#include "segment/segment.h"

namespace rescora::plan {

class Statistics {
 public:
    /// `shards` is looked at again at each call and must outlive this.
    explicit Statistics(std::span<const segment::Segment* const> shards) : shards_(shards) {}

    struct Field {
        std::uint64_t document_count = 0;  ///< N: documents with at least one token of the field
        std::uint64_t sum_term_frequency = 0;
    };

    Field field(FieldId field) const;
    std::uint64_t document_frequency(FieldId field, std::string_view term) const;
    std::uint64_t total_term_frequency(FieldId field, std::string_view term) const;
    bool of_one_shard() const { return shards_.size() == 1; }
    bool is_of(const segment::Segment& shard) const { return of_one_shard() && shards_.front() == &shard; }

 private:
    std::uint64_t sum(FieldId field, std::string_view term, std::uint32_t segment::TermInfo::* of) const;

    std::span<const segment::Segment* const> shards_;
};

}  // namespace rescora::plan
