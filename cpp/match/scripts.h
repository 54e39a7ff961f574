/// Scripts over the documents that a query matches.
#pragma once
#include <span>

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

/// A script's score in Elasticsearch's words; `before` explains its `_score`, and is shown where the script reads that.
Explanation explain_script(const plan::Script& script, float score, Explanation before);

/// The fault of a score that no document may have: negative or NaN.
plan::Fault score_fault(plan::FaultCode code, DocId doc, double score);

}  // namespace rescora::match
