/// bool: required, optional and excluded clauses, whose scores are added up.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Bool& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Bool& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Bool& query, const Describer& describer);
void collect(const plan::Bool& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::BoolNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::BoolNode& bound, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::Bool& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);
float best(const plan::BoolNode& node, const Range& range);
DocId next(const plan::BoolNode& node, DocId from, Run& run);

}  // namespace rescora::query
