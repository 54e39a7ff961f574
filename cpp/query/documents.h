/// exists and ids: documents that have a field, or are named; all score the same.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Exists& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::Ids& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Exists& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::Ids& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Exists& query, const Describer& describer);
std::string describe(const plan::Ids& query, const Describer& describer);

Scores score(const plan::ExistsNode& node, const Batch& batch, Run& run);
Scores score(const plan::DocumentsNode& node, const Batch& batch, Run& run);
float best(const plan::ExistsNode& node, const Range& range);
float best(const plan::DocumentsNode& node, const Range& range);
DocId next(const plan::DocumentsNode& node, DocId from, Run& run);

}  // namespace rescora::query
