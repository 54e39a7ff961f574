/// Binds a query to one shard: words become their ranks, statistics become weights.
#pragma once
#include "plan/node.h"
#include "plan/statistics.h"

namespace rescora::plan {

/// Whether anyone asks for the scores, or only which documents match.
enum class Scored : bool { no, yes };

/// `query` must have been prepared (prepare.h). Needs the segment to outlive the plan. `shard` is the segment's number
/// in its index: random scores depend on it.
Plan bind(const QueryPtr& query, const segment::Segment& segment, const Statistics& statistics, std::uint32_t shard = 0,
          Scored scored = Scored::yes);

}  // namespace rescora::plan
