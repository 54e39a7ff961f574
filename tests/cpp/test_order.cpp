/// Sorted hits equal those of std::sort, for any number: few are compared, more are radix sorted.
#include <algorithm>
#include <limits>
#include <random>

#include "check.h"
#include "hits.h"
#include "retrieve/order.h"

namespace {

using namespace rescora;

void check_same(const std::vector<Hit>& expected, const std::vector<Hit>& got) {
    CHECK_EQUAL(expected.size(), got.size());
    for (std::size_t i = 0; i < std::min(expected.size(), got.size()); ++i) {
        CHECK_EQUAL(number_of(expected[i].doc), number_of(got[i].doc));
        CHECK_EQUAL(std::bit_cast<std::uint32_t>(expected[i].score), std::bit_cast<std::uint32_t>(got[i].score));
    }
}

/// Distinct documents in the order of their numbers, `step` apart on average; few different scores make many ties.
std::vector<Hit> some_hits(std::size_t n, DocId step, unsigned different, std::mt19937& random) {
    constexpr float special[] = {0.0f,
                                 -0.0f,
                                 std::numeric_limits<float>::infinity(),
                                 1e-45f,
                                 -1e-45f,
                                 std::numeric_limits<float>::quiet_NaN(),
                                 -std::numeric_limits<float>::infinity()};
    std::vector<Hit> hits;
    for (DocId i = 0; i < n; ++i) {
        const float score = random() % 8 == 0 ? special[random() % std::size(special)]
                                              : (static_cast<float>(random() % different) - 2) / 3;
        hits.push_back(hit(static_cast<DocId>(i * step + random() % step), score));
    }
    return hits;
}

/// By the numbers that hits are ranked by, written down again.
bool is_better(Hit a, Hit b, Zeros zeros) {
    if (zeros == Zeros::equal && a.score == 0) a.score = 0;
    if (zeros == Zeros::equal && b.score == 0) b.score = 0;
    return rank_key(a) > rank_key(b);
}

TEST(digits_sort_as_comparisons_do) {
    std::mt19937 random(1);
    Arena arena;
    for (const std::size_t n : {0, 1, 2, 10, 95, 96, 97, 1000, 4095, 4096, 4097, 20'000})
        for (const DocId step : {1u, 7u, 200'000u})  // documents of one digit to four
            for (const unsigned different : {1u, 5u, 1'000'000u}) {
                const std::vector<Hit> by_doc = some_hits(n, step, different, random);
                std::vector<Hit> got = by_doc;
                std::shuffle(got.begin(), got.end(), random);
                sort_by_doc(got, arena);
                check_same(by_doc, got);
                for (const Zeros zeros : {Zeros::equal, Zeros::ordered}) {
                    std::vector<Hit> expected = by_doc;
                    std::ranges::sort(expected, [&](const Hit& a, const Hit& b) { return is_better(a, b, zeros); });
                    got = by_doc;
                    sort_by_score(got, zeros, arena);
                    check_same(expected, got);
                }
            }
}

}  // namespace
