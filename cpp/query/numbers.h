/// Values of number columns (booleans and dates are integers), and ranges of them; all that match score the same.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Integers& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::Reals& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::IntegerRange& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::RealRange& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Integers& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::Reals& query, const plan::Weighted& weighted, Binder& binder);
/// The wrong way round a range is a clause all the same.
plan::Node bind(const plan::IntegerRange& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::RealRange& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Integers& query, const Describer& describer);
std::string describe(const plan::Reals& query, const Describer& describer);
std::string describe(const plan::IntegerRange& query, const Describer& describer);
std::string describe(const plan::RealRange& query, const Describer& describer);

/// As Lucene looks a range up in one document.
std::string by_doc_values(const plan::IntegerRange& query, const Describer& describer);
std::string by_doc_values(const plan::RealRange& query, const Describer& describer);

Scores score(const plan::NumberNode<std::int64_t>& node, const Batch& batch, Run& run);
Scores score(const plan::NumberNode<double>& node, const Batch& batch, Run& run);
float best(const plan::NumberNode<std::int64_t>& node, const Range& range);
float best(const plan::NumberNode<double>& node, const Range& range);

}  // namespace rescora::query
