/// One stage over one shard's hits: the worked table of Elasticsearch's query rescorer.
#include <bit>
#include <cmath>
#include <map>

#include "check.h"
#include "hits.h"
#include "random_index.h"
#include "rescore/rescore.h"

namespace {

using namespace random_index;

/// A query that gives these documents these scores.
plan::Plan make_plan(const index::ShardReader& shard, const std::map<DocId, float>& scores) {
    plan::BoolNode node{{}, {}, {}, {}, 0};
    for (const auto& [doc, score] : scores) node.should.push_back({plan::DocumentsNode{{doc}, score}, nullptr});
    plan::Plan plan;
    plan.shard = &shard;
    plan.root.kind = std::move(node);
    return plan;
}

struct Window {
    std::uint32_t size;
    float query_weight, rescore_query_weight;
    plan::ScoreMode mode;
};

std::vector<Hit> rescored(std::vector<Hit> hits, const Window& window, const std::map<DocId, float>& second) {
    Random random(1);
    static const auto segment = make_segment(20, random);
    Arena arena;
    const plan::QueryStage stage{nullptr, window.query_weight, window.rescore_query_weight, window.mode};
    const index::ShardReader shard = shard_of(*segment);
    rescore::BoundQueryStage bound{{make_plan(shard, second)}, &stage, &shard};
    const auto kept = rescore::apply({window.size, std::move(bound)}, hits, arena);
    return {kept.begin(), kept.end()};
}

void check_hits(const std::vector<Hit>& expected, const std::vector<Hit>& got) {
    CHECK_EQUAL(expected.size(), got.size());
    for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
        CHECK_EQUAL(number_of(expected[i].doc), number_of(got[i].doc));
        CHECK_EQUAL(expected[i].score, got[i].score);
    }
}

const std::vector<Hit> first_pass = hits_of({{0, 5}, {1, 4}, {2, 3}, {3, 2}, {4, 2}});

TEST(the_worked_cases_come_out) {
    using plan::ScoreMode;
    check_hits(hits_of({{1, 14}, {0, 5.5f}, {2, 3}, {3, 2}, {4, 2}}),
               rescored(first_pass, {2, 1, 1, ScoreMode::total}, {{0, 0.5f}, {1, 10}}));
    check_hits(hits_of({{1, 10}, {0, 0}, {2, 0}, {3, 0}, {4, 0}}),
               rescored(first_pass, {2, 0, 1, ScoreMode::total}, {{1, 10}}));
    check_hits(hits_of({{3, 2}, {4, 2}, {0, 0.5f}, {1, 0.4f}, {2, 3 * 0.1f}}),
               rescored(first_pass, {3, 1, 1, ScoreMode::multiply}, {{0, 0.1f}, {1, 0.1f}, {2, 0.1f}}));
    check_hits(hits_of({{0, 5}, {1, 4}, {3, 2}, {4, 2}, {2, 1}}),
               rescored(first_pass, {3, 1, 1, ScoreMode::min}, {{2, 1}}));
    check_hits(hits_of({{0, 2.5f}, {1, 2}, {2, 1.5f}, {3, 1}, {4, 1}}),
               rescored(first_pass, {0, 0.5f, 1, ScoreMode::total}, {{0, 9}}));
    check_hits(hits_of({{0, 5}, {3, 5}, {4, 5}, {1, 4}, {2, 3}}),
               rescored(first_pass, {10, 1, 1, ScoreMode::total}, {{3, 3}, {4, 3}}));
}

TEST(weights_are_rounded_before_they_are_joined) {
    const float first = 1.3032254f, second = 0.6029453f;
    const Window stage{10, 0.7f, 1.2f, plan::ScoreMode::total};
    const float weighted = first * 0.7f, other = second * 1.2f;
    check_hits(hits_of({{7, weighted + other}}), rescored(hits_of({{7, first}}), stage, {{7, second}}));
}

TEST(negative_weights_turn_the_order_round) {
    const Window stage{10, -1, 1, plan::ScoreMode::total};
    check_hits(hits_of({{3, -2}, {4, -2}, {2, -3}, {1, -4}, {0, -5}}), rescored(first_pass, stage, {}));
}

TEST(modes_combine_as_java_does) {
    using plan::ScoreMode;
    using rescore::combine;
    CHECK_EQUAL(5.0f, combine(ScoreMode::total, 2, 3));
    CHECK_EQUAL(6.0f, combine(ScoreMode::multiply, 2, 3));
    CHECK_EQUAL(2.5f, combine(ScoreMode::avg, 2, 3));
    CHECK_EQUAL(3.0f, combine(ScoreMode::max, 2, 3));
    CHECK_EQUAL(2.0f, combine(ScoreMode::min, 2, 3));
    for (const auto& [a, b] : {std::pair{0.0f, -0.0f}, std::pair{-0.0f, 0.0f}}) {
        CHECK(!std::signbit(combine(ScoreMode::max, a, b)));
        CHECK(std::signbit(combine(ScoreMode::min, a, b)));
    }
    for (const auto mode : {ScoreMode::max, ScoreMode::min}) {
        CHECK(std::isnan(combine(mode, NAN, 1)));
        CHECK(std::isnan(combine(mode, 1, NAN)));
    }
}

/// Within the window 0 and -0 are one score; where hits beyond it are sorted in, 0 comes first.
TEST(zeros_are_ordered_only_with_a_tail) {
    const std::vector<Hit> hits = hits_of({{3, 1}, {1, -0.0f}, {2, 0}});
    const Window all{10, 1, 1, plan::ScoreMode::total};
    check_hits(hits_of({{3, 1}, {1, -0.0f}, {2, 0}}), rescored(hits, all, {}));
    const Window two{2, 1, 1, plan::ScoreMode::total};
    check_hits(hits_of({{3, 1}, {2, 0}, {1, -0.0f}}), rescored(hits, two, {}));
}

}  // namespace
