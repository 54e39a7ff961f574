/// Shards' hits become one list: score descending, then the lower shard, then the place in the shard's list.
#include "check.h"
#include "hits.h"
#include "search/reduce.h"

namespace {

using namespace rescora;
using search::ShardPage;

using List = std::vector<std::pair<DocId, float>>;

List merged(const std::vector<List>& lists, std::size_t from, std::size_t size) {
    std::vector<ShardPage> shards;  // of ten documents each
    for (const auto& hits : lists) {
        const auto base = static_cast<DocId>(10 * shards.size());
        ShardPage& shard = shards.emplace_back();
        shard.base = base;
        for (const auto& [number, score] : hits) shard.hits.push_back(hit(number, score));
    }
    List all;
    for (const IndexHit& one : search::merge(shards, from, size)) all.emplace_back(number_of(one.doc), one.score);
    return all;
}

TEST(of_equal_scores_the_lower_shard_comes_first) {
    CHECK(List({{14, 9}, {3, 5}, {11, 5}, {20, 5}, {0, 1}}) ==
          merged({{{3, 5}, {0, 1}}, {{4, 9}, {1, 5}}, {{0, 5}}}, 0, 10));
}

TEST(a_page_begins_and_ends_where_it_was_asked_to) {
    const std::vector<List> lists = {{{0, 6}, {1, 3}}, {{0, 5}, {1, 2}}, {{0, 4}, {1, 1}}};
    CHECK(List({{10, 5}, {20, 4}}) == merged(lists, 1, 2));
    CHECK(List({{21, 1}}) == merged(lists, 5, 10));
    CHECK(merged(lists, 6, 10).empty());
    CHECK(merged(lists, 0, 0).empty());
}

/// A stage sorts 0 and -0 as equal; the merge keeps the order that the shard gave.
TEST(a_shards_own_order_is_kept) {
    CHECK(List({{5, 0}, {2, -0.0f}, {10, 0}}) == merged({{{5, -0.0f}, {2, 0}}, {{0, 0}}, {}}, 0, 10));
}

/// Whatever a shard says of itself is added up; a step is complete where it is on every shard.
TEST(what_shards_say_of_their_steps_is_added_up) {
    plan::Request request;
    request.stages.resize(1);
    request.size = 1;
    std::vector<ShardPage> shards(2);
    shards[0].hits = hits_of({{3, 2}});
    shards[0].total = 7;
    shards[0].steps = {{10, 10, true}, {1, 1, true}};
    shards[1].base = 10;
    shards[1].hits = hits_of({{0, 5}});
    shards[1].total = 4;
    shards[1].steps = {{10, 10, true}, {1, 0, false}};
    const search::Page page = search::reduce(request, shards);
    CHECK_EQUAL(1u, page.hits.size());
    CHECK_EQUAL(10u, number_of(page.hits[0].doc));
    CHECK_EQUAL(5.0f, *page.max_score);
    CHECK_EQUAL(11, page.total);
    CHECK(!page.total_is_lower_bound);
    CHECK(page.timed_out);
    CHECK_EQUAL(20u, page.steps[0].done);
    CHECK(page.steps[0].complete);
    CHECK_EQUAL(2u, page.steps[1].asked);
    CHECK_EQUAL(1u, page.steps[1].done);
    CHECK(!page.steps[1].complete);
}

TEST(more_hits_than_are_counted_are_a_lower_bound) {
    plan::Request request;
    request.track_total_hits = 5;
    std::vector<ShardPage> shards(2);
    for (ShardPage& shard : shards) {
        shard.total = 3;
        shard.steps = {{10, 10, true}};
    }
    const search::Page page = search::reduce(request, shards);
    CHECK_EQUAL(5, page.total);
    CHECK(page.total_is_lower_bound);
    CHECK(!page.timed_out);
}

}  // namespace
