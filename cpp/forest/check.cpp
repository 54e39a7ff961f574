/// Validation of tree arrays: each must be a tree, with valid features, sets and values.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "forest/trees.h"

namespace rescora::forest {

namespace {

[[noreturn]] void refuse(std::size_t tree, std::int64_t node, const std::string& reason) {
    throw InvalidArgument("tree " + std::to_string(tree) + (node < 0 ? "" : ", node " + std::to_string(node)) + ": " +
                          reason);
}

void check_lengths(const Trees& trees) {
    const std::size_t nodes = trees.feature.size();
    if (trees.left.size() != nodes || trees.right.size() != nodes || trees.threshold.size() != nodes ||
        trees.rule.size() != nodes)
        throw InvalidArgument("the arrays of nodes must have one length, that of feature: " + std::to_string(nodes));
    if (trees.node_begin.size() < 2 || trees.leaf_begin.size() != trees.node_begin.size())
        throw InvalidArgument("an ensemble must have at least one tree");
    const auto ascends = [](const std::vector<std::uint32_t>& begins, std::size_t end) {
        for (std::size_t i = 1; i < begins.size(); ++i)
            if (begins[i] < begins[i - 1]) return false;
        return begins.front() == 0 && begins.back() == end;
    };
    if (!ascends(trees.node_begin, nodes) || !ascends(trees.leaf_begin, trees.leaf_value.size()) ||
        trees.set_begin.empty() || !ascends(trees.set_begin, trees.set_words.size()))
        throw InvalidArgument("where trees and sets begin must ascend from 0 to the number of nodes, leaves and words");
}

class OneTree {
 public:
    OneTree(const Trees& trees, std::size_t tree, std::size_t num_features)
        : trees_(trees), tree_(tree), num_features_(num_features), begin_(trees.node_begin[tree]) {}

    void check() {
        const std::uint32_t nodes = trees_.num_nodes(tree_), leaves = trees_.num_leaves(tree_);
        if (leaves != nodes + 1)
            refuse(tree_, -1,
                   std::to_string(nodes) + " nodes need " + std::to_string(nodes + 1) + " leaves, not " +
                       std::to_string(leaves));
        leaf_seen_.assign(leaves, false);
        if (nodes != 0) reach_all();
        for (std::uint32_t leaf = 0; leaf < leaves; ++leaf)
            if (std::isnan(trees_.leaf_value[trees_.leaf_begin[tree_] + leaf]))
                refuse(tree_, -1, "the value of leaf " + std::to_string(leaf) + " is NaN");
    }

 private:
    /// No node and no leaf twice, and no node never: then no leaf never, for there is one more of them.
    void reach_all() {
        node_seen_.assign(trees_.num_nodes(tree_), false);
        std::vector<std::pair<std::int32_t, std::uint32_t>> open = {{0, 1}};  // node and depth
        node_seen_[0] = true;
        while (!open.empty()) {
            const auto [node, depth] = open.back();
            open.pop_back();
            if (depth > most_depth) refuse(tree_, node, "is deeper than " + std::to_string(most_depth) + " nodes");
            check_node(node);
            for (const std::int32_t child : {trees_.right[place(node)], trees_.left[place(node)]}) {
                reach(node, child);
                if (child >= 0) open.emplace_back(child, depth + 1);
            }
        }
        if (const auto never = std::ranges::find(node_seen_, false); never != node_seen_.end())
            refuse(tree_, never - node_seen_.begin(), "cannot be reached from the root");
    }

    void reach(std::int32_t node, std::int32_t child) {
        auto& seen = child >= 0 ? node_seen_ : leaf_seen_;
        const std::int64_t number = child >= 0 ? child : ~child;
        const std::string name = (child >= 0 ? "child node " : "leaf ") + std::to_string(number);
        if (number >= static_cast<std::int64_t>(seen.size()))
            refuse(tree_, node, name + " is beyond the " + std::to_string(seen.size()) + " there are");
        if (seen[static_cast<std::size_t>(number)]) refuse(tree_, node, name + " has another parent: this is no tree");
        seen[static_cast<std::size_t>(number)] = true;
    }

    void check_node(std::int32_t node) const {
        const std::size_t at = place(node);
        const std::int64_t feature = trees_.feature[at];
        if (feature < 0 || feature >= static_cast<std::int64_t>(num_features_))
            refuse(
                tree_, node,
                "feature " + std::to_string(feature) + " is beyond the " + std::to_string(num_features_) + " features");
        if ((trees_.rule[at] & rule::categorical) == 0) return;
        const double set = trees_.threshold[at], sets = static_cast<double>(trees_.set_begin.size() - 1);
        if (!(set >= 0 && set < sets) || set != std::floor(set))
            refuse(tree_, node, "there is no set of categories with the number " + std::to_string(set));
    }

    std::size_t place(std::int32_t node) const { return begin_ + static_cast<std::size_t>(node); }

    const Trees& trees_;
    std::size_t tree_, num_features_, begin_;
    std::vector<bool> node_seen_, leaf_seen_;
};

}  // namespace

void check_trees(const Trees& trees, std::size_t num_features, Budget* budget) {
    check_lengths(trees);
    for (std::size_t tree = 0; tree < trees.size(); ++tree) {
        ask_after(64, tree, budget);
        OneTree(trees, tree, num_features).check();
    }
}

}  // namespace rescora::forest
