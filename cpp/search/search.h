/// A whole search: the query phase on every shard, then one page of hits.
#pragma once
#include "index/snapshot.h"
#include "plan/request.h"
#include "search/page.h"

namespace rescora {
class Budget;
}

namespace rescora::search {

/// The request's queries must have been prepared. threads: 0 for one a processor. budget: null for none.
///
/// Where its time is over, the page has what was found: the best of the documents that the first pass visited, or the
/// list before the first rescorer that did not come to its end on every shard. So no list has scores of two steps.
///
/// Errors  DocumentError for a hit that cannot be scored; Stopped for other reasons to stop, and without
///         allow_partial_results for that one too.
Page search(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget = nullptr);

/// Why the document of a number scores what it does in this request, whether or not it is among the hits. Only the
/// document's own shard is searched.
///
/// Errors  InvalidArgument for a document that the index has not.
Explanation explain(const index::Snapshot& index, const plan::Request& request, std::uint32_t number,
                    Budget* budget = nullptr);

}  // namespace rescora::search
