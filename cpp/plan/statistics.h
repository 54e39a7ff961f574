/// The numbers that BM25 weighs terms by: a shard's own, or those of all shards taken together (dfs).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/types.h"
#include "index/shard_reader.h"

namespace rescora::plan {

using index::FieldStatistics;
using index::TermFrequencies;

/// Whose documents a request's statistics count: each shard's own (query_then_fetch), or those of all shards
/// (dfs_query_then_fetch).
enum class StatisticsOf : std::uint8_t { shard, all_shards };

/// What was collected from all shards for the terms of a request (query/collect.h): numbers by field and term, whoever
/// counted them. Without any, each shard's own numbers count.
class Statistics {
 public:
    /// Each shard's own.
    Statistics() = default;
    /// Of all shards, once they are added.
    static Statistics of_all_shards() {
        Statistics statistics;
        statistics.of_ = StatisticsOf::all_shards;
        return statistics;
    }
    StatisticsOf of() const { return of_; }

    /// What one shard tells of terms that its form of the request scores.
    void add(FieldId field, FieldStatistics statistics);
    void add(FieldId field, std::string_view term, std::uint64_t document_frequency);
    /// Nothing where no shard told of it: then the shard's own counts.
    std::optional<FieldStatistics> field(FieldId field) const;
    std::optional<std::uint64_t> document_frequency(FieldId field, std::string_view term) const;

    /// What one shard tells of terms that are asked for by a column of a model, scored or not.
    void add_total(FieldId field, FieldStatistics statistics);
    void add_total(FieldId field, std::string_view term, TermFrequencies frequencies);
    /// Those of `shard` where each shard's own count.
    FieldStatistics total(const index::ShardReader& shard, FieldId field) const;
    TermFrequencies total(const index::ShardReader& shard, FieldId field, std::string_view term) const;

 private:
    template <class Number>
    using ByTerm = std::map<std::string, Number, std::less<>>;

    struct OfField {
        std::optional<FieldStatistics> scored;
        FieldStatistics total;
        ByTerm<std::uint64_t> document_frequencies;  ///< of terms that are scored
        ByTerm<TermFrequencies> totals;
    };

    StatisticsOf of_ = StatisticsOf::shard;
    std::map<FieldId, OfField> fields_;
};

}  // namespace rescora::plan
