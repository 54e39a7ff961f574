/// Applies a rescorer to one shard's hits: the window gets new scores, each kind has a rule for the hits beyond.
#pragma once
#include <span>
#include <variant>

#include "plan/request.h"
#include "plan/statistics.h"
#include "query/batch.h"
#include "rescore/model_stage.h"
#include "rescore/query_stage.h"
#include "rescore/script_stage.h"
#include "retrieve/hit.h"

namespace rescora::rescore {

/// A stage bound to one shard. Documents are numbered in the shard. Every kind has
///
///     rescore(stage, head, …)       new scores for the window's hits, which come in the order of documents; returns
///                                   how many of them remain, at the front
///     keep_tail(stage, tail)        what becomes of the hits beyond the window: whether they stay, and their scores
///     explain(stage, …)             its part of an explanation
struct BoundStage {
    std::uint32_t window;
    std::variant<BoundQueryStage, BoundScriptStage, BoundModelStage> kind;
};

/// The stage and the shard must outlive what is bound.
BoundStage bind(const plan::Stage& stage, const index::ShardReader& shard, const plan::Statistics& statistics);

/// Whether the stage scores only some of its window to the end.
inline bool exits_early(const BoundStage& stage) {
    const auto* model = std::get_if<BoundModelStage>(&stage.kind);
    return model != nullptr && model->stage->early_exit.has_value();
}

/// Applies one stage to a shard's hits, which are best first before and afterwards.
///
/// The first `window` hits get new scores and are put in order; hits beyond are treated by the kind's own rule, and if
/// there are any, all are sorted together: so they may overtake. Source: Elasticsearch's rescorers.
///
/// `wanted`: how many of the hits anyone will look at. Where that lets a stage leave others unscored, only the best
/// `wanted` remain. Gives the hits that remain, at the front of the list.
std::span<Hit> apply(const BoundStage& stage, std::span<Hit> hits, Arena& arena, std::size_t wanted = SIZE_MAX);

}  // namespace rescora::rescore
