/// The numbers of a collection that BM25 weighs words by: of one shard, or of all shards taken together (dfs).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/types.h"
#include "index/shard_reader.h"

namespace rescora::plan {

using index::FieldStatistics;

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
    explicit Statistics(std::span<const index::ShardReader> shards, const Collected* collected = nullptr)
        : shards_(shards), collected_(collected) {}

    FieldStatistics field(FieldId field) const;
    std::uint64_t document_frequency(FieldId field, std::string_view term) const;
    std::uint64_t total_term_frequency(FieldId field, std::string_view term) const;
    const Collected* collected() const { return collected_; }

 private:
    index::TermFrequencies sum(FieldId field, std::string_view term) const;

    std::span<const index::ShardReader> shards_;
    const Collected* collected_;
};

}  // namespace rescora::plan
