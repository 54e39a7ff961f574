/// The query rescorer: two scores, weighted and combined.
#pragma once
#include <span>
#include <vector>

#include "base/arena.h"
#include "plan/node.h"
#include "plan/request.h"
#include "query/describe.h"
#include "query/explanation.h"
#include "retrieve/hit.h"

namespace rescora::rescore {

struct BoundQueryStage {
    std::vector<plan::Plan> query;  ///< in each segment
    const plan::QueryStage* stage;
    const index::ShardReader* shard;
};

/// first: the weighted score before; second: the weighted score of the rescore query. All float.
float combine(plan::ScoreMode mode, float first, float second);

/// head[i].score becomes combine(score * query_weight, second * rescore_query_weight), or score * query_weight where
/// the rescore query does not match. Only the best `wanted` need remain: where bounds allow, only they do, in order.
std::size_t rescore(const BoundQueryStage& stage, std::span<Hit> head, std::size_t wanted, Arena& arena);

/// Hits beyond the window are multiplied by query_weight too.
bool keep_tail(const BoundQueryStage& stage, std::span<Hit> tail);

Explanation explain(const BoundQueryStage& stage, ShardDoc doc, bool in_window, query::FieldNames names,
                    Explanation before, Arena& arena);

}  // namespace rescora::rescore
