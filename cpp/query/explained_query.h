/// Which query an explanation names: what Lucene's weights hold, not what was asked.
#pragma once
#include "index/shard_reader.h"
#include "plan/query.h"

namespace rescora::query {

plan::QueryPtr without_boosts(plan::QueryPtr query);

/// The query that Lucene's weight of a query is one of where nobody asks for scores: what only makes scores is gone.
plan::QueryPtr selecting(plan::QueryPtr query);

/// The query with its phrases' prefixes replaced by the words they stand for, as Lucene got it.
plan::QueryPtr spelled_out(const plan::QueryPtr& query, const index::ShardReader& shard);

}  // namespace rescora::query
