/// What tells the leaves of one tree apart: a number of a few bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::forest {

/// Bits of a number, a byte.
constexpr unsigned most_planes = 8;

/// Trees with more leaves are walked.
constexpr std::uint32_t most_numbered_leaves = 1u << most_planes;

/// Which leaf a child is that is none of the nodes.
constexpr std::size_t leaf_of_child(std::int32_t child) {
    return static_cast<std::size_t>(-1 - std::int64_t{child});
}

/// The bits of a leaf's number, and those that it cares for: its value stands under all numbers that differ in others.
struct LeafNumber {
    std::uint8_t bits = 0, cares = 0;
};

}  // namespace rescora::forest
