/// The first phase of dfs_query_then_fetch: which words a request scores in each shard, and how usual they are there.
#pragma once
#include <span>
#include <vector>

#include "base/budget.h"
#include "plan/request.h"
#include "plan/statistics.h"

namespace rescora::plan {

/// The sums over the shards. A shard tells of the words that its own form of the queries scores, after rewriting: of a
/// query that cannot match in it, nothing. A word that stands in several queries counts once a shard, as the last of
/// them has it: the blended frequency of cross_fields, or the word's own.
///
/// Needs   queries that were prepared.
/// Errors  Stopped, by the budget, which is asked before each query of each shard.
Collected collect(std::span<const QueryPtr> queries, std::span<const index::ShardReader> shards,
                  Budget* budget = nullptr);

/// The queries of a request's stages, in their order: those of query rescorers, and of models' columns.
std::vector<QueryPtr> queries_of(std::span<const Stage> stages);
std::vector<QueryPtr> queries_of(const Columns& columns);

/// The query of a request, then those of its stages.
std::vector<QueryPtr> queries_of(const Request& request);

}  // namespace rescora::plan
