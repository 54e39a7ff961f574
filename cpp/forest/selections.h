/// A tree as selections among bits: the way to number the leaves of a tree that is far from perfect.
///
/// Each leaf has a number of a few bits. A plane is one such bit for all documents of a block. Below a node, plane p is
/// that of the right subtree where the condition holds, and that of the left where it does not; so a tree is a row of
/// selections `out = condition ? right : left`, with no branch, whatever way a document takes.
///
/// Two things keep selections few. A leaf need not care for every bit: its value then stands in the table under all
/// numbers that differ in those bits only. And a node whose subtrees take no more than h bits each takes bit h for its
/// own condition, which costs nothing. A tree of depth 6 has 63 nodes and 57 selections. A tree that is deeper than its
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

/// Rows are numbered: first the conditions of a group, then a row of zeros, one of ones, then one for each selection.
struct Selections {
    std::vector<kernels::ForestSelect> selects;
    std::vector<std::uint32_t> planes;  ///< rows with the bits of the leaves' numbers, lowest first
    std::vector<LeafNumber> leaves;
};

/// The selections of one tree; `condition` gives each of its nodes the row of its condition, and `zeros` is the row of
/// zeros, which the row of ones and those of selections follow.
Selections select(const Trees& trees, std::size_t tree, std::span<const std::uint32_t> condition, std::uint32_t zeros);

}  // namespace rescora::forest
