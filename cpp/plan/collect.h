/// The first phase of dfs_query_then_fetch: which terms a request scores in each shard, and how frequent they are
/// there.
#pragma once
#include <span>
#include <vector>

#include "base/budget.h"
#include "plan/request.h"
#include "plan/statistics.h"

namespace rescora::plan {

/// What of a request wants statistics. It must outlive this.
struct WantsStatistics {
    std::vector<QueryPtr> queries;
    std::vector<const TermStatisticColumn*> columns;

    void add(const QueryPtr& query) { queries.push_back(query); }
    void add(const Columns& columns);
    void add(std::span<const Stage> stages);
};

/// Of a request's query and its stages; or of its stages or columns alone.
WantsStatistics wants_statistics(const Request& request);
template <class Some>
WantsStatistics wants_statistics(const Some& some) {
    WantsStatistics wants;
    wants.add(some);
    return wants;
}

/// The sums over the shards. A shard tells of the terms that its own form of the queries scores, after rewriting: of a
/// query that cannot match in it, nothing. A term that stands in several queries counts once a shard, as the last of
/// them has it: the blended frequency of cross_fields, or the term's own. Of the columns' terms every shard tells.
///
/// Needs   queries that were prepared.
/// Errors  Stopped, by the budget, which is asked before each query of each shard.
Statistics collect(const WantsStatistics& wants, std::span<const index::ShardReader> shards, Budget* budget = nullptr);

}  // namespace rescora::plan
