/// Scores function_score: the query's score joined with a factor that functions make.
#pragma once
#include "match/functions.h"
#include "match/match.h"

namespace rescora::match {

/// Elasticsearch's FunctionScoreQuery: doubles all the way, one rounding to float at the end. A document whose score
/// would be negative or NaN is noted as a fault, and counts as matching.
Scores score_node(const plan::FunctionScoreNode& node, const Batch& batch, Run& run);

/// The factor for one document that the query gave `query_score`, before it is cut to max_boost.
double factor_of(const plan::FunctionScoreNode& node, DocId doc, float query_score, Run& run);

}  // namespace rescora::match
