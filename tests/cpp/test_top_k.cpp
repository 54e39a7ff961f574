/// The best k are those of a sort: score descending, of equal scores the lower document.
#include <array>
#include <cmath>
#include <random>

#include "check.h"
#include "hits.h"
#include "retrieve/top_k.h"

namespace {

using namespace rescora;
using rescora::retrieve::TopK;

Arena arena;

std::vector<Hit> by_sorting(std::vector<Hit> hits, std::size_t k) {
    std::ranges::stable_sort(hits, [](const Hit& a, const Hit& b) {
        return a.score != b.score ? a.score > b.score : std::signbit(a.score) < std::signbit(b.score);
    });
    hits.resize(std::min(k, hits.size()));
    return hits;
}

void check_same(const std::vector<Hit>& expected, const std::vector<Hit>& got) {
    CHECK_EQUAL(expected.size(), got.size());
    if (expected.size() != got.size()) return;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK_EQUAL(number_of(expected[i].doc), number_of(got[i].doc));
        CHECK_EQUAL(std::bit_cast<std::uint32_t>(expected[i].score), std::bit_cast<std::uint32_t>(got[i].score));
    }
}

TEST(the_best_k_are_those_of_a_sort) {
    std::mt19937 random(1);
    for (const std::size_t n : {0, 1, 2, 10, 100, 3000, 20'000})
        for (const std::size_t k : {0, 1, 2, 3, 10, 99, 100, 101, 500, 1000, 5000})
            for (const unsigned different : {1u, 5u, 1'000'000u}) {  // few different scores make many ties
                std::vector<Hit> hits;
                TopK top(k);
                for (DocId doc = 0; doc < n; ++doc) {
                    const float score = (static_cast<float>(random() % different) - 2) / 3;
                    hits.push_back(hit(doc, score));
                    top.add(hits.back());
                }
                check_same(by_sorting(hits, k), top.take(arena));
            }
}

TEST(the_threshold_is_never_above_the_last_of_the_best) {
    std::mt19937 random(2);
    std::vector<Hit> hits;
    TopK top(10);
    for (DocId doc = 0; doc < 500; ++doc) {
        hits.push_back(hit(doc, static_cast<float>(random() % 100)));
        top.add(hits.back());
        if (hits.size() >= 10) CHECK(top.threshold() <= by_sorting(hits, 10).back().score);
    }
    CHECK(top.threshold() > 0);
}

TEST(a_key_holds_the_whole_hit_and_sorts_as_hits_do) {
    for (const float score : {0.0f, -0.0f, 1.5f, -3e38f, INFINITY, -INFINITY, 1e-45f})
        for (const DocId doc : {0u, 1u, 0x7FFFFFFFu, 0xFFFFFFFEu}) {
            const Hit again = hit_of(rank_key(hit(doc, score)));
            CHECK_EQUAL(doc, number_of(again.doc));
            CHECK_EQUAL(std::bit_cast<std::uint32_t>(score), std::bit_cast<std::uint32_t>(again.score));
        }
    CHECK(rank_key(hit(0, 1)) > rank_key(hit(1, 1)));
    CHECK(rank_key(hit(9, 2)) > rank_key(hit(0, 1)));
    CHECK(rank_key(hit(9, 0.0f)) > rank_key(hit(0, -0.0f)));
    CHECK(rank_key(hit(9, -1)) > rank_key(hit(0, -2)));
}

TEST(nan_breaks_nothing) {
    TopK top(3);
    for (DocId doc = 0; doc < 100; ++doc) top.add(hit(doc, doc % 2 ? NAN : 1.0f));
    CHECK_EQUAL(3u, top.take(arena).size());
}

TEST(zeros_of_either_sign_tie_and_keep_it) {
    TopK top(2);
    for (const Hit one : {hit(1, -0.0f), hit(2, 0.0f), hit(3, 0.0f), hit(4, -0.0f)}) top.add(one);
    const std::vector<Hit> best = top.take(arena);
    CHECK_EQUAL(std::size_t{2}, best.size());
    CHECK_EQUAL(1u, number_of(best[0].doc));
    CHECK(std::signbit(best[0].score));
    CHECK_EQUAL(2u, number_of(best[1].doc));
}

TEST(many_zeros_of_either_sign_tie_too) {
    std::mt19937 random(3);
    constexpr std::size_t k = 1000;
    TopK top(k);
    std::vector<Hit> expected;
    for (DocId doc = 0; doc < 8000; ++doc) {
        const Hit one = hit(doc, std::array{0.0f, -0.0f, -1.0f, -INFINITY}[random() % 4]);
        top.add(one);
        if (one.score == 0 && expected.size() < k) expected.push_back(one);
    }
    check_same(expected, top.take(arena));
}

}  // namespace
