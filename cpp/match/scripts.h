/// Scripts over the documents that a query matches.
#pragma once
#include <span>
#include <string>

#include "match/explanation.h"
#include "match/match.h"

namespace rescora::match {

/// Elasticsearch's ScriptScoreQuery: what the script gives is the score, times the boost. A negative score or NaN is a
/// fault of the document.
Scores score_node(const plan::ScriptScoreNode& node, const Batch& batch, Run& run);

/// 1 where the script says true.
Scores score_node(const plan::ScriptFilterNode& node, const Batch& batch, Run& run);

/// out[i] becomes what a script gives for docs[i]; scores[i] is its `_score`. Failures are noted in the run.
void run_script(const plan::ScriptPtr& script, plan::Slot slot, std::span<const DocId> docs, const float* scores,
                double* out, Run& run);

/// What Elasticsearch says that a script computes.
std::string describe_script(const plan::Script& script);

/// A script's score in Elasticsearch's words; `before` explains its `_score`.
Explanation explain_script(std::string description, float score, Explanation before);

/// The fault of a score that no document may have: negative or NaN.
plan::Fault score_fault(plan::FaultCode code, DocId doc, double score);

}  // namespace rescora::match
