/// Every instruction set gives the scalar kernels' bits.
#include <array>
#include <bit>
#include <cmath>
#include <random>

#include "check.h"
#include "kernels/table.h"

namespace {

using namespace rescora::kernels;

const Table& scalar() {
    return *runnable().back();
}

TEST(the_scalar_table_is_last_and_always_there) {
    CHECK_EQUAL("scalar", scalar().isa);
    for (const Table* table : runnable()) CHECK(table->bm25 != nullptr && table->find_word != nullptr);
}

/// Frequencies, lengths and weights as they come, and as they should not.
TEST(bm25_has_the_same_bits_everywhere) {
    std::mt19937 random(1);
    std::vector<float> inverse_norms(256);
    for (float& value : inverse_norms) value = static_cast<float>(random() % 10'000) / 3000;
    inverse_norms[3] = 0;
    inverse_norms[4] = INFINITY;
    inverse_norms[5] = NAN;
    for (const float weight : {2.2f, 0.0f, -1.5f, 1e30f, 1e-40f, 7.77f})
        for (std::size_t n = 0; n <= 200; ++n) {
            std::vector<float> tf(n), expected(n + 1, 42), got(n + 1, 42);
            std::vector<std::uint8_t> norm(n);
            for (std::size_t i = 0; i < n; ++i) {
                tf[i] = random() % 3 ? static_cast<float>(random() % 50) : static_cast<float>(random()) / 65536;
                norm[i] = static_cast<std::uint8_t>(random());
            }
            scalar().bm25(tf.data(), norm.data(), inverse_norms.data(), weight, expected.data(), n);
            for (const Table* table : runnable()) {
                table->bm25(tf.data(), norm.data(), inverse_norms.data(), weight, got.data(), n);
                for (std::size_t i = 0; i <= n; ++i)
                    CHECK(std::bit_cast<std::uint32_t>(expected[i]) == std::bit_cast<std::uint32_t>(got[i]) ||
                          (std::isnan(expected[i]) && std::isnan(got[i])));
            }
        }
}

TEST(bm25_is_the_formula) {
    const float tf[] = {3}, inverse_norms[] = {0.5f};
    const std::uint8_t norm[] = {0};
    float score = 0;
    scalar().bm25(tf, norm, inverse_norms, 5, &score, 1);
    CHECK_EQUAL(5.0f - 5.0f / (1.0f + 1.5f), score);
}

/// Few different fingerprints, so that many words agree in them; words stand unaligned, with a bit that is not theirs.
TEST(find_word_finds_the_first_such_word_everywhere) {
    std::mt19937 random(2);
    for (std::uint32_t n = 0; n <= 200; ++n)
        for (int round = 0; round < 20; ++round) {
            const auto stride = static_cast<std::uint32_t>(4 + (round % 3));
            std::vector<std::uint8_t> fingerprints(n), bytes(std::size_t{n} * stride + 1);
            std::vector<std::uint32_t> words(n);
            for (std::uint32_t i = 0; i < n; ++i) {
                fingerprints[i] = static_cast<std::uint8_t>(random() % 3);
                words[i] = static_cast<std::uint32_t>(random() % 7);
                const std::uint32_t first = words[i] | (random() % 2 == 0 ? 0x80000000u : 0u);
                __builtin_memcpy(bytes.data() + 1 + stride * std::size_t{i}, &first, 4);
            }
            const auto fingerprint = static_cast<std::uint8_t>(random() % 3);
            const auto word = static_cast<std::uint32_t>(random() % 8);
            std::uint32_t expected = 0;
            while (expected < n && !(fingerprints[expected] == fingerprint && words[expected] == word)) ++expected;
            const std::uint8_t* entries = bytes.data() + 1;
            for (const Table* table : runnable())
                CHECK_EQUAL(expected, table->find_word(fingerprints.data(), entries, stride, n, fingerprint, word));
        }
}

/// Sums of few and of many rows; some are equal to the limit, some are no numbers.
TEST(sum_rows_has_the_same_bits_and_finds_the_same_places_everywhere) {
    std::mt19937 random(3);
    constexpr std::size_t length = 4 * summed_places;
    for (std::size_t n = 1; n <= 9; ++n)
        for (int round = 0; round < 50; ++round) {
            std::vector<float> scores(n * length);
            for (float& score : scores)
                score = random() % 3 == 0 ? 0 : static_cast<float>(random() % 1000) / 7 * (random() % 2 ? 1 : 1e-40f);
            if (round % 5 == 0) scores[random() % scores.size()] = round % 10 == 0 ? NAN : INFINITY;
            std::vector<const float*> rows(n);
            for (std::size_t i = 0; i < n; ++i) rows[i] = scores.data() + i * length;
            const std::size_t first = random() % (length - summed_places);
            std::array<float, summed_places> expected, got;
            for (std::size_t p = 0; p < summed_places; ++p) {
                expected[p] = rows[0][first + p];
                for (std::size_t i = 1; i < n; ++i) expected[p] += rows[i][first + p];
            }
            const float limit = round % 7 == 0 ? -INFINITY : expected[random() % summed_places];
            std::uint64_t above = 0;
            for (std::size_t p = 0; p < summed_places; ++p) above |= std::uint64_t{expected[p] > limit} << p;
            for (const Table* table : runnable()) {
                CHECK_EQUAL(above, table->sum_rows(rows.data(), n, first, limit, got.data()));
                for (std::size_t p = 0; p < summed_places; ++p)
                    CHECK(std::bit_cast<std::uint32_t>(expected[p]) == std::bit_cast<std::uint32_t>(got[p]) ||
                          (std::isnan(expected[p]) && std::isnan(got[p])));
            }
        }
}

}  // namespace
