/// A BM25 score taken apart: of a term, a boolean's value, a phrase.
#pragma once
#include "query/explainer.h"

namespace rescora::query {

/// The weight of a query, whose score is explained.
Explanation explain_weight(const plan::Node& node, Explanation score, const Explainer& explainer);

/// What a weight without scores says: Lucene's constant.
Explanation explain_unscored(float value, Explanation freq);

/// The score of a document in which the term or the phrase stands so often.
Explanation explain_bm25(const segment::Field& field, const plan::Bm25Weight& weight, const Explanation& freq,
                         DocId doc);

}  // namespace rescora::query
