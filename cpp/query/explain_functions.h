/// What functions, and the joining of function_score, say of themselves.
#pragma once
#include "query/describe.h"
#include "query/explanation.h"
#include "query/functions.h"

namespace rescora::query {

/// One function's value for one document, its weight included, in Elasticsearch's words; `query` explains what the
/// query scored, which a script shows whether it reads it or not.
Explanation explain_function(const plan::BoundFunction& function, DocId doc, const Explanation& query, FieldNames names,
                             Run& run);

/// How the factor joins the query's score.
Explanation explain_boost(const plan::FunctionScoreNode& node, Explanation query, Explanation factor);

/// The function in Elasticsearch's words, whatever the document.
std::string describe_function(const plan::Function& function, FieldNames names);

/// Elasticsearch's name of a mode, in lower case.
const char* name_of(plan::FunctionMode mode);

}  // namespace rescora::query
