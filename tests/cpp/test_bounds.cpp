/// No score above its bound, and no match skipped.
#include <bit>

#include "check.h"
#include "query/bounds.h"
#include "random_scores.h"

namespace {

using namespace random_index;

TEST(ranges_and_windows_score_the_same_bits) {
    for_random_queries(400, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        query::Run run(all.plan, arena);
        for (DocId first = 0; first < segment.num_docs();) {
            const Arena::Scope scope(arena);
            const std::uint32_t n = std::min(segment.num_docs() - first, 1 + random.below(1500));
            const auto scores = query::score(all.plan.root, {nullptr, first, n}, run);
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
        query::Run run(all.plan, arena);
        for (DocId first = 0; first < segment.num_docs();) {
            const DocId last = std::min(segment.num_docs() - 1, first + random.below(400));
            const float bound = query::best(all.plan.root, {first, last, run});
            for (DocId doc = first; doc <= last; ++doc)
                if (all.matched[doc]) CHECK(all.score[doc] <= bound);
            first += 1 + random.below(300);
        }
    });
}

TEST(no_match_lies_before_the_next_candidate) {
    for_random_queries(400, [](const segment::Segment& segment, const Scored& all, Random& random, Arena& arena) {
        query::Run run(all.plan, arena);
        for (DocId from = 0; from < segment.num_docs();) {
            const DocId next = query::next(all.plan.root, from, run);
            CHECK(next >= from);
            for (DocId doc = from; doc < std::min(next, segment.num_docs()); ++doc)
                CHECK_EQUAL(0, int{all.matched[doc]});
            if (next == no_doc) return;
            from = next + 1 + random.below(40);
        }
    });
}

}  // namespace
