/// Scores that are made of one value of a field: how near it is to an origin.
#pragma once
#include "match/match.h"

namespace rescora::match {

Scores score_node(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run);

/// The value of a document that lies nearest to the origin, if it has any.
std::optional<std::int64_t> nearest_value(const plan::DistanceFeatureNode& node, DocId doc);

/// boost * pivot / (pivot + |value - origin|) in double, rounded once: Lucene's LongDistanceFeatureQuery.
float distance_score(const plan::DistanceFeatureNode& node, std::int64_t value);

}  // namespace rescora::match
