/// Binds a query to one shard: words become their ranks, statistics become weights.
#pragma once
#include "plan/node.h"
#include "plan/statistics.h"

namespace rescora::plan {

/// `query` must have been prepared (prepare.h). Needs the segment to outlive the plan.
Plan bind(const QueryPtr& query, const segment::Segment& segment, const Statistics& statistics);

}  // namespace rescora::plan
