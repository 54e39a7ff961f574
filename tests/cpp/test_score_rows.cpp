/// Score rows find what a sum over every place finds, and are zero again before the next range.
#include <limits>
#include <random>

#include "check.h"
#include "retrieve/score_rows.h"

namespace {

using namespace rescora;
using retrieve::Contenders;
using retrieve::ScoreRows;

constexpr std::uint32_t range = 1000;
constexpr std::size_t num_rows = 4;

struct Posting {
    std::vector<DocId> docs;
    std::vector<float> scores;
};

/// Some documents of a range, each with a chance of `of` in 1,000.
Posting draw(std::mt19937& random, DocId first, unsigned of) {
    Posting drawn;
    for (DocId place = 0; place < range; ++place)
        if (random() % 1000 < of) {
            drawn.docs.push_back(first + place);
            drawn.scores.push_back(static_cast<float>(random() % 64) / 4);  // sums of these are exact in any order
        }
    return drawn;
}

/// Rows, and beside them what they have to give.
struct Filled {
    ScoreRows& rows;
    DocId first;
    std::vector<std::size_t> looked_at = {};
    std::vector<float> sums = std::vector<float>(range, 0.0f);    ///< of the rows that are looked at
    std::vector<float> totals = std::vector<float>(range, 0.0f);  ///< of all

    void look_at(std::size_t row, const Posting& drawn, bool full) {
        const auto write = full ? &ScoreRows::write_full : &ScoreRows::write_and_mark;
        (rows.*write)(row, first, drawn.docs.data(), drawn.scores.data(),
                      static_cast<std::uint32_t>(drawn.docs.size()));
        looked_at.push_back(row);
        add(drawn, sums);
        add(drawn, totals);
    }
    void complete(std::size_t row, const Posting& drawn, bool whole) {
        const auto n = static_cast<std::uint32_t>(drawn.docs.size());
        if (whole) rows.write(row, first, drawn.docs.data(), drawn.scores.data(), n);
        for (std::uint32_t i = 0; !whole && i < n; ++i) rows.set(row, drawn.docs[i] - first, drawn.scores[i]);
        add(drawn, totals);
    }
    void add(const Posting& drawn, std::vector<float>& to) const {
        for (std::size_t i = 0; i < drawn.docs.size(); ++i) to[drawn.docs[i] - first] += drawn.scores[i];
    }
    void check_found(const Contenders& found, float limit) const {
        std::uint32_t at = 0;
        for (std::uint32_t place = 0; place < range; ++place) {
            if (!(sums[place] > limit)) continue;
            CHECK(at < found.n && found.places[at] == place && found.sums[at] == sums[place]);
            ++at;
        }
        CHECK_EQUAL(at, found.n);
    }
};

TEST(rows_give_the_sums_above_a_limit_and_the_totals) {
    std::mt19937 random(1);
    for (const kernels::Table* table : kernels::runnable()) {
        ScoreRows rows(*table, num_rows);
        Contenders found;
        for (int round = 0; round < 300; ++round) {
            Filled filled{rows, static_cast<DocId>(random() % 5000)};
            rows.make_room(range);
            const std::size_t completed = random() % num_rows;
            for (std::size_t row = completed; row < num_rows; ++row) {
                const bool full = random() % 2 == 0;
                filled.look_at(row, draw(random, filled.first, full ? 400 : 5), full);
            }
            const auto limit = static_cast<float>(random() % 30);
            rows.find_above(filled.looked_at, limit, found);
            filled.check_found(found, limit);
            for (std::size_t row = 0; row < completed; ++row)
                filled.complete(row, draw(random, filled.first, 100), random() % 2 == 0);
            for (std::uint32_t place = 0; place < range; ++place) CHECK_EQUAL(filled.totals[place], rows.total(place));
            rows.clear();
            for (std::uint32_t place = 0; place < range; ++place) CHECK_EQUAL(0.0f, rows.total(place));
        }
    }
}

TEST(marked_places_are_counted_whatever_their_scores_are) {
    ScoreRows rows(kernels::active(), 2);
    Contenders found;
    rows.make_room(range);
    const DocId docs[] = {100, 163, 164, 999};
    const float scores[] = {0, 1, 0, 2};
    rows.write_and_mark(0, 100, docs, scores, 4);
    rows.write_and_mark(1, 100, docs + 1, scores, 3);
    CHECK_EQUAL(4u, rows.num_marked(0, {}));
    rows.find_above({0, 1}, -std::numeric_limits<float>::infinity(), found);
    CHECK_EQUAL(4u, found.n);
    rows.clear();
    CHECK_EQUAL(0u, rows.num_marked(0, {}));
}

TEST(contenders_below_the_limit_leave) {
    Contenders contenders;
    contenders.begin(10);
    const DocId docs[] = {20, 21, 25, 29};
    const float scores[] = {1, 2, 3, 2};
    contenders.add_above(1, 20, docs, scores, 4);
    CHECK_EQUAL(3u, contenders.n);
    CHECK_EQUAL(1u, contenders.places[0]);
    contenders.sums[0] = 5;
    contenders.keep_above(2);
    CHECK_EQUAL(2u, contenders.n);
    CHECK_EQUAL(1u, contenders.places[0]);
    CHECK_EQUAL(5u, contenders.places[1]);
}

}  // namespace
