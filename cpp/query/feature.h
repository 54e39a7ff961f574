/// rank_feature and distance_feature: scores of one value of a field, a feature's own or how near it is to an origin.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::RankFeature& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::DistanceFeature& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::RankFeature& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::DistanceFeature& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::RankFeature& query, const Describer& describer);
std::string describe(const plan::DistanceFeature& query, const Describer& describer);

Scores score(const plan::RankFeatureNode& node, const Batch& batch, Run& run);
Scores score(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain(const plan::DistanceFeatureNode& feature, const plan::Node& node, Scoring how,
                    Explainer& explainer);
Explanation explain_none(const plan::RankFeature& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::DistanceFeature& query, const plan::QueryPtr& self, Scoring how,
                         Explainer& explainer);
float best(const plan::RankFeatureNode& node, const Range& range);
float best(const plan::DistanceFeatureNode& node, const Range& range);

}  // namespace rescora::query
