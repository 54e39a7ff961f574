/// Both ways to number a tree's leaves, by selections and as a perfect tree, lead every document to the leaf that a
/// walk finds, whatever its conditions are.
#include <algorithm>
#include <bit>
#include <numeric>

#include "base/arena.h"
#include "check.h"
#include "forest/perfect.h"
#include "forest/selections.h"
#include "kernels/table.h"
#include "random_forest.h"

namespace {

using namespace random_forest;
using forest::LeafNumber;
using forest::Perfect;
using forest::Selections;
using kernels::forest_block;

constexpr std::size_t row_words = forest_block / 32;

Trees one_tree(std::uint32_t leaves, Shape shape, Random& random) {
    Trees trees;
    add_tree(trees, leaves, shape, {}, random);
    return trees;
}

std::vector<std::uint32_t> each_its_own(const Trees& trees) {
    std::vector<std::uint32_t> conditions(trees.num_nodes(0));
    std::iota(conditions.begin(), conditions.end(), std::uint32_t{0});
    return conditions;
}

/// Rows of a block: conditions by chance, then zeros and ones, then what the selections write.
class Block {
 public:
    Block(std::uint32_t num_conditions, std::uint32_t num_rows, Random& random)
        : zeros_(num_conditions), rows_(arena_.take_zeroed<std::uint32_t>(num_rows * row_words)) {
        for (std::size_t i = 0; i < num_conditions * row_words; ++i) rows_[i] = random.bits();
        std::fill_n(rows_ + (num_conditions + 1u) * row_words, row_words, ~0u);
    }

    bool bit(std::uint32_t row, std::size_t document) const {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(rows_ + row * row_words);
        return (bytes[document % (4 * row_words)] >> (document / (4 * row_words)) & 1) != 0;
    }

    std::vector<std::uint8_t> numbers(const Selections& made, const kernels::Table& table) {
        std::vector<std::uint8_t> numbers(forest_block);
        table.forest_selects(made.selects.data(), made.selects.size(), rows_, zeros_ + 2, row_words);
        std::vector<std::uint32_t> planes = made.planes;
        planes.resize(8, zeros_);
        table.forest_numbers(planes.data(), rows_, row_words, numbers.data());
        return numbers;
    }

    std::vector<std::uint8_t> numbers(const Perfect& made, std::size_t height, const kernels::Table& table) {
        std::vector<std::uint8_t> numbers(forest_block);
        table.forest_perfect(made.conditions.data(), height, rows_, row_words, numbers.data());
        return numbers;
    }

 private:
    Arena arena_;  // its memory begins where vectors may
    std::uint32_t zeros_;
    std::uint32_t* rows_;
};

std::uint32_t walk(const Trees& trees, const std::vector<std::uint32_t>& conditions, const Block& block,
                   std::size_t document) {
    std::int32_t child = conditions.empty() ? ~0 : 0;
    while (child >= 0) {
        const auto node = static_cast<std::size_t>(child);
        child = block.bit(conditions[node], document) ? trees.right[node] : trees.left[node];
    }
    return static_cast<std::uint32_t>(~child);
}

bool has(const LeafNumber& leaf, std::uint8_t number) {
    return ((leaf.bits ^ number) & leaf.cares) == 0;
}

void check_rows(const Selections& made, std::uint32_t zeros) {
    CHECK(made.planes.size() <= 8);
    std::uint32_t next = zeros + 2;
    for (const kernels::ForestSelect& one : made.selects) {
        CHECK(one.condition < zeros);
        CHECK(one.left < next && one.right < next);
        ++next;
    }
    for (const std::uint32_t plane : made.planes) CHECK(plane < next);
}

void check_numbers(const std::vector<LeafNumber>& leaves) {
    for (std::size_t a = 0; a < leaves.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
            const LeafNumber &one = leaves[a], &other = leaves[b];
            CHECK(((one.bits ^ other.bits) & one.cares & other.cares) != 0);
        }
}

unsigned height_of(const Trees& trees) {
    return forest::height(trees, 0, forest::most_planes);
}

void check_tree(const Trees& trees, const std::vector<std::uint32_t>& conditions, std::uint32_t zeros, Random& random) {
    const Selections made = forest::select(trees, 0, conditions, zeros);
    check_rows(made, zeros);
    check_numbers(made.leaves);
    Perfect whole;
    const unsigned height = height_of(trees);
    const bool fits = height > 0 && height <= forest::most_planes;
    if (fits) {
        whole = forest::perfect(trees, 0, height, conditions, zeros);
        CHECK_EQUAL((std::size_t{1} << height) - 1, whole.conditions.size());
        check_numbers(whole.leaves);
    }
    for (const kernels::Table* table : kernels::runnable()) {
        Block block(zeros, zeros + 2 + static_cast<std::uint32_t>(made.selects.size()), random);
        const auto numbers = block.numbers(made, *table);
        const auto of_whole = fits ? block.numbers(whole, height, *table) : numbers;
        for (std::size_t document = 0; document < forest_block; ++document) {
            const std::uint32_t leaf = walk(trees, conditions, block, document);
            CHECK(has(made.leaves[leaf], numbers[document]));
            if (fits) CHECK(has(whole.leaves[leaf], of_whole[document]));
        }
    }
}

TEST(a_height_is_that_of_the_longest_way_or_beyond_the_most) {
    Random random(6);
    for (const unsigned depth : {0u, 1u, 2u, 6u, 8u})
        CHECK_EQUAL(depth, height_of(one_tree(1u << depth, Shape::perfect, random)));
    CHECK_EQUAL(3u, height_of(one_tree(5, Shape::perfect, random)));
    CHECK_EQUAL(9u, height_of(one_tree(257, Shape::perfect, random)));
    CHECK_EQUAL(9u, height_of(one_tree(200, Shape::chain, random)));
}

TEST(a_perfect_tree_of_depth_6_has_57_selections) {
    Random random(1);
    for (unsigned depth = 1; depth <= 8; ++depth) {
        const Trees trees = one_tree(1u << depth, Shape::perfect, random);
        const Selections made =
            forest::select(trees, 0, each_its_own(trees), static_cast<std::uint32_t>(trees.num_nodes(0)));
        CHECK_EQUAL((std::size_t{1} << depth) - 1 - depth, made.selects.size());
        CHECK_EQUAL(std::size_t{depth}, made.planes.size());
    }
}

TEST(a_tree_with_one_condition_a_level_has_no_selections) {
    Random random(2);
    const Trees trees = one_tree(64, Shape::perfect, random);
    std::vector<std::uint32_t> conditions(63);
    for (std::size_t node = 0; node < 63; ++node)
        conditions[node] = static_cast<std::uint32_t>(std::bit_width(node + 1) - 1);  // levels one after another
    const Selections made = forest::select(trees, 0, conditions, 6);
    CHECK_EQUAL(std::size_t{0}, made.selects.size());
    CHECK_EQUAL(std::vector<std::uint32_t>({5, 4, 3, 2, 1, 0}), made.planes);
}

TEST(a_single_leaf_has_the_number_of_no_bits) {
    Random random(3);
    const Trees trees = one_tree(1, Shape::perfect, random);
    const Selections made = forest::select(trees, 0, {}, 5);
    CHECK_EQUAL(std::size_t{0}, made.planes.size());
    CHECK_EQUAL(std::size_t{1}, made.leaves.size());
    CHECK_EQUAL(0, int{made.leaves[0].cares});
    check_tree(trees, {}, 5, random);
}

TEST(every_document_gets_the_number_of_its_leaf) {
    Random random(4);
    for (const std::uint32_t leaves : {2u, 3u, 4u, 5u, 8u, 9u, 31u, 32u, 33u, 100u, 128u, 129u, 255u, 256u})
        for (const Shape shape : {Shape::random, Shape::chain, Shape::perfect})
            for (int round = 0; round < 3; ++round) {
                const Trees trees = one_tree(leaves, shape, random);
                check_tree(trees, each_its_own(trees), static_cast<std::uint32_t>(leaves - 1), random);
            }
}

/// Nodes below one another then ask the same, and no document comes to some leaves.
TEST(conditions_that_stand_at_many_nodes_change_nothing) {
    Random random(5);
    for (int round = 0; round < 100; ++round) {
        const Trees trees = one_tree(2 + random.below(255), static_cast<Shape>(random.below(3)), random);
        const auto num_conditions = static_cast<std::uint32_t>(1 + random.below(9));
        std::vector<std::uint32_t> conditions(trees.num_nodes(0));
        for (std::uint32_t& one : conditions) one = static_cast<std::uint32_t>(random.below(num_conditions));
        check_tree(trees, conditions, num_conditions, random);
    }
}

}  // namespace
