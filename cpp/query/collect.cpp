/// One walk through a shard's form of each query, in the order in which Lucene makes weights.
#include "query/collect.h"

#include <map>
#include <set>

#include "plan/prepare.h"
#include "query/kinds.h"

namespace rescora::query {

void StatisticsCollector::visit(const plan::QueryPtr& query, Scored scored) {
    std::visit([&](const auto& kind) { collect(kind, scored, *this); }, query->node);
}

namespace {

using TermsByField = std::map<FieldId, std::set<std::string_view>>;

/// Each term once, however many columns ask for it.
TermsByField terms_of(std::span<const plan::TermStatisticColumn* const> columns) {
    TermsByField all;
    for (const plan::TermStatisticColumn* column : columns)
        all[column->field].insert(column->words.begin(), column->words.end());
    return all;
}

void add_totals(const TermsByField& wanted, const index::ShardReader& shard, plan::Statistics& statistics) {
    for (const auto& [number, terms] : wanted) {
        const auto* field = shard.field(number);
        if (field == nullptr) continue;
        statistics.add_total(number, field->statistics());
        for (const std::string_view term : terms) statistics.add_total(number, term, field->statistics(term));
    }
}

}  // namespace

plan::Statistics collect(const plan::WantsStatistics& wants, std::span<const index::ShardReader> shards,
                         Budget* budget) {
    plan::Statistics statistics = plan::Statistics::of_all_shards();
    const TermsByField of_columns = terms_of(wants.columns);
    for (const index::ShardReader& shard : shards) {
        StatisticsCollector told(shard);
        for (const plan::QueryPtr& query : wants.queries) {
            ask(budget);
            told.visit(plan::resolve(query, shard), Scored::yes);
        }
        told.add_to(statistics);
        add_totals(of_columns, shard, statistics);
    }
    return statistics;
}

}  // namespace rescora::query
