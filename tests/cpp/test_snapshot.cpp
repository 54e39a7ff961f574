/// The numbers that documents have across an index's shards.
#include "check.h"
#include "hits.h"
#include "index/snapshot.h"
#include "random_index.h"

namespace {

using namespace random_index;

/// Of ten documents each.
const index::Snapshot& three_shards() {
    static const index::Snapshot index = [] {
        Random random(1);
        std::vector<index::ShardReader::Segments> shards;
        for (int s = 0; s < 3; ++s) shards.push_back({make_segment(10, random)});
        return index::Snapshot(std::move(shards), {});
    }();
    return index;
}

TEST(documents_know_their_shard) {
    const index::Snapshot& index = three_shards();
    CHECK_EQUAL(30u, index.num_docs());
    for (std::uint32_t number = 0; number < 30; ++number) {
        const IndexDoc doc = index.checked(0, number);
        CHECK_EQUAL(std::size_t{number} / 10, index.shard_of(doc));
        CHECK_EQUAL("id" + std::to_string(number % 10), index.id(doc));
    }
    CHECK(!index.find_id("id10"));
    CHECK_THROWS(InvalidArgument, "docs[7] is 30, the index has documents 0 to 29", index.checked(7, 30));
    CHECK_EQUAL(4u, number_of(*index.find_id("id4")));
}

TEST(an_empty_shard_is_never_a_documents_shard) {
    Random random(2);
    const index::Snapshot index(
        {{make_segment(0, random)}, {make_segment(2, random)}, {make_segment(0, random)}, {make_segment(1, random)}},
        {});
    CHECK_EQUAL(1u, index.shard_of(IndexDoc{0}));
    CHECK_EQUAL(1u, index.shard_of(IndexDoc{1}));
    CHECK_EQUAL(3u, index.shard_of(IndexDoc{2}));
    CHECK_EQUAL("id0", index.id(IndexDoc{2}));
}

}  // namespace
