/// Pads a tree to a perfect one: a node's place follows from the path to it.
#include "forest/perfect.h"

#include <utility>

namespace rescora::forest {

namespace {

constexpr std::size_t nodes_of(unsigned height) {
    return (std::size_t{1} << height) - 1;
}

class Filler {
 public:
    Filler(const Trees& trees, std::size_t tree, std::span<const std::uint32_t> condition, Perfect& made)
        : trees_(trees), begin_(trees.node_begin[tree]), condition_(condition), made_(made) {}

    /// Puts a child's subtree into the places of one of that height; `number` has the bits of the path to it.
    void fill(std::int32_t child, unsigned height, std::size_t first, LeafNumber number) {
        if (child < 0) {
            made_.leaves[leaf_of_child(child)] = number;
            return;
        }
        const auto node = static_cast<std::size_t>(child);
        const unsigned below = height - 1;
        made_.conditions[first + 2 * nodes_of(below)] = static_cast<std::uint16_t>(condition_[node]);
        number.cares = static_cast<std::uint8_t>(number.cares | 1u << below);
        fill(trees_.left[begin_ + node], below, first, number);
        number.bits = static_cast<std::uint8_t>(number.bits | 1u << below);
        fill(trees_.right[begin_ + node], below, first + nodes_of(below), number);
    }

 private:
    const Trees& trees_;
    std::size_t begin_;
    std::span<const std::uint32_t> condition_;
    Perfect& made_;
};

}  // namespace

unsigned height(const Trees& trees, std::size_t tree, unsigned most) {
    const std::size_t begin = trees.node_begin[tree];
    std::vector<std::int32_t> level;
    if (trees.num_nodes(tree) != 0) level.push_back(0);
    unsigned height = 0;
    for (; !level.empty() && height <= most; ++height) {
        std::vector<std::int32_t> next;
        for (const std::int32_t node : level)
            for (const auto* children : {&trees.left, &trees.right})
                if (const std::int32_t child = (*children)[begin + static_cast<std::size_t>(node)]; child >= 0)
                    next.push_back(child);
        level = std::move(next);
    }
    return height;
}

Perfect perfect(const Trees& trees, std::size_t tree, unsigned height, std::span<const std::uint32_t> condition,
                std::uint32_t zeros) {
    Perfect made;
    made.conditions.assign(nodes_of(height), static_cast<std::uint16_t>(zeros));
    made.leaves.resize(trees.num_leaves(tree));
    Filler(trees, tree, condition, made).fill(0, height, 0, {});
    return made;
}

}  // namespace rescora::forest
