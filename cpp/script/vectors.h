/// Checks that a vector function, a query vector and a shard's vectors go together.
#pragma once
#include "columns/vectors.h"
#include "plan/program.h"

namespace rescora::script {

/// Errors  InvalidArgument when the query vector has not the documents' dimensions, or their elements do not admit the
///         operation.
void check_query_vector(plan::Operation operation, const columns::Vectors& vectors, const std::vector<float>& query);

}  // namespace rescora::script
