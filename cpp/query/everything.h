/// match_all and match_none, and what nothing of a shard or a segment can match.
#pragma once
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::MatchAll& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::MatchNone& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::MatchAll& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::MatchNone& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::MatchAll& query, const Describer& describer);
std::string describe(const plan::MatchNone& query, const Describer& describer);

Scores score(const plan::EverythingNode& node, const Batch& batch, Run& run);
Scores score(const plan::NothingNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::NothingNode& nothing, const plan::Node& node, Scoring how, Explainer& explainer);
float best(const plan::EverythingNode& node, const Range& range);
float best(const plan::NothingNode& node, const Range& range);
DocId next(const plan::NothingNode& node, DocId from, Run& run);

}  // namespace rescora::query
