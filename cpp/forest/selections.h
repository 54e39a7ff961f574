/// Compiles a tree that is far from perfect to branch-free bit selects, which give each document's leaf number.
///
/// Each leaf has a number of a few bits. A plane is one such bit for all documents of a block. Below a node, plane p is
/// that of the right subtree where the condition holds, and that of the left where it does not; so a tree is a list of
/// selects `out = condition ? right : left`, the same for every path.
///
/// Two things keep selects few. A leaf may leave bits undefined: its value then stands in the table under all numbers
/// that differ in those bits only. And a node whose subtrees take no more than h bits each takes bit h for its own
/// condition, which costs nothing. A tree of depth 6 has 63 nodes and 57 selects. A tree that is deeper than its
/// numbers have bits is cut: the subtrees below the cut are numbered so, and those above tell them apart.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/leaf_number.h"
#include "forest/trees.h"
#include "kernels/forest_trees.h"

namespace rescora::forest {

/// Rows are numbered: first the conditions of a group, then a row of zeros, one of ones, then one for each select.
struct Selections {
    std::vector<kernels::ForestSelect> selects;
    std::vector<std::uint32_t> planes;  ///< rows with the bits of the leaves' numbers, lowest first
    std::vector<LeafNumber> leaves;
};

/// The selects of one tree; `condition` gives each of its nodes the row of its condition, and `zeros` is the row of
/// zeros, which the row of ones and those of selects follow.
Selections select(const Trees& trees, std::size_t tree, std::span<const std::uint32_t> condition, std::uint32_t zeros);

}  // namespace rescora::forest
