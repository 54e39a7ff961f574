/// What the kinds of queries share when they are weighed in one shard. Boosts travel down as one float.
#pragma once
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "query/weigh.h"

namespace rescora::query {

class Weigher {
 public:
    Weigher(const index::ShardReader& weighed_in, const plan::Statistics& statistics, Scored scored)
        : shard(weighed_in), statistics_(statistics), scored_(scored) {}

    const index::ShardReader& shard;

    Scored scored() const { return scored_; }

    /// The whole query: its kind's `weigh`.
    void weigh_query(const plan::QueryPtr& query, float boost, plan::Weighted& weighted);

    /// The same for a query that is scored, or not, where the one around it may be.
    plan::Weighted& add_inner(plan::Weighted& weighted, const plan::QueryPtr& query, float boost, Scored scored) {
        const Scored around = std::exchange(scored_, scored);
        plan::Weighted& inner = weighted.inner.emplace_back();
        weigh_query(query, boost, inner);
        scored_ = around;
        return inner;
    }

    static void cannot_match(plan::Weighted& weighted) {
        weighted.can_match = false;
        weighted.inner.clear();
        weighted.words = std::monostate{};
    }

    /// The one query inside, without which the one around it cannot match.
    void weigh_inner(plan::Weighted& weighted, const plan::QueryPtr& query, float boost, Scored scored) {
        if (!add_inner(weighted, query, boost, scored).can_match) cannot_match(weighted);
    }

    const index::ShardField* field_with_terms(FieldId number) const {
        const auto* field = shard.field(number);
        return field != nullptr && field->has_terms() ? field : nullptr;
    }

    /// A set of values of an integer or a real field.
    void weigh_numbers(FieldId number, segment::FieldType type, plan::Weighted& weighted) const {
        const auto* field = shard.field(number);
        if (field == nullptr || field->type() != type || field->value_count() == 0) cannot_match(weighted);
    }

    /// Any value of a field.
    void weigh_values(FieldId number, plan::Weighted& weighted) const {
        const auto* field = shard.field(number);
        if (field == nullptr || field->value_count() == 0) cannot_match(weighted);
    }

    /// Those of a term of this shard, whose own document frequency holds where none were collected of all shards.
    plan::TermStatistics term_statistics(const index::ShardField& field, std::string_view term,
                                         std::uint64_t own) const {
        if (statistics_.of() == plan::StatisticsOf::shard)
            return {own, plan::idf(own, field.statistics().document_count)};
        const std::uint64_t frequency = statistics_.document_frequency(field.number(), term).value_or(own);
        return {frequency, plan::idf(frequency, field_statistics(field).document_count)};
    }

    /// Errors  InvalidArgument where the weight would be infinite.
    void weigh_by_bm25(const index::ShardField& field, std::vector<plan::TermStatistics> terms, float boost,
                       plan::Bm25Weight& weight) const;

    /// Of a term of cross_fields. The terms that are blended with it mostly follow at once.
    std::uint64_t blended_frequency(const plan::Term& query);

 private:
    plan::FieldStatistics field_statistics(const index::ShardField& field) const {
        if (statistics_.of() == plan::StatisticsOf::shard) return field.statistics();
        const auto collected = statistics_.field(field.number());
        return collected ? *collected : field.statistics();
    }

    const plan::Statistics& statistics_;
    Scored scored_;
    std::shared_ptr<const std::vector<plan::Term>> blended_;  ///< the terms that were blended last, and what that gave
    std::vector<std::uint64_t> frequencies_;
};

}  // namespace rescora::query
