/// The kernels of forests do what kernels/forest.h and forest_trees.h say, with the same bits on every instruction set.
#include <algorithm>
#include <bit>

#include "base/arena.h"
#include "check.h"
#include "forest/byte_table.h"
#include "kernels/table.h"
#include "random_forest.h"

namespace {

using namespace random_forest;
using kernels::forest_block, kernels::ForestKeyRule, kernels::ForestSelect, kernels::Table;

constexpr std::size_t most_words = forest_block / 32;

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t untouched = 0x5A5A5A5A;

std::size_t padded(std::size_t n) {
    return (n + 31) / 32 * 32;
}

/// Where the key of document i stands.
std::size_t place(const Table& table, std::size_t i) {
    return i - i % 32 + table.forest_places[i % 32];
}

std::int32_t key_of(float value, const ForestKeyRule& rule) {
    if (std::abs(value) <= rule.small) return rule.zero_key;
    if (std::isnan(value) || std::abs(value) > rule.largest) return rule.nan_key;
    const auto size = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFu);
    return std::signbit(value) ? -size - 1 : size;
}

std::vector<ForestKeyRule> rules() {
    std::vector<ForestKeyRule> made;
    for (const float small : {-1.0f, 0.0f, 1e-35f})
        for (const float largest : {std::numeric_limits<float>::max(), INFINITY})
            for (const std::int32_t zero_key : {0, lowest, highest})
                for (const std::int32_t nan_key : {0, lowest, highest})
                    made.push_back({small, largest, zero_key, nan_key});
    return made;
}

std::vector<float> values(std::size_t n, Random& random) {
    const std::vector<float> odd = {0.0f,    -0.0f,    1e-45f,   -1e-45f,   1e-35f, -1e-35f, 1.1e-35f, -1.1e-35f,
                                    3.4e38f, -3.4e38f, INFINITY, -INFINITY, NAN,    -NAN,    1.0f,     -1.0f};
    std::vector<float> made(n);
    for (float& value : made) value = random.below(2) != 0 ? random.one_of(odd) : std::bit_cast<float>(random.bits());
    return made;
}

TEST(places_are_an_order_of_32) {
    for (const Table* table : kernels::runnable()) {
        std::vector<std::uint8_t> sorted(table->forest_places, table->forest_places + 32);
        std::ranges::sort(sorted);
        for (std::size_t i = 0; i < 32; ++i) CHECK_EQUAL(i, std::size_t{sorted[i]});
    }
}

TEST(keys_have_the_order_of_the_numbers_whatever_the_stride) {
    Random random(1);
    const std::vector<ForestKeyRule> all = rules();
    for (const std::ptrdiff_t stride : {1, 2, 7, 0, -1, -3})
        for (std::size_t n = 0; n <= forest_block; n += n < 70 ? 1 : 31) {
            const auto step = static_cast<std::size_t>(std::abs(stride));
            const std::vector<float> given = values(n * step + 1, random);
            const float* first = given.data() + (stride < 0 && n > 0 ? (n - 1) * step : 0);
            const ForestKeyRule& rule = random.one_of(all);
            for (const Table* table : kernels::runnable()) {
                std::vector<std::int32_t> keys(forest_block + 32, untouched);
                table->forest_keys(first, stride, n, rule, keys.data());
                for (std::size_t i = 0; i < n; ++i)
                    CHECK_EQUAL(key_of(first[static_cast<std::ptrdiff_t>(i) * stride], rule), keys[place(*table, i)]);
                for (std::size_t i = n; i < padded(n); ++i) CHECK_EQUAL(0, keys[place(*table, i)]);
                CHECK_EQUAL(untouched, keys[padded(n)]);
            }
        }
}

TEST(every_rule_gives_every_odd_value_its_key) {
    Random random(2);
    for (const ForestKeyRule& rule : rules()) {
        const std::vector<float> given = values(200, random);
        for (const Table* table : kernels::runnable()) {
            std::vector<std::int32_t> keys(forest_block);
            table->forest_keys(given.data(), 1, given.size(), rule, keys.data());
            for (std::size_t i = 0; i < given.size(); ++i) CHECK_EQUAL(key_of(given[i], rule), keys[place(*table, i)]);
        }
    }
}

TEST(keys_made_elsewhere_come_into_the_same_places) {
    for (std::size_t n = 0; n <= forest_block; ++n)
        for (const Table* table : kernels::runnable()) {
            std::vector<std::int32_t> given(n), keys(forest_block + 32, untouched);
            for (std::size_t i = 0; i < n; ++i) given[i] = static_cast<std::int32_t>(i + 1);
            table->forest_order(given.data(), n, keys.data());
            for (std::size_t i = 0; i < padded(n); ++i) CHECK_EQUAL(i < n ? given[i] : 0, keys[place(*table, i)]);
            CHECK_EQUAL(untouched, keys[padded(n)]);
        }
}

/// Thresholds that ascend, as a search for ranks has them.
std::vector<std::uint8_t> pivots_of(const std::vector<std::int32_t>& thresholds, std::size_t levels) {
    std::vector<std::uint8_t> made;
    for (std::size_t level = 0; level < levels; ++level) {
        std::vector<std::uint32_t> its;
        for (std::size_t i = 0; i < std::size_t{1} << level; ++i) {
            const std::size_t number = (2 * i + 1) << (levels - 1 - level);
            its.push_back(static_cast<std::uint32_t>(number <= thresholds.size() ? thresholds[number - 1] : highest));
        }
        if (level >= kernels::registers_of_pivots) {
            forest::append_byte_table(its, its.size() / 16, made);
            continue;
        }
        its.resize(8, 0x12345678u);  // not looked at
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(its.data());
        made.insert(made.end(), bytes, bytes + 32);
    }
    CHECK_EQUAL(kernels::pivots_before[levels], made.size());
    return made;
}

/// Document d's bit in a row.
bool bit(const std::uint32_t* rows, std::size_t number, std::size_t row, std::size_t d) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(rows + number * row);
    return (bytes[d % (4 * row)] >> (d / (4 * row)) & 1) != 0;
}

/// Keys that are thresholds, or beside one, or the lowest and the highest that there are.
TEST(a_condition_is_a_key_above_a_threshold) {
    Random random(3);
    Arena arena;
    const std::vector<std::int32_t> odd = {lowest, lowest + 1, -1, 0, 1, highest - 1, highest};
    constexpr std::size_t all = kernels::most_ranked + kernels::rows_behind;
    auto* rows = arena.take<std::uint32_t>((all + 1) * most_words);
    for (std::size_t n = 1; n <= kernels::most_ranked; n += n < 20 || n > 240 ? 1 : 13)
        for (std::size_t words = 1; words <= most_words; ++words) {
            std::vector<std::int32_t> given(32 * words), thresholds(n);
            for (std::int32_t& one : thresholds)
                one = random.below(4) == 0 ? random.one_of(odd) : static_cast<std::int32_t>(random.bits());
            std::ranges::sort(thresholds);
            for (std::int32_t& one : given) {
                one = random.below(8) == 0 ? random.one_of(odd) : random.one_of(thresholds);
                if (one != lowest && one != highest) one += static_cast<std::int32_t>(random.below(3)) - 1;
            }
            const auto levels = static_cast<std::size_t>(std::bit_width(n));
            const std::vector<std::uint8_t> pivots = pivots_of(thresholds, levels);
            const std::size_t row = std::bit_ceil(words);
            for (const Table* table : kernels::runnable()) {
                std::vector<std::int32_t> keys(32 * words);
                table->forest_order(given.data(), given.size(), keys.data());
                std::fill_n(rows, (all + 1) * most_words, 0xABCDEF01u);
                table->forest_conditions(keys.data(), words, pivots.data(), levels, n, rows, row);
                for (std::size_t c = 0; c < n; ++c)
                    for (std::size_t d = 0; d < given.size(); ++d)
                        CHECK_EQUAL(given[d] > thresholds[c], bit(rows, c, row, d));
                CHECK_EQUAL(0xABCDEF01u, rows[(n + kernels::rows_behind) * row]);
            }
        }
}

/// Operands may be written by selections before.
TEST(selections_run_one_after_another_into_the_rows_that_follow) {
    Random random(4);
    Arena arena;
    constexpr std::size_t given_rows = 12, most_selects = 40;
    auto* rows = arena.take<std::uint32_t>((given_rows + most_selects) * most_words);
    for (int round = 0; round < 200; ++round) {
        const std::size_t row = std::size_t{1} << random.below(4);
        std::vector<ForestSelect> selects(random.below(most_selects));
        for (std::size_t i = 0; i < selects.size(); ++i) {
            const auto any = [&] {
                return static_cast<std::uint16_t>(random.below(static_cast<std::uint32_t>(given_rows + i)));
            };
            selects[i] = {any(), any(), any()};
        }
        std::vector<std::uint32_t> expected((given_rows + selects.size()) * row);
        for (std::uint32_t& word : expected) word = random.bits();
        const std::vector<std::uint32_t> given = expected;
        for (std::size_t i = 0; i < selects.size(); ++i)
            for (std::size_t w = 0; w < row; ++w) {
                const std::uint32_t right = expected[selects[i].condition * row + w];
                expected[(given_rows + i) * row + w] =
                    (right & expected[selects[i].right * row + w]) | (~right & expected[selects[i].left * row + w]);
            }
        for (const Table* table : kernels::runnable()) {
            std::ranges::copy(given, rows);
            table->forest_selects(selects.data(), selects.size(), rows, given_rows, row);
            CHECK(std::equal(expected.begin(), expected.end(), rows));
        }
    }
}

/// Features side by side give the keys that each gives alone.
TEST(eight_features_have_the_keys_of_each_of_them) {
    Random random(6);
    const ForestKeyRule rules[] = {
        {}, {1e-35f, std::numeric_limits<float>::infinity(), 0, highest}, {-1, 3e38f, 0, lowest}};
    for (const std::size_t n : {0u, 1u, 7u, 8u, 9u, 31u, 32u, 33u, 255u, 256u})
        for (const ForestKeyRule& rule : rules)
            for (const Table* table : kernels::runnable()) {
                constexpr std::size_t width = 11, stride = forest_block;
                std::vector<float> values(n * width + width);
                for (float& value : values) value = std::bit_cast<float>(random.below(4) == 0 ? 0u : random.bits());
                std::vector<std::int32_t> expected(8 * stride, 7), keys(8 * stride, 7);
                for (std::size_t c = 0; c < 8; ++c)
                    table->forest_keys(values.data() + c, width, n, rule, expected.data() + c * stride);
                table->forest_keys_of_eight(values.data(), width, n, rule, keys.data(), stride);
                CHECK(expected == keys);
            }
}

TEST(numbers_are_made_of_eight_planes_the_lowest_first) {
    Random random(5);
    Arena arena;
    auto* rows = arena.take<std::uint32_t>(10 * most_words);
    for (int round = 0; round < 10; ++round)
        for (std::size_t row = 1; row <= most_words; row *= 2) {
            for (std::size_t i = 0; i < 10 * row; ++i) rows[i] = random.bits();
            std::uint32_t planes[8];
            for (std::uint32_t& plane : planes) plane = random.below(10);
            for (const Table* table : kernels::runnable()) {
                std::vector<std::uint8_t> leaf(32 * row + 1, 0xEE);
                table->forest_numbers(planes, rows, row, leaf.data());
                for (std::size_t d = 0; d < 32 * row; ++d) {
                    std::uint32_t expected = 0;
                    for (std::size_t p = 0; p < 8; ++p)
                        expected |= static_cast<std::uint32_t>(bit(rows, planes[p], row, d)) << p;
                    CHECK_EQUAL(expected, std::uint32_t{leaf[d]});
                }
                CHECK_EQUAL(0xEEu, unsigned{leaf.back()});
            }
        }
}

/// Down from the root: a half of a perfect tree stands behind the other, and the root behind both.
std::uint32_t number_in_perfect(const std::vector<std::uint16_t>& conditions, std::size_t height,
                                const std::uint32_t* rows, std::size_t row, std::size_t d) {
    std::uint32_t number = 0;
    for (std::size_t first = 0; height-- > 0;) {
        const std::size_t half = (std::size_t{1} << height) - 1;
        const bool right = bit(rows, conditions[first + 2 * half], row, d);
        if (right) first += half;
        number |= static_cast<std::uint32_t>(right) << height;
    }
    return number;
}

TEST(a_perfect_tree_is_walked_by_its_conditions_alone) {
    Random random(8);
    Arena arena;
    constexpr std::uint32_t num_rows = 300;
    auto* rows = arena.take<std::uint32_t>(num_rows * most_words);
    for (std::size_t height = 1; height <= 8; ++height)
        for (std::size_t row = 1; row <= most_words; row *= 2) {
            for (std::size_t i = 0; i < num_rows * row; ++i) rows[i] = random.bits();
            std::vector<std::uint16_t> conditions((std::size_t{1} << height) - 1);
            for (std::uint16_t& one : conditions) one = static_cast<std::uint16_t>(random.below(num_rows));
            for (const Table* table : kernels::runnable()) {
                std::vector<std::uint8_t> leaf(32 * row + 1, 0xEE);
                table->forest_perfect(conditions.data(), height, rows, row, leaf.data());
                for (std::size_t d = 0; d < 32 * row; ++d)
                    CHECK_EQUAL(number_in_perfect(conditions, height, rows, row, d), std::uint32_t{leaf[d]});
                CHECK_EQUAL(0xEEu, unsigned{leaf.back()});
            }
        }
}

/// Numbers by chance, and sums and values of all bits: zeros of both signs, denormals, infinities.
TEST(leaves_are_added_to_sums_in_the_places_of_keys) {
    Random random(7);
    const auto no_nan = [&](std::size_t n) {  // which NaN a sum of two would be is not said
        std::vector<float> made = values(n, random);
        std::ranges::replace_if(made, [](float value) { return std::isnan(value); }, 0.5f);
        return made;
    };
    for (const std::size_t sixteens : {1u, 2u, 4u})
        for (const std::size_t trees : {0u, 1u, 5u})
            for (std::size_t n = 32; n <= forest_block; n += 32) {
                const std::vector<float> worth = no_nan(trees * sixteens * 16), sums = no_nan(n);
                std::vector<std::uint8_t> tables(worth.size() * sizeof(float)), leaf(trees * forest_block);
                for (std::size_t i = 0; i < worth.size(); ++i)
                    for (std::size_t b = 0; b < 4; ++b)
                        tables[i / 16 * 64 + 16 * b + i % 16] =
                            static_cast<std::uint8_t>(std::bit_cast<std::uint32_t>(worth[i]) >> (8 * b));
                for (std::uint8_t& one : leaf)
                    one = static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(16 * sixteens)));
                for (const Table* table : kernels::runnable()) {
                    std::vector<float> added(n + 1, 77.0f);
                    std::ranges::copy(sums, added.begin());
                    table->forest_add_leaves(leaf.data(), n, tables.data(), sixteens, trees, added.data());
                    for (std::size_t i = 0; i < n; ++i) {
                        const std::size_t at = place(*table, i);
                        float expected = sums[at];
                        for (std::size_t t = 0; t < trees; ++t)
                            expected += worth[t * sixteens * 16 + leaf[t * forest_block + i]];
                        CHECK(std::isnan(expected)
                                  ? std::isnan(added[at])
                                  : std::bit_cast<std::uint32_t>(expected) == std::bit_cast<std::uint32_t>(added[at]));
                    }
                    CHECK_EQUAL(77.0f, added.back());
                }
            }
}

}  // namespace
