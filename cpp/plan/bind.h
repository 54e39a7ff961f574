/// Binds a weighed query to one segment of its shard: words become their ranks there, fields their columns.
#pragma once
#include "plan/node.h"
#include "plan/weighted.h"

namespace rescora::plan {

/// The shard must outlive the plan.
Plan bind(const WeightedQuery& weighted, std::size_t segment);

/// In each segment.
std::vector<Plan> bind(const WeightedQuery& weighted);

}  // namespace rescora::plan
