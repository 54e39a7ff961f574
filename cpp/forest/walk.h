/// Tree evaluation node by node, several documents at a time: for small windows, and for trees with very many leaves.
#pragma once
#include <cstdint>
#include <vector>

#include "forest/columns.h"
#include "forest/trees.h"

namespace rescora::forest {

/// Documents of one block: their keys, column by column, stay in the first-level cache.
constexpr std::size_t walk_block = 32;

class Walks {
 public:
    Walks(const Trees& trees, const Columns& columns, Budget* budget = nullptr);

    /// The leaf of each of n documents, n at most walk_block, in each of some trees.
    ///
    /// Shapes  keys: walk_block for each column, document d's at place[d]. leaf: n a tree.
    void leaves(std::size_t first_tree, std::size_t num_trees, const std::int32_t* keys, const std::uint8_t* place,
                std::size_t n, bool by_rank, std::uint32_t* leaf) const;

    /// Nodes that a document visits in a tree, estimated as the mean depth of its leaves.
    double steps(std::size_t tree) const { return steps_[tree]; }

 private:
    template <bool by_rank>
    void walk(std::size_t first_tree, std::size_t num_trees, const std::int32_t* keys, const std::uint8_t* place,
              std::size_t n, std::uint32_t* leaf) const;

    /// Children stand side by side. A leaf is its own left child, and no key is above its threshold.
    struct Node {
        std::int32_t threshold;
        std::uint32_t keys;  ///< where those of its column begin
        std::uint32_t left;
    };

    void add(const Trees& trees, std::size_t tree, const Columns& columns);

    std::vector<Node> nodes_;
    std::vector<std::int32_t> ranks_;  ///< thresholds of nodes_, for rows compared by rank
    std::vector<std::uint32_t> leaf_;  ///< of nodes_ that are leaves
    std::vector<std::uint32_t> roots_;
    std::vector<double> steps_;
};

}  // namespace rescora::forest
