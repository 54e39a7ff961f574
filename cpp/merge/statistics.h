/// Which shards' numbers weigh the words of a request.
#pragma once
#include <optional>
#include <span>

#include "index/snapshot.h"
#include "plan/collect.h"

namespace rescora::merge {

/// What all shards tell of the queries' words (plan/collect.h). Nothing for an index of one shard: Elasticsearch does
/// not ask it twice.
inline std::optional<plan::Collected> collect_from_shards(const index::Snapshot& index,
                                                          std::span<const plan::QueryPtr> queries, Budget* budget) {
    if (index.num_shards() == 1) return std::nullopt;
    return plan::collect(queries, index.all(), budget);
}

/// For what is bound to a shard: the shard's own, unless some were collected.
inline plan::Statistics statistics_for(const index::Snapshot& index, std::size_t shard,
                                       const std::optional<plan::Collected>& collected) {
    return collected ? plan::Statistics(index.all(), &*collected) : plan::Statistics(index.one(shard));
}

}  // namespace rescora::merge
