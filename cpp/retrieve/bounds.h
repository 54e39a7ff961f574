/// What a node can give at best in a range of documents, and where it can match next.
#pragma once
#include "match/batch.h"

namespace rescora::retrieve {

/// No document in [first, last] scores above this; -infinity when none of them can match. Computed in the arithmetic of
/// the scores themselves, whose every step is monotone, so it holds in float and not just nearly. Ranges must ascend
/// within a run, unless it is new.
float best_score(const plan::Node& node, DocId first, DocId last, match::Run& run);

/// No document in [from, result) matches. Result is no_doc when none from `from` on does.
DocId next_candidate(const plan::Node& node, DocId from, match::Run& run);

}  // namespace rescora::retrieve
