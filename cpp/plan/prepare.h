/// From a query as it was asked to the form that one shard scores.
#pragma once
#include "index/shard_reader.h"
#include "plan/query.h"

namespace rescora::plan {

/// Rewrites the query once for all shards, unless its form depends on their words: a phrase that is nothing but a
/// prefix stands for a disjunction of the words that begin so, and disjunctions merge with their neighbours; and a
/// rank_feature without a pivot takes one from the shard's values; and a range of dates may hold all of them, or none.
QueryPtr prepare(const QueryPtr& query);

/// Whether functions or scripts make scores in it: these have minimum scores, and outer boosts decide who reaches them.
bool has_functions(const QueryPtr& query);

/// A prepared query's final form for one shard.
QueryPtr resolve(const QueryPtr& query, const index::ShardReader& shard);

/// The first `max_expansions` terms of a field of a shard that begin with a phrase's prefix.
std::vector<index::ShardTerm> expansions(const index::ShardField& field, const Phrase& phrase);

}  // namespace rescora::plan
