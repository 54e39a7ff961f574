/// Binds a weighed query to one segment of its shard: words become their ranks there, fields their columns.
#pragma once
#include <vector>

#include "plan/node.h"
#include "plan/weighted.h"

namespace rescora::query {

/// The shard must outlive the plan.
plan::Plan bind(const plan::WeightedQuery& weighted, std::size_t segment);

/// In each segment.
std::vector<plan::Plan> bind(const plan::WeightedQuery& weighted);

}  // namespace rescora::query
