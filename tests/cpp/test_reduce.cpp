/// Shards' hits become one list: score descending, then the lower shard, then the place in the shard's list.
#include "check.h"
#include "merge/merge.h"
#include "random_index.h"

namespace {

using namespace random_index;
using merge::ShardHits;

const index::Snapshot& three_shards() {
    static const index::Snapshot index = [] {
        Random random(1);
        std::vector<index::ShardReader::Segments> shards;
        for (int s = 0; s < 3; ++s) shards.push_back({make_segment(10, random)});
        return index::Snapshot(std::move(shards), {});
    }();
    return index;
}

std::vector<std::pair<DocId, float>> merged(const std::vector<std::vector<Hit>>& lists, std::size_t from,
                                            std::size_t size) {
    std::vector<ShardHits> shards;
    for (const auto& hits : lists) shards.emplace_back().hits = hits;
    std::vector<std::pair<DocId, float>> all;
    for (const Hit& hit : merge::merge(three_shards(), shards, from, size)) all.emplace_back(hit.doc, hit.score);
    return all;
}

using List = std::vector<std::pair<DocId, float>>;

TEST(of_equal_scores_the_lower_shard_comes_first) {
    CHECK(List({{14, 9}, {3, 5}, {11, 5}, {20, 5}, {0, 1}}) ==
          merged({{{3, 5}, {0, 1}}, {{4, 9}, {1, 5}}, {{0, 5}}}, 0, 10));
}

TEST(a_page_begins_and_ends_where_it_was_asked_to) {
    const std::vector<std::vector<Hit>> lists = {{{0, 6}, {1, 3}}, {{0, 5}, {1, 2}}, {{0, 4}, {1, 1}}};
    CHECK(List({{10, 5}, {20, 4}}) == merged(lists, 1, 2));
    CHECK(List({{21, 1}}) == merged(lists, 5, 10));
    CHECK(merged(lists, 6, 10).empty());
    CHECK(merged(lists, 0, 0).empty());
}

/// A stage sorts 0 and -0 as equal; the merge keeps the order that the shard gave.
TEST(a_shards_own_order_is_kept) {
    CHECK(List({{5, 0}, {2, -0.0f}, {10, 0}}) == merged({{{5, -0.0f}, {2, 0}}, {{0, 0}}, {}}, 0, 10));
}

TEST(documents_know_their_shard) {
    const index::Snapshot& index = three_shards();
    CHECK_EQUAL(30u, index.num_docs());
    for (DocId doc = 0; doc < 30; ++doc) {
        CHECK_EQUAL(std::size_t{doc} / 10, index.shard_of(doc));
        CHECK_EQUAL("id" + std::to_string(doc % 10), index.id(doc));
    }
    CHECK_EQUAL(no_doc, index.find_id("id10"));
    CHECK_EQUAL(4u, index.find_id("id4"));
}

TEST(an_empty_shard_is_never_a_documents_shard) {
    Random random(2);
    const index::Snapshot index(
        {{make_segment(0, random)}, {make_segment(2, random)}, {make_segment(0, random)}, {make_segment(1, random)}},
        {});
    CHECK_EQUAL(1u, index.shard_of(0));
    CHECK_EQUAL(1u, index.shard_of(1));
    CHECK_EQUAL(3u, index.shard_of(2));
    CHECK_EQUAL("id0", index.id(2));
}

}  // namespace
