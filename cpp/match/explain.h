/// One document's score taken apart.
#pragma once
#include "match/explanation.h"
#include "plan/describe.h"
#include "plan/node.h"

namespace rescora::match {

/// In Lucene's words and shape. Its value is what `score` gives, bit for bit, unless a function_score has a say in it.
Explanation explain(const plan::Plan& plan, DocId doc, plan::FieldNames names, Arena& arena);

}  // namespace rescora::match
