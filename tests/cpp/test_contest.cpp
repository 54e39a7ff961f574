/// A window of which only the top hits are wanted: bounds known before positions are read hold afterwards.
#include <numeric>

#include "check.h"
#include "query/contest.h"
#include "random_index.h"

namespace {

using namespace random_index;

/// Keeps what it is told of each document.
class Witness final : public query::Contest {
 public:
    explicit Witness(bool lets_in) : lets_in_(lets_in) {}
    bool may_win(std::uint32_t, float most) override {
        most_ = most;
        ++asked;
        return lets_in_;
    }
    void matched(std::uint32_t, float score) override {
        ++num_matched;
        tightest = std::min(tightest, most_ - score);
    }
    void unmatched(std::uint32_t) override { ++num_unmatched; }

    std::uint32_t asked = 0, num_matched = 0, num_unmatched = 0;
    float tightest = 1e9f;  ///< the least by which a bound was above a score

 private:
    bool lets_in_;
    float most_ = 0;
};

/// The contest of one query over every document; nothing where there is none.
std::optional<Witness> contend(const segment::Segment& segment, const plan::QueryPtr& query, bool lets_in) {
    const index::ShardReader shard = shard_of(segment);
    const plan::Plan plan = bound_in_segment(plan::rewrite(query), shard);
    std::vector<DocId> docs(segment.num_docs());
    std::iota(docs.begin(), docs.end(), 0u);
    Arena arena;
    query::Run run(plan, arena);
    Witness witness(lets_in);
    if (!query::contend(plan.root, {docs.data(), 0, segment.num_docs()}, run, witness)) return std::nullopt;
    return witness;
}

plan::QueryPtr phrase(std::vector<std::string> words, std::uint32_t slop) {
    plan::Phrase made{title, {}, {}, slop};
    for (std::string& word : words) {
        made.positions.push_back(static_cast<std::uint32_t>(made.terms.size()));
        made.terms.push_back({std::move(word)});
    }
    return plan::make(std::move(made));
}

TEST(no_score_is_above_what_was_told_before_positions_were_read) {
    Random random(3);
    const auto segment = make_segment(4'000, random);
    std::uint32_t matches = 0;
    for (int round = 0; round < 400; ++round) {
        const std::uint32_t first = random.below(6), second = first + 1 + random.below(4);
        const auto found = contend(*segment, phrase({word(first), word(second)}, random.below(4)), true);
        CHECK(found.has_value());
        CHECK(found->tightest >= 0);
        CHECK_EQUAL(segment->num_docs(), found->num_matched + found->num_unmatched);
        matches += found->num_matched;
    }
    CHECK(matches > 10'000);
}

TEST(who_cannot_win_is_not_heard_of_again) {
    Random random(5);
    const auto segment = make_segment(2'000, random);
    const auto found = contend(*segment, phrase({word(0), word(1)}, 2), false);
    CHECK(found->asked > 100);
    CHECK_EQUAL(0u, found->num_matched);
    CHECK_EQUAL(segment->num_docs(), found->asked + found->num_unmatched);
}

TEST(queries_without_a_bound_do_not_contend) {
    Random random(7);
    const auto segment = make_segment(100, random);
    CHECK(!contend(*segment, phrase({word(0), word(1), word(0)}, 2), true).has_value());
    CHECK(!contend(*segment, plan::make(plan::Term{title, word(0)}), true).has_value());
}

}  // namespace
