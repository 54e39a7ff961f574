/// Looks again at the first hits of one shard: window, weights, score mode, the rule for what lies beyond.
#pragma once
#include <vector>

#include "match/batch.h"
#include "plan/request.h"
#include "retrieve/hit.h"

namespace rescora::rescore {

/// A stage bound to one shard.
struct BoundStage {
    plan::Plan query;
    const plan::Stage* stage;
};

/// first: the weighted score before; second: the weighted score of the rescore query. All float.
float combine(plan::ScoreMode mode, float first, float second);

/// Applies one stage to a shard's hits, which are best first before and afterwards.
///
/// The first `window` hits get combine(score * query_weight, second * rescore_query_weight), or score * query_weight
/// where the rescore query does not match. Hits beyond the window are multiplied by query_weight too, and all are
/// sorted together: so they may overtake. Source: Elasticsearch's query rescorer.
void apply(const BoundStage& stage, std::vector<Hit>& hits, Arena& arena);

}  // namespace rescora::rescore
