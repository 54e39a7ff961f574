/// Random queries over random documents, with every document's score.
#pragma once
#include <memory>
#include <numeric>
#include <vector>

#include "check.h"
#include "query/describe.h"
#include "query/score.h"
#include "random_index.h"

namespace random_index {

/// Every document's score by one plan, from the forward side.
struct Scored {
    std::unique_ptr<index::ShardReader> shard;
    plan::Plan plan;
    std::vector<std::uint8_t> matched;
    std::vector<float> score;
};

inline Scored score_all(const segment::Segment& segment, const plan::QueryPtr& query, Arena& arena) {
    auto shard = std::make_unique<index::ShardReader>(shard_of(segment));
    plan::Plan plan = bound_in_segment(query, *shard);
    Scored all{std::move(shard), std::move(plan), {}, {}};
    const Arena::Scope scope(arena);
    query::Run run(all.plan, arena);
    std::vector<DocId> docs(segment.num_docs());
    std::iota(docs.begin(), docs.end(), 0u);
    const auto scores = query::score(all.plan.root, {docs.data(), 0, segment.num_docs()}, run);
    all.matched.assign(scores.matched, scores.matched + docs.size());
    all.score.assign(scores.score, scores.score + docs.size());
    return all;
}

template <class Check>
void for_random_queries(int rounds, const Check& check) {
    Random random(17);
    Arena arena;
    for (const std::uint32_t num_docs : {1u, 60u, 2'500u}) {
        const auto segment = make_segment(num_docs, random);
        Queries queries(random);
        for (int round = 0; round < rounds; ++round) {
            const plan::QueryPtr query = queries.any();
            const int before = check::failures;
            const Scored all = score_all(*segment, query, arena);
            check(*segment, all, random, arena);
            if (check::failures != before) {
                const std::vector<std::string> names(missing + 1, "field");
                std::cerr << "    of " << query::describe(*query, names) << '\n';
                return;
            }
        }
    }
}

}  // namespace random_index
