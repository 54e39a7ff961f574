/// dis_max: the best of several queries, and a share of the others' scores.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::DisMax& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::DisMax& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::DisMax& query, const Describer& describer);
void collect(const plan::DisMax& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::DisMaxNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::DisMaxNode& dis_max, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::DisMax& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);
float best(const plan::DisMaxNode& node, const Range& range);
DocId next(const plan::DisMaxNode& node, DocId from, Run& run);

}  // namespace rescora::query
