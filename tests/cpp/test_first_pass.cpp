/// The first pass finds what scoring everything finds, whatever masks hits and whoever collects them.
#include <functional>

#include "hits.h"
#include "random_scores.h"
#include "retrieve/first_pass.h"

namespace {

using namespace random_index;

/// All documents that are hits, in the order in which they come.
class AllHits final : public retrieve::Collector {
 public:
    explicit AllHits(retrieve::Needs needs) : needs_(needs) {}
    retrieve::Needs needs() const override { return needs_; }
    void collect(const retrieve::HitBatch& hits) override {
        for (std::uint32_t i = 0; i < hits.batch.n; ++i)
            if (hits.is_hit[i]) all.push_back({in_shard(hits.base, hits.batch[i]), hits.score[i]});
    }
    void collect_number(std::uint32_t) override { CHECK(false); }

    std::vector<Hit> all;

 private:
    retrieve::Needs needs_;
};

index::Live some_of(DocId num_docs, Random& random) {
    std::vector<std::uint64_t> bits((num_docs + 63) / 64, 0);
    const std::uint32_t one_dead_in = 1 + random.below(random.one_in(2) ? 4 : 300);
    for (DocId doc = 0; doc < num_docs; ++doc)
        if (!random.one_in(one_dead_in)) bits[doc / 64] |= std::uint64_t{1} << doc % 64;
    return index::Live(std::move(bits));
}

/// What a pass over one segment is, and its hits in the order of documents.
struct Asked {
    std::unique_ptr<index::ShardReader> shard;
    plan::Plan plan;
    retrieve::FirstPass pass;
    std::vector<Hit> hits;
};

std::unique_ptr<Asked> ask_for_some(const segment::Segment& segment, const Scored& all, Random& random) {
    std::vector<index::Live> live;
    if (random.one_in(2)) live.push_back(some_of(segment.num_docs(), random));
    const index::ShardReader::Segments segments = {{std::shared_ptr<const void>(), &segment}};
    auto asked = std::make_unique<Asked>(std::make_unique<index::ShardReader>(segments, 0, live), all.plan);
    asked->plan.shard = asked->shard.get();
    asked->pass.query = std::span(&asked->plan, 1);
    if (random.one_in(5)) asked->pass.min_score = static_cast<float>(random.below(30)) / 10;
    if (random.one_in(5)) asked->pass.terminate_after = 1 + random.below(200);
    for (DocId doc = 0; doc < segment.num_docs(); ++doc)
        if (all.matched[doc] && (live.empty() || live[0][doc]) &&
            (!asked->pass.min_score || all.score[doc] >= *asked->pass.min_score))
            asked->hits.push_back(hit(doc, all.score[doc]));
    return asked;
}

/// The hits that are looked for, before any is chosen.
std::span<const Hit> looked_for(const Asked& asked) {
    const std::size_t most = asked.pass.terminate_after == 0 ? SIZE_MAX : asked.pass.terminate_after;
    return std::span(asked.hits).first(std::min(most, asked.hits.size()));
}

std::vector<std::uint64_t> keys_of(std::span<const Hit> hits) {
    std::vector<std::uint64_t> keys;
    for (const Hit& hit : hits) keys.push_back(rank_key(hit));
    return keys;
}

TEST(the_best_and_their_number_are_those_of_scoring_everything) {
    for_random_queries(600, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        const auto asked = ask_for_some(segment, all, random);
        const std::size_t k = std::size_t{random.below(30)} * random.below(10);
        const std::int64_t count_up_to = random.one_in(3) ? INT64_MAX : std::int64_t{random.below(300)} - 1;
        const retrieve::Candidates found = retrieve::find_candidates(asked->pass, k, count_up_to, arena);
        std::vector<std::uint64_t> expected = keys_of(looked_for(*asked));
        const auto total = static_cast<std::int64_t>(expected.size());
        std::ranges::sort(expected, std::greater{});
        expected.resize(std::min(k, expected.size()));
        CHECK(expected == keys_of(found.hits));
        if (total <= count_up_to || asked->pass.terminate_after != 0)
            CHECK_EQUAL(total, found.total);
        else
            CHECK(found.total > count_up_to && found.total <= total);
        const bool more = looked_for(*asked).size() < asked->hits.size();
        CHECK_EQUAL(more, found.visited.terminated_early);
        CHECK_EQUAL(more ? number_of(asked->hits[asked->pass.terminate_after].doc) : segment.num_docs(),
                    found.visited.end);
    });
}

TEST(a_collector_that_needs_documents_gets_every_hit_once_and_in_order) {
    for_random_queries(300, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        const auto asked = ask_for_some(segment, all, random);
        const bool scores = random.one_in(2);
        AllHits collector(scores ? retrieve::Needs::scores : retrieve::Needs::documents);
        retrieve::BestHits best(random.below(3) * random.below(20));
        const bool scored = scores || best.needs() == retrieve::Needs::scores || asked->pass.min_score;
        retrieve::Count count(random.below(100));
        retrieve::Collector* const others[] = {&count, &collector};
        retrieve::run(asked->pass, best, others, arena);
        const auto expected = looked_for(*asked);
        CHECK_EQUAL(static_cast<std::int64_t>(expected.size()), count.total());
        CHECK_EQUAL(expected.size(), collector.all.size());
        for (std::size_t i = 0; i < std::min(expected.size(), collector.all.size()); ++i) {
            CHECK_EQUAL(number_of(expected[i].doc), number_of(collector.all[i].doc));
            if (scored) CHECK_EQUAL(rank_key(expected[i]), rank_key(collector.all[i]));
        }
    });
}

TEST(a_deleted_document_has_no_id_and_another_may_have_it) {
    Random random(4);
    const auto segment = make_segment(10, random);
    const index::ShardReader shard({segment, segment}, 0, {index::Live({0x3EFu}), {}});
    CHECK_EQUAL(3u, number_of(*shard.find_id("id3")));
    CHECK_EQUAL(14u, number_of(*shard.find_id("id4")));
}

}  // namespace
