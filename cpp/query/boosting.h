/// boosting: a query's documents, of which those that another query matches score less.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Boosting& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Boosting& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Boosting& query, const Describer& describer);
void collect(const plan::Boosting& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::BoostingNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how, Explainer& explainer);
float best(const plan::BoostingNode& node, const Range& range);
DocId next(const plan::BoostingNode& node, DocId from, Run& run);

}  // namespace rescora::query
