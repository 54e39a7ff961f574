/// script_score and script: scripts over the documents that a query matches.
#pragma once
#include <span>
#include <string>

#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::ScriptScore& query, plan::Weighted& weighted, Weigher& weigher);
void weigh(const plan::ScriptFilter& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::ScriptScore& query, const plan::Weighted& weighted, Binder& binder);
plan::Node bind(const plan::ScriptFilter& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::ScriptScore& query, const Describer& describer);
std::string describe(const plan::ScriptFilter& query, const Describer& describer);
void collect(const plan::ScriptScore& query, Scored scored, StatisticsCollector& collector);

/// Elasticsearch's ScriptScoreQuery: what the script gives is the score, times the boost. A negative score or NaN is a
/// fault of the document.
Scores score(const plan::ScriptScoreNode& node, const Batch& batch, Run& run);
/// 1 where the script says true.
Scores score(const plan::ScriptFilterNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring how, Explainer& explainer);
float best(const plan::ScriptScoreNode& node, const Range& range);
float best(const plan::ScriptFilterNode& node, const Range& range);
DocId next(const plan::ScriptScoreNode& node, DocId from, Run& run);

/// out[i] becomes what a script gives for docs[i]; scores[i] is its `_score`. Failures are noted in the run.
void run_script(const plan::ScriptPtr& script, plan::Slot slot, std::span<const DocId> docs, const float* scores,
                double* out, Run& run);

/// What Elasticsearch says that a script computes.
std::string describe_script(const plan::Script& script);

/// A script's score in Elasticsearch's words; `before` explains its `_score`.
Explanation explain_script(std::string description, float score, Explanation before);

/// The fault of a score that no document may have: negative or NaN.
plan::Fault score_fault(plan::FaultCode code, DocId doc, double score);

}  // namespace rescora::query
