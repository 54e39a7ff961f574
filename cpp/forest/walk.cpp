/// Eight interleaved walks, over documents and then over trees, to hide memory latency.
#include "forest/walk.h"

#include <algorithm>

#include "base/budget.h"

namespace rescora::forest {

namespace {

constexpr std::size_t together = 8;

}  // namespace

Walks::Walks(const Trees& trees, const Columns& columns, Budget* budget) {
    nodes_.reserve(trees.feature.size() + trees.leaf_value.size());
    for (std::size_t tree = 0; tree < trees.size(); ++tree) {
        ask_after(64, tree, budget);
        add(trees, tree, columns);
    }
}

/// Breadth first, for locality.
void Walks::add(const Trees& trees, std::size_t tree, const Columns& columns) {
    const std::size_t begin = trees.node_begin[tree];
    const auto root = static_cast<std::uint32_t>(nodes_.size());
    roots_.push_back(root);
    struct Open {
        std::int32_t child;
        std::uint32_t depth;
    };
    std::vector<Open> open = {{trees.num_nodes(tree) == 0 ? ~0 : 0, 0}};
    double steps = 0;
    for (std::size_t i = 0; i < open.size(); ++i) {
        const auto [child, depth] = open[i];
        if (child < 0) {
            nodes_.push_back({highest_key, 0, root + static_cast<std::uint32_t>(i)});
            ranks_.push_back(highest_key);
            leaf_.push_back(static_cast<std::uint32_t>(~child));
            steps += depth;
            continue;
        }
        const std::size_t at = begin + static_cast<std::size_t>(child);
        const std::uint32_t condition = columns.condition_of_node()[at];
        const auto keys = static_cast<std::uint32_t>(columns.column_of(condition) * walk_block);
        nodes_.push_back({columns.thresholds(false)[condition], keys, root + static_cast<std::uint32_t>(open.size())});
        ranks_.push_back(columns.thresholds(true)[condition]);
        leaf_.push_back(0);
        open.push_back({trees.left[at], depth + 1});
        open.push_back({trees.right[at], depth + 1});
    }
    steps_.push_back(steps / trees.num_leaves(tree));
}

template <bool by_rank>
void Walks::walk(std::size_t first_tree, std::size_t num_trees, const std::int32_t* keys, const std::uint8_t* place,
                 std::size_t n, std::uint32_t* leaf) const {
    const std::size_t walks = num_trees * n;
    std::size_t tree = first_tree, doc = 0;
    for (std::size_t first = 0; first < walks; first += together) {
        const std::size_t count = std::min(together, walks - first);
        std::uint32_t at[together] = {};
        const std::int32_t* mine[together];
        for (std::size_t k = 0; k < together; ++k) {
            at[k] = roots_[tree];
            mine[k] = keys + place[doc];
            if (k + 1 < count && ++doc == n) {
                doc = 0;
                ++tree;
            }
        }
        for (std::uint32_t moved = 1; moved != 0;) {
            moved = 0;
            for (std::size_t k = 0; k < together; ++k) {
                const Node& node = nodes_[at[k]];
                const std::int32_t threshold = by_rank ? ranks_[at[k]] : node.threshold;
                const std::uint32_t next = node.left + (mine[k][node.keys] > threshold ? 1 : 0);
                moved |= next ^ at[k];
                at[k] = next;
            }
        }
        for (std::size_t k = 0; k < count; ++k) leaf[first + k] = leaf_[at[k]];
        if (++doc == n) {
            doc = 0;
            ++tree;
        }
    }
}

void Walks::leaves(std::size_t first_tree, std::size_t num_trees, const std::int32_t* keys, const std::uint8_t* place,
                   std::size_t n, bool by_rank, std::uint32_t* leaf) const {
    if (by_rank)
        walk<true>(first_tree, num_trees, keys, place, n, leaf);
    else
        walk<false>(first_tree, num_trees, keys, place, n, leaf);
}

}  // namespace rescora::forest
