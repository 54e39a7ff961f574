/// A stage's part in an explanation.
#pragma once
#include "match/explanation.h"
#include "plan/describe.h"
#include "rescore/rescore.h"

namespace rescora::rescore {

/// Wraps the explanation of a document's score before this stage. `in_window`: the stage looked at it.
Explanation explain(const BoundStage& stage, DocId doc, bool in_window, plan::FieldNames names, Explanation before);

}  // namespace rescora::rescore
