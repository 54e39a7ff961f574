/// Leaf numbers: a few bits that identify a leaf within its tree.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::forest {

/// Bits of a number, a byte.
constexpr unsigned most_planes = 8;

/// Trees with more leaves are walked.
constexpr std::uint32_t most_numbered_leaves = 1u << most_planes;

/// The leaf of a child that is no node.
constexpr std::size_t leaf_of_child(std::int32_t child) {
    return static_cast<std::size_t>(-1 - std::int64_t{child});
}

/// The bits of a leaf's number and their mask: its value is stored under all numbers that differ outside of the mask.
struct LeafNumber {
    std::uint8_t bits = 0, cares = 0;
};

}  // namespace rescora::forest
