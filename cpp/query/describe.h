/// A query in words, as Lucene writes it: explanations name queries so.
#pragma once
#include <span>
#include <string>

#include "plan/query.h"

namespace rescora::query {

/// Names by field number. Needs one for every field of the queries that are described.
using FieldNames = std::span<const std::string>;

/// Lucene's Query.toString():
///
///     title:foo   title:"quick ? fox"~2   +title:a -title:b #(title:c title:d)   (title:a | body:a)~0.3
///     (title:foo)^2.0   ConstantScore(title:foo)   year:[1990 TO 1999]   *:*
std::string describe(const plan::Query& query, FieldNames names);

/// The same of a query that is asked about one document: Lucene looks a range up in that document's values.
std::string describe_for_document(const plan::Query& query, FieldNames names);

}  // namespace rescora::query
