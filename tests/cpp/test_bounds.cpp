/// No score above its bound, no match skipped, and the first pass finds what scoring everything finds.
#include <bit>
#include <numeric>

#include "check.h"
#include "match/match.h"
#include "plan/describe.h"
#include "random_index.h"
#include "retrieve/bounds.h"
#include "retrieve/first_pass.h"

namespace {

using namespace random_index;

/// Every document's score by one plan, from the forward side.
struct Scored {
    std::unique_ptr<index::ShardReader> shard;
    plan::Plan plan;
    std::vector<std::uint8_t> matched;
    std::vector<float> score;
};

Scored score_all(const segment::Segment& segment, const plan::QueryPtr& query, Arena& arena) {
    auto shard = std::make_unique<index::ShardReader>(shard_of(segment));
    plan::Plan plan = bound_in_segment(query, *shard);
    Scored all{std::move(shard), std::move(plan), {}, {}};
    const Arena::Scope scope(arena);
    match::Run run(all.plan, arena);
    std::vector<DocId> docs(segment.num_docs());
    std::iota(docs.begin(), docs.end(), 0u);
    const auto scores = match::score(all.plan.root, {docs.data(), 0, segment.num_docs()}, run);
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
                std::cerr << "    of " << plan::describe(*query, names) << '\n';
                return;
            }
        }
    }
}

TEST(ranges_and_windows_score_the_same_bits) {
    for_random_queries(400, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        match::Run run(all.plan, arena);
        for (DocId first = 0; first < segment.num_docs();) {
            const Arena::Scope scope(arena);
            const std::uint32_t n = std::min(segment.num_docs() - first, 1 + random.below(1500));
            const auto scores = match::score(all.plan.root, {nullptr, first, n}, run);
            for (std::uint32_t i = 0; i < n; ++i) {
                CHECK_EQUAL(int{all.matched[first + i]}, int{scores.matched[i]});
                if (scores.matched[i])
                    CHECK_EQUAL(std::bit_cast<std::uint32_t>(all.score[first + i]),
                                std::bit_cast<std::uint32_t>(scores.score[i]));
            }
            first += n + random.below(3) * random.below(300);
        }
    });
}

TEST(no_score_is_above_the_bound_of_its_range) {
    for_random_queries(400, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        match::Run run(all.plan, arena);
        for (DocId first = 0; first < segment.num_docs();) {
            const DocId last = std::min(segment.num_docs() - 1, first + random.below(400));
            const float bound = retrieve::best_score(all.plan.root, first, last, run);
            for (DocId doc = first; doc <= last; ++doc)
                if (all.matched[doc]) CHECK(all.score[doc] <= bound);
            first += 1 + random.below(300);
        }
    });
}

TEST(no_match_lies_before_the_next_candidate) {
    for_random_queries(400, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        match::Run run(all.plan, arena);
        for (DocId from = 0; from < segment.num_docs();) {
            const DocId next = retrieve::next_candidate(all.plan.root, from, run);
            CHECK(next >= from);
            for (DocId doc = from; doc < std::min(next, segment.num_docs()); ++doc)
                CHECK_EQUAL(0, int{all.matched[doc]});
            if (next == no_doc) return;
            from = next + 1 + random.below(40);
        }
    });
}

TEST(the_first_pass_finds_what_scoring_everything_finds) {
    for_random_queries(600, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        retrieve::FirstPass pass{std::span(&all.plan, 1), {}, std::nullopt};
        pass.k = std::size_t{random.below(30)} * random.below(10);
        pass.count_up_to = random.one_in(3) ? INT64_MAX : std::int64_t{random.below(300)} - 1;
        if (random.one_in(5)) pass.min_score = static_cast<float>(random.below(30)) / 10;
        std::vector<std::uint64_t> keys;
        for (DocId doc = 0; doc < segment.num_docs(); ++doc)
            if (all.matched[doc] && (!pass.min_score || all.score[doc] >= *pass.min_score))
                keys.push_back(rank_key({doc, all.score[doc]}));
        std::ranges::sort(keys, std::greater{});

        const retrieve::Candidates found = retrieve::find_candidates(pass, arena);
        const auto total = static_cast<std::int64_t>(keys.size());
        if (total <= pass.count_up_to)
            CHECK_EQUAL(total, found.total);
        else
            CHECK(found.total > pass.count_up_to && found.total <= total);
        CHECK_EQUAL(std::min(pass.k, keys.size()), found.hits.size());
        for (std::size_t i = 0; i < std::min(found.hits.size(), keys.size()); ++i)
            CHECK_EQUAL(keys[i], rank_key(found.hits[i]));
    });
}

}  // namespace
