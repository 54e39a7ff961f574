/// The term statistics that weigh a request: global (dfs_query_then_fetch) or each shard's own.
#pragma once
#include "index/snapshot.h"
#include "query/collect.h"

namespace rescora::search {

/// Collects those of all shards; an index of one shard uses its own, as in Elasticsearch.
template <class Some>
plan::Statistics statistics_for(plan::StatisticsOf of, const Some& request, const index::Snapshot& index,
                                Budget* budget) {
    if (of == plan::StatisticsOf::shard || index.num_shards() == 1) return {};
    return query::collect(plan::wants_statistics(request), index.all(), budget);
}

}  // namespace rescora::search
