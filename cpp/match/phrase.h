/// Scores phrases in a batch.
#pragma once
#include "match/contest.h"
#include "match/match.h"

namespace rescora::match {

Scores score_node(const plan::PhraseNode& node, const Batch& batch, Run& run);

/// contest.h
bool contend(const plan::PhraseNode& node, const Batch& batch, Run& run, Contest& contest);

/// The phrase's frequency in one document; 0 when it does not match.
float phrase_frequency(const plan::PhraseNode& node, DocId doc, const Run& run);

}  // namespace rescora::match
