/// terms, prefix, range over terms: documents with any of a set of terms, or of a boolean field's values; all score the
/// same.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Terms& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::Prefix& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::TermRange& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Terms& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::Prefix& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::TermRange& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Terms& query, const Describer& describer);
std::string describe(const plan::Prefix& query, const Describer& describer);
std::string describe(const plan::TermRange& query, const Describer& describer);

Scores score(const plan::WordSetNode& node, const Batch& batch, Run& run);
float best(const plan::WordSetNode& node, const Range& range);

}  // namespace rescora::query
