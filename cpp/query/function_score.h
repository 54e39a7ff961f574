/// function_score: a query's score joined with a factor that functions make.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::FunctionScore& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::FunctionScore& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::FunctionScore& query, const Describer& describer);
void collect(const plan::FunctionScore& query, Scored scored, StatisticsCollector& collector);

/// Elasticsearch's FunctionScoreQuery: doubles all the way, one rounding to float at the end. A document whose score
/// would be negative or NaN is noted as a fault, and counts as matching.
Scores score(const plan::FunctionScoreNode& node, const Batch& batch, Run& run);
/// Elasticsearch joins what was explained, each a float, and so may be one float away from its score, joined of
/// doubles.
Explanation explain(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how, Explainer& explainer);
float best(const plan::FunctionScoreNode& node, const Range& range);
DocId next(const plan::FunctionScoreNode& node, DocId from, Run& run);

}  // namespace rescora::query
