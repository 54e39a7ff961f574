/// The reduce step: merges the shards' pages into one. It needs no index, for pages are values.
#pragma once
#include <span>
#include <vector>

#include "plan/request.h"
#include "search/page.h"

namespace rescora::search {

/// The hits [from, from + size) of all shards, numbered in the index: score descending, then the lower shard, then the
/// place in the shard's list. A k-way merge of the lists, as Elasticsearch does it; nothing is sorted anew.
std::vector<IndexHit> merge(std::span<const ShardPage> shards, std::size_t from, std::size_t size);

/// The page of a request, but for its explanations (fetch.h). Every shard has come to the same step.
Page reduce(const plan::Request& request, std::span<const ShardPage> shards);

}  // namespace rescora::search
