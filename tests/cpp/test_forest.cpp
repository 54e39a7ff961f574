/// What arrays are no trees; both ways through a forest, in pieces or whole; and the best after a part of the trees.
#include <algorithm>
#include <bit>
#include <numeric>

#include "base/budget.h"
#include "base/error.h"
#include "check.h"
#include "forest/forest.h"
#include "forest/model.h"
#include "random_forest.h"

namespace {

using namespace random_forest;
using forest::Accumulate, forest::EarlyExit, forest::Forest, forest::Model, forest::Rows, forest::Scores, forest::Way;

constexpr Accumulate kinds[] = {Accumulate::float32, Accumulate::float64, Accumulate::float32_rounded};
constexpr Way ways[] = {Way::walk, Way::select, Way::choose};

std::vector<std::uint64_t> bits(const std::vector<double>& scores) {
    std::vector<std::uint64_t> made;
    for (const double score : scores) made.push_back(std::bit_cast<std::uint64_t>(score));
    return made;
}

Forest forest_of(const Trees& trees, Accumulate kind, std::size_t num_features = 4) {
    return {trees, num_features, kind, false, {}};
}

double added(Accumulate kind, double sum, double leaf) {
    if (kind == Accumulate::float64) return sum + leaf;
    if (kind == Accumulate::float32) return static_cast<double>(static_cast<float>(sum) + static_cast<float>(leaf));
    return static_cast<double>(static_cast<float>(sum + leaf));
}

/// Sums from 0, node by node and tree by tree.
std::vector<double> slowly(const Trees& trees, const Rows& rows, Accumulate kind, std::size_t last) {
    std::vector<double> sums(rows.n, 0.0);
    for (std::size_t i = 0; i < rows.n; ++i)
        for (std::size_t tree = 0; tree < last; ++tree) {
            const std::size_t leaf = trees.leaf_begin[tree] + leaf_of(trees, tree, rows, i);
            sums[i] = added(kind, sums[i], trees.leaf_value[leaf]);
        }
    return sums;
}

// -- arrays that are no trees

/// Three nodes and four leaves, then a single leaf; the last node asks for a category.
Trees sound() {
    Trees trees;
    trees.node_begin = {0, 3, 3};
    trees.leaf_begin = {0, 4, 5};
    trees.feature = {0, 1, 0};
    trees.left = {1, ~0, ~2};
    trees.right = {2, ~1, ~3};
    trees.threshold = {0.5, 1.5, 0};
    trees.rule = {0, 0, forest::rule::categorical};
    trees.leaf_value = {1, 2, 3, 4, 5};
    trees.set_begin = {0, 1};
    trees.set_words = {5};
    return trees;
}

struct Refusal {
    const char* message;
    void (*spoil)(Trees&);
};

constexpr const char* lengths = "the arrays of nodes must have one length, that of feature: 3";
constexpr const char* begins = "where trees and sets begin must ascend from 0 to the number of nodes, leaves and words";
constexpr const char* none = "an ensemble must have at least one tree";

const Refusal refusals[] = {
    {lengths, [](Trees& t) { t.left.pop_back(); }},
    {lengths, [](Trees& t) { t.right.push_back(0); }},
    {lengths, [](Trees& t) { t.threshold.clear(); }},
    {lengths, [](Trees& t) { t.rule.push_back(0); }},
    {none, [](Trees& t) { t.node_begin.clear(); }},
    {none, [](Trees& t) { t.node_begin = t.leaf_begin = {0}; }},
    {none, [](Trees& t) { t.leaf_begin.pop_back(); }},
    {begins, [](Trees& t) { t.node_begin = {0, 4, 3}; }},
    {begins, [](Trees& t) { t.node_begin = {0, 3, 4}; }},
    {begins, [](Trees& t) { t.node_begin = {1, 3, 3}; }},
    {begins, [](Trees& t) { t.leaf_begin = {0, 4, 4}; }},
    {begins, [](Trees& t) { t.set_begin.clear(); }},
    {begins, [](Trees& t) { t.set_begin = {0, 2}; }},
    {begins, [](Trees& t) { t.set_begin = {0, 2, 1}; }},
    {"tree 0: 3 nodes need 4 leaves, not 3", [](Trees& t) { t.leaf_begin = {0, 3, 5}; }},
    {"tree 1: 0 nodes need 1 leaves, not 2",
     [](Trees& t) {
         t.leaf_begin = {0, 4, 6};
         t.leaf_value.push_back(6);
     }},
    {"tree 1: the value of leaf 0 is NaN", [](Trees& t) { t.leaf_value[4] = NAN; }},
    {"tree 0: the value of leaf 2 is NaN", [](Trees& t) { t.leaf_value[2] = NAN; }},
    {"tree 0, node 1: child node 3 is beyond the 3 there are", [](Trees& t) { t.left[1] = 3; }},
    {"tree 0, node 1: child node 2147483647 is beyond the 3 there are", [](Trees& t) { t.left[1] = 0x7FFFFFFF; }},
    {"tree 0, node 2: leaf 4 is beyond the 4 there are", [](Trees& t) { t.right[2] = ~4; }},
    {"tree 0, node 2: leaf 2147483647 is beyond the 4 there are", [](Trees& t) { t.right[2] = ~0x7FFFFFFF; }},
    {"tree 0, node 2: leaf 0 has another parent: this is no tree", [](Trees& t) { t.right[2] = ~0; }},
    {"tree 0, node 1: child node 0 has another parent: this is no tree", [](Trees& t) { t.right[1] = 0; }},
    {"tree 0, node 0: child node 1 has another parent: this is no tree", [](Trees& t) { t.right[0] = 1; }},
    {"tree 0, node 2: cannot be reached from the root", [](Trees& t) { t.right[0] = ~3; }},
    {"tree 0, node 1: feature -1 is beyond the 2 features", [](Trees& t) { t.feature[1] = -1; }},
    {"tree 0, node 2: feature 2 is beyond the 2 features", [](Trees& t) { t.feature[2] = 2; }},
    {"tree 0, node 2: there is no set of categories with the number 1.000000", [](Trees& t) { t.threshold[2] = 1; }},
    {"tree 0, node 2: there is no set of categories with the number -1.000000", [](Trees& t) { t.threshold[2] = -1; }},
    {"tree 0, node 2: there is no set of categories with the number 0.500000", [](Trees& t) { t.threshold[2] = 0.5; }},
    {"tree 0, node 2: there is no set of categories with the number nan", [](Trees& t) { t.threshold[2] = NAN; }},
};

TEST(arrays_that_are_no_trees_are_refused_with_tree_and_node) {
    forest::check_trees(sound(), 2);
    for (const Refusal& refusal : refusals) {
        Trees trees = sound();
        refusal.spoil(trees);
        CHECK_THROWS(InvalidArgument, refusal.message, (forest::check_trees(trees, 2), 0));
    }
}

Trees chain(std::int32_t nodes) {
    Trees trees;
    for (std::int32_t node = 0; node < nodes; ++node) {
        trees.left.push_back(~node);
        trees.right.push_back(node + 1 < nodes ? node + 1 : ~nodes);
    }
    const auto size = static_cast<std::size_t>(nodes);
    trees.feature.assign(size, 0);
    trees.threshold.assign(size, 0.5);
    trees.rule.assign(size, 0);
    trees.leaf_value.assign(size + 1, 1);
    trees.node_begin = {0, static_cast<std::uint32_t>(nodes)};
    trees.leaf_begin = {0, static_cast<std::uint32_t>(nodes) + 1};
    return trees;
}

TEST(making_a_forest_can_be_ended) {
    Random random(3);
    const Trees trees = make_forest(300, 64, Choice{}, random);
    int questions = 0;
    for (bool stopped = true; stopped; ++questions) {
        Budget budget;
        budget.set_questions(questions);
        try {
            const Forest made(trees, 4, Accumulate::float64, false, {}, &budget);
            stopped = false;
        } catch (const Stopped&) {
        }
    }
    CHECK(questions > 600);  // twice a tree
}

TEST(a_way_may_have_as_many_nodes_as_the_limit) {
    const Forest deepest = forest_of(chain(4096), Accumulate::float64);
    CHECK_EQUAL(std::size_t{1}, deepest.size());
    CHECK_THROWS(InvalidArgument, "tree 0, node 4096: is deeper than 4096 nodes",
                 forest_of(chain(4097), Accumulate::float64));
    CHECK_THROWS(InvalidArgument, "tree 0, node 4096: is deeper than 4096 nodes",
                 forest_of(chain(1'000'000), Accumulate::float64));
}

// -- sums

TEST(both_ways_give_the_sums_of_a_slow_walk_on_every_instruction_set) {
    Random random(1);
    Arena arena;
    const Choice choice;
    for (const Accumulate kind : kinds)
        for (const std::uint32_t most_leaves : {2u, 9u, 17u, 40u, 256u, 300u})
            for (const std::size_t n : {1u, 8u, 31u, 33u, 255u, 256u, 300u}) {
                const Trees trees = make_forest(40, most_leaves, choice, random);
                const Forest made = forest_of(trees, kind);
                const std::vector<float> values = make_values(n, choice, random);
                const Rows rows = rows_of(values, 4);
                const auto expected = bits(slowly(trees, rows, kind, trees.size()));
                for (const kernels::Table* table : kernels::runnable())
                    for (const Way way : ways) {
                        std::vector<double> sums(n, 0.0);
                        made.add(rows, 0, made.size(), sums.data(), arena, *table, way);
                        CHECK(expected == bits(sums));
                    }
            }
}

Choice many_thresholds(std::size_t n, Random& random) {
    Choice choice;
    for (std::size_t i = 0; i < n; ++i) choice.thresholds.push_back((static_cast<double>(random.bits()) - 2e9) / 1e9);
    return choice;
}

/// Values beside thresholds by less than a float32 can tell; forests that compare float32 see them rounded.
TEST(float64_rows_give_the_sums_of_a_slow_walk) {
    Random random(8);
    Arena arena;
    const Choice few, many = many_thresholds(2'000, random);  // of a column more than a search for ranks can have
    for (const std::size_t n : {1u, 40u, 256u, 300u})
        for (int round = 0; round < 6; ++round) {
            const Choice& choice = round % 2 == 0 ? few : many;
            const Trees trees = make_forest(120, 64, choice, random);
            const std::vector<float> near = make_values(n, choice, random);
            std::vector<double> wide(near.begin(), near.end());
            for (double& value : wide)
                if (const std::uint32_t beside = random.below(4); beside < 2)
                    value = std::nextafter(value, beside == 0 ? INFINITY : -INFINITY);
            const std::vector<float> rounded(wide.begin(), wide.end());
            const Rows rows{nullptr, wide.data(), 4, 1, n};
            for (const bool compares_wide : {false, true}) {
                const Forest made(trees, 4, Accumulate::float64, compares_wide, {});
                CHECK(&choice == &few || made.num_conditions() > 8 * kernels::most_ranked);
                const Rows seen = compares_wide ? rows : rows_of(rounded, 4);
                const auto expected = bits(slowly(trees, seen, Accumulate::float64, trees.size()));
                for (const kernels::Table* table : kernels::runnable())
                    for (const Way way : ways) {
                        std::vector<double> sums(n, 0.0);
                        made.add(rows, 0, made.size(), sums.data(), arena, *table, way);
                        CHECK(expected == bits(sums));
                    }
            }
        }
}

/// So many different thresholds that trees come in several groups.
Trees many_conditions(std::uint32_t leaves, Random& random) {
    const Choice choice = many_thresholds(100'000, random);
    Trees trees;
    for (std::uint32_t tree = 0; tree < 90'000 / leaves; ++tree) add_tree(trees, leaves, Shape::random, choice, random);
    return trees;
}

TEST(trees_added_in_pieces_give_the_sums_of_the_whole) {
    Random random(2);
    Arena arena;
    const std::vector<float> values = make_values(70, {}, random);
    const Rows rows = rows_of(values, 4);
    for (const std::uint32_t leaves : {256u, 20u}) {  // tables of 20 leaves are shuffled
        const Trees trees = many_conditions(leaves, random);
        const std::size_t cuts[] = {0, 0, 1, 7, 31, 32, 33, 66, trees.size() - 1, trees.size()};
        for (const Accumulate kind : kinds) {
            const Forest made = forest_of(trees, kind);
            CHECK(made.num_conditions() > 60'000);  // one group has no more
            const auto expected = bits(slowly(trees, rows, kind, trees.size()));
            for (const Way way : ways) {
                std::vector<double> sums(rows.n, 0.0);
                for (std::size_t i = 1; i < std::size(cuts); ++i)
                    made.add(rows, cuts[i - 1], cuts[i], sums.data(), arena, kernels::active(), way);
                CHECK(expected == bits(sums));
            }
        }
    }
}

TEST(sums_of_float32_start_at_a_float32) {
    Random random(3);
    Arena arena;
    const Choice choice;
    const Trees trees = make_forest(1, 4, choice, random);
    const std::vector<float> values = make_values(300, choice, random);
    const Rows rows = rows_of(values, 4);
    const double base = 1 + 3e-8;  // which a leaf could still carry to another float32
    for (const Accumulate kind : kinds)
        for (const Way way : ways) {
            const Model model(forest_of(trees, kind), 4, base, {}, {});
            std::vector<double> scores(rows.n);
            model.score(rows, Scores::raw, scores.data(), arena, kernels::active(), way);
            const double start = kind == Accumulate::float64 ? base : static_cast<double>(static_cast<float>(base));
            for (std::size_t i = 0; i < rows.n; ++i)
                CHECK_EQUAL(added(kind, start, trees.leaf_value[leaf_of(trees, 0, rows, i)]), scores[i]);
        }
}

TEST(a_path_ends_at_the_leaf_and_shows_what_led_there) {
    Random random(4);
    const Choice choice;
    const Trees trees = make_forest(20, 60, choice, random);
    const Forest made = forest_of(trees, Accumulate::float64);
    const std::vector<float> values = make_values(50, choice, random);
    const Rows rows = rows_of(values, 4);
    for (std::size_t i = 0; i < rows.n; ++i)
        for (std::size_t tree = 0; tree < trees.size(); ++tree) {
            const Forest::Path path = made.path(rows.from(i, 1), tree);
            const std::uint32_t leaf = leaf_of(trees, tree, rows, i);
            CHECK_EQUAL(leaf, path.leaf);
            CHECK_EQUAL(trees.leaf_value[trees.leaf_begin[tree] + leaf], path.value);
            std::int32_t child = trees.num_nodes(tree) == 0 ? ~0 : 0;
            for (const Forest::Step& step : path.steps) {
                CHECK_EQUAL(child, step.node);
                const std::size_t at = trees.node_begin[tree] + static_cast<std::size_t>(step.node);
                CHECK_EQUAL(trees.feature[at], static_cast<std::int32_t>(step.feature));
                child = step.right ? trees.right[at] : trees.left[at];
            }
            CHECK_EQUAL(~child, static_cast<std::int32_t>(path.leaf));
        }
}

// -- models

TEST(groups_must_be_all_trees_and_terms_must_have_features) {
    CHECK_THROWS(InvalidArgument, "groups have 3 trees, the ensemble has 2",
                 Model(forest_of(sound(), Accumulate::float64), 4, 0, {1, 2}, {}));
    CHECK_THROWS(InvalidArgument, "weight has 1 entries, feature has 2",
                 Model(forest::Linear{{0, 1}, {1.0}, false, false, {}}, 2, 0, {}, {}));
    CHECK_THROWS(InvalidArgument, "term 1: feature 2 is beyond the 2 features",
                 Model(forest::Linear{{0, 2}, {1.0, 1.0}, false, false, {}}, 2, 0, {}, {}));
    CHECK_THROWS(InvalidArgument, "term 0: feature -1 is beyond the 2 features",
                 Model(forest::Linear{{-1}, {1.0}, false, false, {}}, 2, 0, {}, {}));
}

/// The rows that are best after `after` trees: a sort of all.
std::vector<std::uint32_t> by_sorting(const std::vector<double>& sums, std::size_t keep) {
    std::vector<std::uint32_t> rows(sums.size());
    std::iota(rows.begin(), rows.end(), 0u);
    std::ranges::stable_sort(rows, [&](std::uint32_t a, std::uint32_t b) { return sums[a] > sums[b]; });
    rows.resize(std::min(keep, rows.size()));
    std::ranges::sort(rows);
    return rows;
}

/// Leaves of few different values, so that many rows tie at the sentinel.
TEST(an_early_exit_scores_the_best_of_a_part_as_all_are_scored) {
    Random random(5);
    Arena arena;
    const Choice choice;
    Trees trees = make_forest(40, 30, choice, random);
    for (double& value : trees.leaf_value) value = std::round(value * 4) / 8;
    const std::vector<float> values = make_values(300, choice, random);
    const std::vector<double> wide(values.begin(), values.end());
    forest::Output output;
    output.bias = 0.5;
    output.transform = forest::Transform::sigmoid;
    for (const Accumulate kind : kinds) {
        const Model model(forest_of(trees, kind), 4, 0, {}, output);
        for (const bool is_wide : {false, true}) {
            Rows rows = rows_of(values, 4);
            if (is_wide) rows = {nullptr, wide.data(), 4, 1, 300};
            std::vector<double> all(rows.n);
            model.score(rows, Scores::output, all.data(), arena);
            for (const std::size_t after : {0u, 1u, 5u, 39u, 40u, 99u})
                for (const std::size_t keep : {0u, 1u, 33u, 299u, 300u, 500u}) {
                    const auto expected = by_sorting(slowly(trees, rows, kind, std::min(after, trees.size())), keep);
                    std::vector<double> scores(rows.n, -1.0);
                    CHECK_EQUAL(expected, model.score_best(rows, {after, keep}, scores.data(), arena));
                    for (std::size_t i = 0; i < expected.size(); ++i) CHECK_EQUAL(all[expected[i]], scores[i]);
                }
        }
    }
}

/// Where all are scored such a document is an error; it must not be lost because others are better.
TEST(a_sum_that_is_no_number_is_kept_by_an_early_exit) {
    Arena arena;
    Trees trees = sound();
    trees.leaf_value = {1, 2, INFINITY, 4, -INFINITY};
    std::vector<float> values;
    for (int i = 0; i < 100; ++i) {  // row 70 comes to the infinite leaf; then a tree takes infinity away
        const float row[] = {i == 70 ? 2.0f : 0.0f, static_cast<float>(i % 3)};
        values.insert(values.end(), row, row + 2);
    }
    const Model model({Forest(trees, 2, Accumulate::float64, false, {})}, 2, 0, {}, {});
    std::vector<double> scores(100);
    CHECK_EQUAL(std::vector<std::uint32_t>({0, 1, 70}),
                model.score_best(rows_of(values, 2), {2, 3}, scores.data(), arena));
    CHECK(std::isnan(scores[2]));
}

// -- damage

void damage(Trees& trees, Random& random) {
    const std::vector<std::int32_t> odd = {0, 1, 2, -1, -2, 5, 1000, -1000, 0x7FFFFFFF, -0x7FFFFFFF - 1};
    const auto exchange = [&](auto& array) {
        if (array.empty()) return;
        auto& item = array[random.below(static_cast<std::uint32_t>(array.size()))];
        item = static_cast<std::remove_reference_t<decltype(item)>>(
            random.below(2) != 0 ? static_cast<double>(random.one_of(odd) & 0xFF) : static_cast<double>(item) + 1);
    };
    const auto exchange_number = [&](auto& array) {
        if (!array.empty()) array[random.below(static_cast<std::uint32_t>(array.size()))] = random.one_of(odd);
    };
    switch (random.below(9)) {
        case 0:
            return exchange_number(trees.left);
        case 1:
            return exchange_number(trees.right);
        case 2:
            return exchange_number(trees.feature);
        case 3:
            return exchange_number(trees.threshold);
        case 4:
            return exchange(trees.rule);
        case 5:
            return exchange(trees.node_begin);
        case 6:
            return exchange(trees.leaf_begin);
        case 7:
            return exchange(trees.set_begin);
        default:
            return std::swap(trees.left[random.below(8)], trees.right[random.below(8)]);
    }
}

TEST(damaged_arrays_are_refused_or_are_trees_that_both_ways_sum_alike) {
    Random random(6);
    Arena arena;
    Choice choice;
    choice.thresholds = {0, 1, 2};  // which number sets too
    for (int rule = 0; rule < 256; rule += 5) choice.rules.push_back(static_cast<std::uint8_t>(rule));
    const std::vector<float> values = make_values(40, {}, random);
    const Rows rows = rows_of(values, 4);
    int refused = 0, taken = 0;
    for (int round = 0; round < 3000; ++round) {
        Trees trees;
        for (int tree = 0; tree < 3; ++tree) add_tree(trees, 9, Shape::random, choice, random);
        trees.set_begin = {0, 1, 1, 3};
        trees.set_words = {random.bits(), random.bits(), random.bits()};
        for (std::uint32_t times = 1 + random.below(2); times > 0; --times) damage(trees, random);
        try {
            const Forest made(trees, 4, Accumulate::float64, false, {});
            std::vector<double> walked(rows.n, 0.0), selected(rows.n, 0.0);
            made.add(rows, 0, made.size(), walked.data(), arena, kernels::active(), Way::walk);
            made.add(rows, 0, made.size(), selected.data(), arena, kernels::active(), Way::select);
            CHECK(bits(walked) == bits(selected));
            ++taken;
        } catch (const InvalidArgument&) {
            ++refused;
        }
    }
    CHECK(refused > 1000);
    CHECK(taken > 300);
}

}  // namespace
