/// What functions, the joining of function_score, and features say of themselves.
#pragma once
#include "match/explanation.h"
#include "match/feature.h"
#include "match/functions.h"
#include "plan/describe.h"

namespace rescora::match {

/// One function's value for one document, its weight included, in Elasticsearch's words; `query` explains what the
/// query scored, which a script shows whether it reads it or not.
Explanation explain_function(const plan::BoundFunction& function, DocId doc, const Explanation& query,
                             plan::FieldNames names, Run& run);

/// How the factor joins the query's score.
Explanation explain_boost(const plan::FunctionScoreNode& node, Explanation query, Explanation factor);

/// A feature's score, and that of a distance, in Lucene's words.
Explanation explain_feature(const plan::RankFeatureNode& node, float value, const std::string& feature);
Explanation explain_distance(const plan::DistanceFeatureNode& node, const Nearest& found);

/// Elasticsearch's name of a mode, in lower case.
const char* name_of(plan::FunctionMode mode);

}  // namespace rescora::match
