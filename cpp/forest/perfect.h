/// A tree padded to a perfect binary tree, whose leaves all have the same depth.
///
/// All perfect trees of one height are the same sequence of selects, so the kernel needs the conditions only, and keeps
/// everything between them in registers. Where a tree ends early, it is padded with nodes that send everything left.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "forest/leaf_number.h"
#include "forest/trees.h"

namespace rescora::forest {

/// The most nodes on a path from a tree's root to a leaf, or `most` + 1 if there are more.
unsigned height(const Trees& trees, std::size_t tree, unsigned most);

struct Perfect {
    std::vector<std::uint16_t> conditions;  ///< in the order of kernels::ForestPerfect
    std::vector<LeafNumber> leaves;
};

/// A tree of height 1 to most_planes; `condition` gives each of its nodes the row of its condition, and `zeros` is the
/// row of one that never holds.
Perfect perfect(const Trees& trees, std::size_t tree, unsigned height, std::span<const std::uint32_t> condition,
                std::uint32_t zeros);

}  // namespace rescora::forest
