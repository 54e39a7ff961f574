/// constant_score, and any query times a boost.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::ConstantScore& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::Boost& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::ConstantScore& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::Boost& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::ConstantScore& query, const Describer& describer);
std::string describe(const plan::Boost& query, const Describer& describer);
void collect(const plan::ConstantScore& query, Scored scored, StatisticsCollector& collector);
void collect(const plan::Boost& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::ConstantNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::ConstantNode& constant, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::ConstantScore& query, const plan::QueryPtr& self, Scoring how,
                         Explainer& explainer);
float best(const plan::ConstantNode& node, const Range& range);
DocId next(const plan::ConstantNode& node, DocId from, Run& run);

}  // namespace rescora::query
