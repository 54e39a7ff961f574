/// A query is bound anew for what is shown: pages are short.
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
                        const ShardPage& page, DocId doc, Arena& arena) {
    ask(arena);
    const std::size_t number = index.shard_of(doc);
    const index::ShardReader& shard = index.shard(number);
    const DocId in_shard = doc - index.base(number);
    const plan::Plan query = query::bind(query::weigh(request.query, shard, statistics), shard.segment_of(in_shard));
    Explanation explanation = query::explain(query, in_shard - query.base(), index.field_names(), arena);
    if (request.size == 0) return explanation;
    for (std::size_t i = 0; i < page.windows.size(); ++i) {
        const rescore::BoundStage stage = rescore::bind(request.stages[i], shard, statistics);
        const bool in_window = std::ranges::binary_search(page.windows[i], in_shard);
        explanation = std::visit(
            [&](const auto& kind) {
                return rescore::explain(kind, in_shard, in_window, index.field_names(), std::move(explanation), arena);
            },
            stage.kind);
    }
    return explanation;
}

std::vector<std::uint8_t> matches(const index::Snapshot& index, const plan::QueryPtr& query,
                                  std::span<const DocId> docs, Budget* budget) {
    const RequestArena arena(budget);
    index.check(docs);
    std::vector<std::uint8_t> matched(docs.size());
    for (std::size_t s = 0; s < index.num_shards(); ++s) {
        const index::ShardReader& shard = index.shard(s);
        const std::vector<plan::Plan> plans = query::bind(query::weigh(query, shard, {}, query::Scored::no));
        for (std::size_t i = 0; i < docs.size(); ++i) {
            if (index.shard_of(docs[i]) != s) continue;
            if (i % 64 == 63) ask(arena);
            const plan::Plan& plan = plans[shard.segment_of(docs[i] - index.base(s))];
            const Arena::Scope scope(arena);
            query::Run run(plan, arena);
            const DocId doc = docs[i] - index.base(s) - plan.base();
            matched[i] = query::matches(plan.root, {&doc, 0, 1}, run)[0];
        }
    }
    return matched;
}

}  // namespace rescora::search
