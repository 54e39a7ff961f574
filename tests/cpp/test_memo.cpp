/// Words and phrases that several queries have in common are scored once on a batch, and score as they would alone.
#include <bit>
#include <numeric>

#include "check.h"
#include "plan/prepare.h"
#include "queries.h"
#include "query/bind.h"
#include "query/memo.h"
#include "random_index.h"

namespace {

using namespace random_index;

/// Runs queries one after another over one batch, with one memo for all or with none.
struct Runs {
    explicit Runs(const segment::Segment& segment) : shard(shard_of(segment)), docs(segment.num_docs()) {
        std::iota(docs.begin(), docs.end(), 0u);
    }

    std::vector<float> scores(const plan::QueryPtr& query, query::Memo* memo) {
        plans.push_back(std::make_unique<plan::Plan>(bound_in_segment(plan::prepare(query), shard)));
        query::Run run(*plans.back(), arena);
        run.memo = memo;
        const query::Scores scores = query::score(plans.back()->root, batch(), run);
        return {scores.score, scores.score + docs.size()};
    }

    query::Batch batch() const { return {docs.data(), 0, static_cast<std::uint32_t>(docs.size())}; }

    const index::ShardReader shard;
    std::vector<DocId> docs;
    std::vector<std::unique_ptr<plan::Plan>> plans;  // a memo remembers their nodes
    Arena arena;
};

plan::QueryPtr phrase() {
    return plan::make(plan::Phrase{title, {{word(0)}, {word(1)}}, {0, 1}, 2});
}

TEST(what_queries_have_in_common_is_scored_once) {
    Random random(3);
    const auto segment = make_segment(60, random);
    Runs runs(*segment);
    query::Memo memo(runs.batch());
    const auto first = queries::term(word(0), title), second = queries::term(word(1), title);

    runs.scores(first, &memo);
    CHECK_EQUAL(std::size_t{1}, memo.size());
    runs.scores(queries::dis_max({first, second}, 0.5f), &memo);
    CHECK_EQUAL(std::size_t{2}, memo.size());
    runs.scores(queries::all_of({queries::should(second), queries::should(phrase())}), &memo);
    CHECK_EQUAL(std::size_t{3}, memo.size());
    runs.scores(phrase(), &memo);
    CHECK_EQUAL(std::size_t{3}, memo.size());
    runs.scores(queries::boost(first, 2), &memo);  // another weight: other scores
    CHECK_EQUAL(std::size_t{4}, memo.size());
    runs.scores(queries::term(word(0), body), &memo);  // another field
    CHECK_EQUAL(std::size_t{5}, memo.size());
}

TEST(scores_are_those_without_a_memo) {
    Random random(4);
    for (int round = 0; round < 20; ++round) {
        const auto segment = make_segment(40, random);
        Runs runs(*segment);
        query::Memo memo(runs.batch());
        for (int query = 0; query < 20; ++query) {
            const auto any = [&] { return random.one_in(3) ? phrase() : queries::term(word(random.below(4)), title); };
            const auto made = random.one_in(2) ? queries::dis_max({any(), any()}, 0.3f)
                                               : queries::all_of({queries::must(any()), queries::should(any())});
            const auto expected = runs.scores(made, nullptr), got = runs.scores(made, &memo);
            for (std::size_t i = 0; i < expected.size(); ++i)
                CHECK_EQUAL(std::bit_cast<std::uint32_t>(expected[i]), std::bit_cast<std::uint32_t>(got[i]));
        }
    }
}

/// Words of a batch say nothing of another batch.
TEST(another_batch_is_not_known) {
    Random random(5);
    const auto segment = make_segment(30, random);
    Runs runs(*segment);
    const query::Memo memo({runs.docs.data(), 0, 10});
    runs.scores(queries::term(word(0), title), nullptr);

    CHECK(!memo.knows(runs.plans.back()->root, runs.batch()));
}

}  // namespace
