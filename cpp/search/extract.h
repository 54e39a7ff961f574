/// Feature logging: a model's features of given documents, as a rescorer computes them, as training data.
#pragma once
#include <memory>
#include <span>

#include "index/snapshot.h"
#include "plan/model.h"
#include "plan/statistics.h"

namespace rescora {
class Budget;
}

namespace rescora::search {

/// Shapes  docs: n, in any order. scores: n first-pass scores, or none, which are NaN then. out: n rows of one value a
///         column.
/// Errors  InvalidArgument for a document that the index has not; DocumentError where a column cannot be computed.
void extract(const index::Snapshot& index, const std::shared_ptr<const plan::Columns>& columns,
             std::span<const std::uint32_t> docs, std::span<const float> scores, plan::StatisticsOf statistics_of,
             float* out, Budget* budget = nullptr);

}  // namespace rescora::search
