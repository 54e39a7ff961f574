/// The first phase of dfs_query_then_fetch: which terms a request scores in each shard, and how frequent they are
/// there.
#pragma once
#include <span>

#include "base/budget.h"
#include "plan/statistics.h"
#include "plan/wants_statistics.h"

namespace rescora::query {

/// The sums over the shards. A shard tells of the terms that its own form of the queries scores, after rewriting: of a
/// query that cannot match in it, nothing. A term that stands in several queries counts once a shard, as the last of
/// them has it: the blended frequency of cross_fields, or the term's own. Of the columns' terms every shard tells.
///
/// Needs   queries that were prepared.
/// Errors  Stopped, by the budget, which is asked before each query of each shard.
plan::Statistics collect(const plan::WantsStatistics& wants, std::span<const index::ShardReader> shards,
                         Budget* budget = nullptr);

}  // namespace rescora::query
