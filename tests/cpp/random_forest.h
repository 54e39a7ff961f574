/// Random trees of every shape, and rows with values on and next to their thresholds.
#pragma once
#include <cmath>
#include <limits>
#include <random>

#include "forest/rows.h"
#include "forest/trees.h"

namespace random_forest {

using namespace rescora;
using forest::Trees;

class Random {
 public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::uint32_t below(std::uint32_t n) { return n == 0 ? 0 : static_cast<std::uint32_t>(engine_() % n); }
    std::uint32_t bits() { return static_cast<std::uint32_t>(engine_()); }
    template <class Item>
    const Item& one_of(const std::vector<Item>& items) {
        return items[below(static_cast<std::uint32_t>(items.size()))];
    }

 private:
    std::mt19937_64 engine_;
};

/// Which leaf is split next: any, the one that was made last, or the one that was made first.
enum class Shape : std::uint8_t { random, chain, perfect };

struct Children {
    std::vector<std::int32_t> left, right;
};

/// A tree of so many leaves; their numbers follow no order.
inline Children grow(std::uint32_t leaves, Shape shape, Random& random) {
    Children made{std::vector<std::int32_t>(leaves - 1), std::vector<std::int32_t>(leaves - 1)};
    std::vector<std::int32_t*> open;
    for (std::uint32_t node = 0; node + 1 < leaves; ++node) {
        if (node != 0) {
            const auto last = static_cast<std::uint32_t>(open.size() - 1);
            const std::uint32_t split = shape == Shape::chain     ? last - random.below(2)
                                        : shape == Shape::perfect ? 0
                                                                  : random.below(last + 1);
            *open[split] = static_cast<std::int32_t>(node);
            open.erase(open.begin() + split);
        }
        open.push_back(&made.left[node]);
        open.push_back(&made.right[node]);
    }
    for (std::int32_t leaf = 0; !open.empty(); ++leaf) {
        const std::uint32_t at = random.below(static_cast<std::uint32_t>(open.size()));
        *open[at] = ~leaf;
        open.erase(open.begin() + at);
    }
    return made;
}

/// What the nodes of a forest may look at.
struct Choice {
    std::uint32_t num_features = 4;
    std::vector<double> thresholds = {-INFINITY, -1.5, -1e-40, -0.0, 0.0, 0.1, 0.5, 0.5, 7, INFINITY, NAN};
    std::vector<std::uint8_t> rules = {0, forest::rule::nan_left};
};

inline void add_tree(Trees& trees, std::uint32_t leaves, Shape shape, const Choice& choice, Random& random) {
    if (trees.node_begin.empty()) trees.node_begin = trees.leaf_begin = {0};
    const Children made = grow(leaves, shape, random);
    trees.left.insert(trees.left.end(), made.left.begin(), made.left.end());
    trees.right.insert(trees.right.end(), made.right.begin(), made.right.end());
    for (std::uint32_t node = 0; node + 1 < leaves; ++node) {
        trees.feature.push_back(static_cast<std::int32_t>(random.below(choice.num_features)));
        trees.threshold.push_back(random.one_of(choice.thresholds));
        trees.rule.push_back(random.one_of(choice.rules));
    }
    for (std::uint32_t leaf = 0; leaf < leaves; ++leaf)
        trees.leaf_value.push_back((static_cast<double>(random.bits()) - 2e9) / 3e9);
    trees.node_begin.push_back(static_cast<std::uint32_t>(trees.feature.size()));
    trees.leaf_begin.push_back(static_cast<std::uint32_t>(trees.leaf_value.size()));
}

inline Trees make_forest(std::uint32_t num_trees, std::uint32_t most_leaves, const Choice& choice, Random& random) {
    Trees trees;
    for (std::uint32_t tree = 0; tree < num_trees; ++tree)
        add_tree(trees, 1 + random.below(most_leaves), static_cast<Shape>(random.below(3)), choice, random);
    return trees;
}

/// n rows, side by side, of values that are thresholds, or a unit in the last place beside one, or NaN.
inline std::vector<float> make_values(std::size_t n, const Choice& choice, Random& random) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> values(n * choice.num_features);
    for (float& value : values) {
        value = static_cast<float>(random.one_of(choice.thresholds));
        if (const std::uint32_t beside = random.below(4); beside < 2)
            value = std::nextafter(value, beside == 0 ? infinity : -infinity);
    }
    return values;
}

inline forest::Rows rows_of(const std::vector<float>& values, std::size_t num_features) {
    return {values.data(), nullptr, static_cast<std::ptrdiff_t>(num_features), 1, values.size() / num_features};
}

/// The leaf of one row, node by node, where no rule but nan_left is in use.
inline std::uint32_t leaf_of(const Trees& trees, std::size_t tree, const forest::Rows& rows, std::size_t row) {
    std::int32_t child = trees.num_nodes(tree) == 0 ? ~0 : 0;
    while (child >= 0) {
        const std::size_t at = trees.node_begin[tree] + static_cast<std::size_t>(child);
        const double value = rows.at(row, static_cast<std::size_t>(trees.feature[at]));
        const bool nan_left = trees.rule[at] == forest::rule::nan_left;
        const bool left = std::isnan(value) ? nan_left : value <= trees.threshold[at];
        child = left ? trees.left[at] : trees.right[at];
    }
    return static_cast<std::uint32_t>(~child);
}

}  // namespace random_forest
