/// Applies one stage to one shard's hits.
#include "rescore/rescore.h"

#include <algorithm>
#include <span>

#include "query/bind.h"
#include "query/weigh.h"
#include "retrieve/order.h"

namespace rescora::rescore {

namespace {

BoundQueryStage bound(const plan::QueryStage& stage, const index::ShardReader& shard,
                      const plan::Statistics& statistics) {
    return {query::bind(query::weigh(stage.query, shard, statistics)), &stage, &shard};
}

BoundScriptStage bound(const plan::ScriptStage& stage, const index::ShardReader& shard, const plan::Statistics&) {
    BoundScriptStage bound{{}, &shard};
    bound.script.reserve(shard.num_segments());
    for (std::size_t s = 0; s < shard.num_segments(); ++s) bound.script.emplace_back(stage.script, shard, s);
    return bound;
}

BoundModelStage bound(const plan::ModelStage& stage, const index::ShardReader& shard,
                      const plan::Statistics& statistics) {
    return {features::BoundColumns(stage.columns, shard, statistics), &stage, &shard};
}

}  // namespace

BoundStage bind(const plan::Stage& stage, const index::ShardReader& shard, const plan::Statistics& statistics) {
    return std::visit([&](const auto& kind) { return BoundStage{stage.window, bound(kind, shard, statistics)}; },
                      stage.kind);
}

std::span<Hit> apply(const BoundStage& stage, std::span<Hit> hits, Arena& arena, std::size_t wanted) {
    const std::size_t window = std::min<std::size_t>(stage.window, hits.size());
    if (window < hits.size()) wanted = SIZE_MAX;  // a hit beyond the window may get in
    auto head = hits.first(window);
    sort_by_doc(head, arena);
    const std::size_t kept = [&] {
        const Arena::Scope scope(arena);
        if (const auto* query = std::get_if<BoundQueryStage>(&stage.kind)) return rescore(*query, head, wanted, arena);
        if (const auto* script = std::get_if<BoundScriptStage>(&stage.kind)) return rescore(*script, head, arena);
        return rescore(std::get<BoundModelStage>(stage.kind), head, arena);
    }();
    head = head.first(kept);
    const bool is_model = std::holds_alternative<BoundModelStage>(stage.kind);
    sort_by_score(head, is_model ? Zeros::ordered : Zeros::equal, arena);
    if (window == hits.size()) return head;
    if (kept < window) std::ranges::copy(hits.subspan(window), hits.begin() + static_cast<std::ptrdiff_t>(kept));
    hits = hits.first(hits.size() - (window - kept));
    if (!std::visit([&](const auto& kind) { return keep_tail(kind, hits.subspan(kept)); }, stage.kind)) return head;
    sort_by_doc(hits, arena);
    sort_by_score(hits, Zeros::ordered, arena);
    return hits;
}

}  // namespace rescora::rescore
