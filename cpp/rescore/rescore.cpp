/// One stage over one shard's hits.
#include "rescore/rescore.h"

#include <algorithm>
#include <span>

#include "plan/bind.h"

namespace rescora::rescore {

namespace {

/// Whether -0 and 0 are one score when hits are ordered. Elasticsearch's two sorts differ in it.
enum class Zeros { equal, ordered };

void sort_hits(std::span<Hit> hits, Zeros zeros, Arena& arena) {
    const Arena::Scope scope(arena);
    struct Entry {
        std::uint64_t key;
        float score;  // kept: the key may have lost the sign of a zero
    };
    Entry* entries = arena.take<Entry>(hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
        Hit as_key = hits[i];
        if (zeros == Zeros::equal && as_key.score == 0) as_key.score = 0;
        entries[i] = {rank_key(as_key), hits[i].score};
    }
    std::sort(entries, entries + hits.size(), [](const Entry& a, const Entry& b) { return a.key > b.key; });
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i] = {hit_of(entries[i].key).doc, entries[i].score};
}

BoundQueryStage bound(const plan::QueryStage& stage, const segment::Segment& segment,
                      const plan::Statistics& statistics, std::uint32_t shard) {
    return {plan::bind(stage.query, segment, statistics, shard), &stage};
}

BoundScriptStage bound(const plan::ScriptStage& stage, const segment::Segment& segment, const plan::Statistics&,
                       std::uint32_t shard) {
    return {script::BoundScript(stage.script, segment, stage.script->index_salt | shard), &segment};
}

}  // namespace

BoundStage bind(const plan::Stage& stage, const segment::Segment& segment, const plan::Statistics& statistics,
                std::uint32_t shard) {
    return std::visit(
        [&](const auto& kind) { return BoundStage{stage.window, bound(kind, segment, statistics, shard)}; },
        stage.kind);
}

void apply(const BoundStage& stage, std::vector<Hit>& hits, Arena& arena) {
    const std::size_t window = std::min<std::size_t>(stage.window, hits.size());
    const auto head = std::span(hits).first(window);
    std::sort(head.begin(), head.end(), [](const Hit& a, const Hit& b) { return a.doc < b.doc; });
    {
        const Arena::Scope scope(arena);
        std::visit([&](const auto& kind) { rescore(kind, head, arena); }, stage.kind);
    }
    sort_hits(head, Zeros::equal, arena);
    if (window == hits.size()) return;
    std::visit([&](const auto& kind) { keep_tail(kind, hits, window); }, stage.kind);
    sort_hits(hits, Zeros::ordered, arena);
}

}  // namespace rescora::rescore
