/// The rules by which a bool takes another form; each is one of Lucene 9.9.1's, in its order.
#pragma once
#include "plan/query.h"

namespace rescora::plan {

/// What the first rule that fits makes of a bool whose clauses have not been looked into; null when none fits.
QueryPtr apply_outer_rules(const Bool& query);

/// What the first rule that fits makes of a bool whose clauses are in their final form; null when none fits.
QueryPtr apply_inner_rules(const Bool& query);

/// The boost, unless it is too great for a float32: InvalidArgument in Elasticsearch's words.
float finite_boost(float boost);

/// The bool with everything dropped that only scores need, its inner bools as well; `self` when nothing is.
/// self holds a Bool.
QueryPtr without_scores(const QueryPtr& self);

}  // namespace rescora::plan
