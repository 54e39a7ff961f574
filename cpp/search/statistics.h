/// Whose statistics weigh the terms of a request.
#pragma once
#include "index/snapshot.h"
#include "query/collect.h"

namespace rescora::search {

/// Those of all shards are collected; of an index of one shard they are its own, and Elasticsearch does not ask twice.
template <class Some>
plan::Statistics statistics_for(plan::StatisticsOf of, const Some& request, const index::Snapshot& index,
                                Budget* budget) {
    if (of == plan::StatisticsOf::shard || index.num_shards() == 1) return {};
    return query::collect(plan::wants_statistics(request), index.all(), budget);
}

}  // namespace rescora::search
