/// Weighs a query in one shard: statistics become weights, and what cannot match there is left out.
#pragma once
#include "plan/statistics.h"
#include "plan/weighted.h"

namespace rescora::query {

/// Whether anyone asks for the scores, or only which documents match.
enum class Scored : bool { no, yes };

/// `query` must have been prepared (plan/prepare.h).
///
/// Errors  InvalidArgument where a boost makes a weight infinite.
plan::WeightedQuery weigh(const plan::QueryPtr& query, const index::ShardReader& shard,
                          const plan::Statistics& statistics, Scored scored = Scored::yes);

}  // namespace rescora::query
