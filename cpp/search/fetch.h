/// The fetch phase: explanations of hits, and which named queries they match.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "index/snapshot.h"
#include "plan/request.h"
#include "query/explanation.h"
#include "search/page.h"

namespace rescora::search {

/// Why a document scores what it does: the query's part, wrapped by that of each stage. shard: what the document's
/// shard found, with its windows.
Explanation explain_hit(const index::Snapshot& index, const plan::Request& request, const plan::Statistics& statistics,
                        const ShardPage& shard, IndexDoc doc, Arena& arena);

/// Which documents of these numbers in the index match a query: 1 or 0, one a number. The query must have been
/// prepared.
///
/// Errors  InvalidArgument for a document that the index has not.
std::vector<std::uint8_t> matches(const index::Snapshot& index, const plan::QueryPtr& query,
                                  std::span<const std::uint32_t> docs, Budget* budget = nullptr);

}  // namespace rescora::search
