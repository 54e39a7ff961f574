/// The fetch phase binds queries anew, which is cheap: pages are short.
#include "search/fetch.h"

#include <algorithm>

#include "base/budget.h"
#include "query/bind.h"
#include "query/explain.h"
#include "query/score.h"
#include "query/weigh.h"
#include "rescore/rescore.h"

namespace rescora::search {

Explanation explain_hit(const index::Snapshot& index, const plan::Request& request, const plan::Statistics& statistics,
                        const ShardPage& page, IndexDoc doc, Arena& arena) {
    ask(arena);
    const std::size_t number = index.shard_of(doc);
    const index::ShardReader& shard = index.shard(number);
    const ShardDoc in_its_shard = in_shard(index.base(number), doc);
    const plan::Plan query =
        query::bind(query::weigh(request.query, shard, statistics), shard.segment_of(in_its_shard));
    Explanation explanation = query::explain(query, in_segment(query.base(), in_its_shard), index.field_names(), arena);
    if (request.size == 0) return explanation;
    for (std::size_t i = 0; i < page.windows.size(); ++i) {
        const rescore::BoundStage stage = rescore::bind(request.stages[i], shard, statistics);
        const bool in_window = std::ranges::binary_search(page.windows[i], in_its_shard);
        explanation = std::visit(
            [&](const auto& kind) {
                return rescore::explain(kind, in_its_shard, in_window, index.field_names(), std::move(explanation),
                                        arena);
            },
            stage.kind);
    }
    return explanation;
}

std::vector<std::uint8_t> matches(const index::Snapshot& index, const plan::QueryPtr& query,
                                  std::span<const std::uint32_t> numbers, Budget* budget) {
    const RequestArena arena(budget);
    std::vector<IndexDoc> docs;
    for (std::size_t i = 0; i < numbers.size(); ++i) docs.push_back(index.checked(i, numbers[i]));
    std::vector<std::uint8_t> matched(docs.size());
    for (std::size_t s = 0; s < index.num_shards(); ++s) {
        const index::ShardReader& shard = index.shard(s);
        const std::vector<plan::Plan> plans = query::bind(query::weigh(query, shard, {}, query::Scored::no));
        for (std::size_t i = 0; i < docs.size(); ++i) {
            if (index.shard_of(docs[i]) != s) continue;
            if (i % 64 == 63) ask(arena);
            const ShardDoc in_its_shard = in_shard(index.base(s), docs[i]);
            const plan::Plan& plan = plans[shard.segment_of(in_its_shard)];
            const Arena::Scope scope(arena);
            query::Run run(plan, arena);
            const DocId doc = in_segment(plan.base(), in_its_shard);
            matched[i] = query::matches(plan.root, {&doc, 0, 1}, run)[0];
        }
    }
    return matched;
}

}  // namespace rescora::search
