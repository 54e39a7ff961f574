/// One document's score taken apart.
#pragma once
#include "plan/node.h"
#include "query/describe.h"
#include "query/explanation.h"

namespace rescora::query {

/// In Lucene's words and shape. Its value is what `score` gives, bit for bit, unless a function_score has a say in it.
Explanation explain(const plan::Plan& plan, DocId doc, FieldNames names, Arena& arena);

}  // namespace rescora::query
