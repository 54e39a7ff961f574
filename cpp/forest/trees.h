/// A trained model's trees as given: flat arrays, not yet validated.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rescora {
class Budget;
}

namespace rescora::forest {

/// A node's rules for its feature's value, applied in this order; then a document goes left if the value is at most
/// the threshold, or, for a category, in the node's set. python/rescora/model/ensemble.py has the same numbers.
namespace rule {
constexpr std::uint8_t small_to_zero = 1;  ///< |x| <= 1e-35f becomes 0
constexpr std::uint8_t nan_to_zero = 2;
constexpr std::uint8_t zero_to_nan = 4;
constexpr std::uint8_t infinite_to_nan = 8;
constexpr std::uint8_t signed_zeros = 16;  ///< -0.0 is lower than 0.0
constexpr std::uint8_t nan_left = 32;
constexpr std::uint8_t categorical = 64;
constexpr std::uint8_t cut_first = 128;  ///< -0.5 is category 0
}  // namespace rule

/// Node 0 of a tree is its root; a tree of one leaf has no nodes. Children are numbered within their tree: c >= 0 is a
/// node, ~c a leaf. The threshold of a categorical node is the number of its set; NaN is a threshold that no value is
/// at most.
struct Trees {
    std::vector<std::uint32_t> node_begin, leaf_begin;  ///< trees + 1 each
    std::vector<std::int32_t> feature, left, right;
    std::vector<double> threshold;
    std::vector<std::uint8_t> rule;
    std::vector<double> leaf_value;
    std::vector<std::uint32_t> set_begin = {0};  ///< sets + 1
    std::vector<std::uint32_t> set_words;        ///< category c is bit c % 32 of word c / 32

    std::size_t size() const { return node_begin.size() - 1; }
    std::uint32_t num_nodes(std::size_t tree) const { return node_begin[tree + 1] - node_begin[tree]; }
    std::uint32_t num_leaves(std::size_t tree) const { return leaf_begin[tree + 1] - leaf_begin[tree]; }
    std::span<const std::uint32_t> set(std::size_t number) const {
        return std::span(set_words).subspan(set_begin[number], set_begin[number + 1] - set_begin[number]);
    }
};

/// Nodes on a path from a root to a leaf. Trees of the libraries stay far below; a million would be a bad file.
constexpr std::uint32_t most_depth = 4096;

/// Throws InvalidArgument, naming tree and node, unless each tree is one: every node and leaf is reached once from the
/// root, on a path of at most `most_depth` nodes, and features, sets and values are there.
void check_trees(const Trees& trees, std::size_t num_features, Budget* budget = nullptr);

}  // namespace rescora::forest
