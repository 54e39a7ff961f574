/// Scores that are made of one value of a field: a feature's own, or how near it is to an origin.
#pragma once
#include <optional>

#include "columns/geo.h"
#include "match/match.h"

namespace rescora::match {

Scores score_node(const plan::RankFeatureNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run);

/// The value of a document's feature, if it has one.
std::optional<float> feature_value(const plan::RankFeatureNode& node, DocId doc);

/// The function of plan/functions.h, times the boost: Lucene's FeatureField, float by float.
float feature_score(const plan::RankFeatureNode& node, float value);

/// What a document has nearest to the origin: the value as it is kept, and how far it is away.
struct Nearest {
    std::int64_t value;
    double distance;
};

std::optional<Nearest> nearest(const plan::DistanceFeatureNode& node, DocId doc);

/// boost * pivot / (pivot + distance) in double, rounded once, as Lucene's queries of long and of point distances.
float distance_score(const plan::DistanceFeatureNode& node, double distance);

}  // namespace rescora::match
