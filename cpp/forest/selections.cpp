/// Compiles a tree to bit selects: numbers its leaves, then makes the planes of each node bottom-up.
#include "forest/selections.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <ranges>

namespace rescora::forest {

namespace {

constexpr std::uint32_t any_row = 0xFFFFFFFF;  ///< a plane that no leaf below uses

/// The planes of a node: a row each, or any_row.
using Planes = std::array<std::uint32_t, most_planes>;

/// A subtree whose leaves are told apart by `height` bits, under one prefix.
struct Cube {
    std::int32_t root;
    unsigned height;
    std::uint32_t prefix = 0;
};

kernels::ForestSelect selection(std::uint32_t condition, std::uint32_t left, std::uint32_t right) {
    return {static_cast<std::uint16_t>(condition), static_cast<std::uint16_t>(left), static_cast<std::uint16_t>(right)};
}

/// Builds the selects of one tree: each has a row of its own.
class Maker {
 public:
    Maker(const Trees& trees, std::size_t tree, std::span<const std::uint32_t> condition, std::uint32_t zeros)
        : trees_(trees),
          begin_(trees.node_begin[tree]),
          condition_(condition),
          zeros_(zeros),
          leaves_(trees.num_leaves(tree)),
          cube_of_node_(condition.size(), no_cube),
          cube_of_leaf_(leaves_, no_cube) {}

    Selections make() {
        Selections made;
        made.leaves.resize(leaves_);
        if (!condition_.empty()) {
            find_heights();
            cut();
            number_cubes();
            const Planes planes = above_cut(0, made);
            for (unsigned p = 0; p < num_planes_; ++p) made.planes.push_back(planes[p] == any_row ? zeros_ : planes[p]);
        }
        order_by_level(made);
        return made;
    }

 private:
    static constexpr std::uint32_t no_cube = 0xFFFFFFFF;

    std::int32_t left(std::int32_t node) const { return trees_.left[begin_ + static_cast<std::size_t>(node)]; }
    std::int32_t right(std::int32_t node) const { return trees_.right[begin_ + static_cast<std::size_t>(node)]; }
    unsigned height(std::int32_t child) const { return child < 0 ? 0 : heights_[static_cast<std::size_t>(child)]; }

    /// Parents first.
    std::vector<std::int32_t> top_down() const {
        std::vector<std::int32_t> nodes = {0};
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (const std::int32_t child : {left(nodes[i]), right(nodes[i])})
                if (child >= 0) nodes.push_back(child);
        return nodes;
    }

    void find_heights() {
        heights_.resize(condition_.size());
        const auto nodes = top_down();
        for (const std::int32_t node : std::views::reverse(nodes))
            heights_[static_cast<std::size_t>(node)] = 1 + std::max(height(left(node)), height(right(node)));
    }

    /// Cuts the highest subtree into its two until all numbers fit.
    void cut() {
        const unsigned bits = std::min(most_planes, static_cast<unsigned>(std::bit_width(leaves_ - 1)) + 1);
        const auto size = [](const Cube& cube) { return cube.height > 31 ? 1ull << 31 : 1ull << cube.height; };
        cubes_ = {{0, height(0)}};
        std::uint64_t room = size(cubes_.front());
        while (room > (1u << bits)) {
            const auto highest = std::ranges::max_element(cubes_, {}, &Cube::height);
            const Cube whole = *highest;
            const Cube two[] = {{left(whole.root), height(left(whole.root))},
                                {right(whole.root), height(right(whole.root))}};
            room = room - size(whole) + size(two[0]) + size(two[1]);
            *highest = two[0];
            cubes_.insert(highest + 1, two[1]);
        }
    }

    /// Large cubes first: so each begins at a multiple of its size.
    void number_cubes() {
        std::vector<std::uint32_t> order(cubes_.size());
        std::iota(order.begin(), order.end(), 0u);
        std::ranges::stable_sort(order, std::greater(), [&](std::uint32_t c) { return cubes_[c].height; });
        std::uint32_t next = 0;
        for (const std::uint32_t c : order) {
            cubes_[c].prefix = next;
            next += 1u << cubes_[c].height;
            const std::int32_t root = cubes_[c].root;
            (root < 0 ? cube_of_leaf_[leaf_of_child(root)] : cube_of_node_[static_cast<std::size_t>(root)]) = c;
        }
        num_planes_ = static_cast<unsigned>(std::bit_width(next - 1));
    }

    std::uint32_t cube_of(std::int32_t child) const {
        return child < 0 ? cube_of_leaf_[leaf_of_child(child)] : cube_of_node_[static_cast<std::size_t>(child)];
    }

    /// A leaf's bits, known once the path to it is.
    static void number(Selections& made, std::int32_t leaf, std::uint32_t bits, std::uint32_t cares) {
        made.leaves[leaf_of_child(leaf)] = {static_cast<std::uint8_t>(bits), static_cast<std::uint8_t>(cares)};
    }

    Planes above_cut(std::int32_t child, Selections& made) {
        if (const std::uint32_t c = cube_of(child); c != no_cube) return of_cube(cubes_[c], made);
        const Planes of_left = above_cut(left(child), made), of_right = above_cut(right(child), made);
        Planes planes;
        for (unsigned p = 0; p < most_planes; ++p)
            planes[p] = select(made, condition_[static_cast<std::size_t>(child)], of_left[p], of_right[p]);
        return planes;
    }

    Planes of_cube(const Cube& cube, Selections& made) {
        const std::uint32_t all = (1u << num_planes_) - 1, own = (1u << cube.height) - 1;
        Planes planes = in_cube(cube.root, cube.prefix, all & ~own, made);
        for (unsigned p = cube.height; p < num_planes_; ++p) planes[p] = zeros_ + (cube.prefix >> p & 1);
        return planes;
    }

    /// `bits` and `cares` are those of the path down to here.
    Planes in_cube(std::int32_t child, std::uint32_t bits, std::uint32_t cares, Selections& made) {
        Planes planes;
        planes.fill(any_row);
        if (child < 0) {
            number(made, child, bits, cares);
            return planes;
        }
        const unsigned own = height(child) - 1;  // the bit that this node's condition decides
        const Planes of_left = in_cube(left(child), bits, cares | 1u << own, made);
        const Planes of_right = in_cube(right(child), bits | 1u << own, cares | 1u << own, made);
        const std::uint32_t condition = condition_[static_cast<std::size_t>(child)];
        for (unsigned p = 0; p < own; ++p) planes[p] = select(made, condition, of_left[p], of_right[p]);
        planes[own] = condition;
        return planes;
    }

    std::uint32_t select(Selections& made, std::uint32_t condition, std::uint32_t of_left, std::uint32_t of_right) {
        if (of_left == of_right || of_right == any_row) return of_left;
        if (of_left == any_row) return of_right;
        if (of_left == zeros_ && of_right == zeros_ + 1) return condition;
        made.selects.push_back(selection(condition, of_left, of_right));
        return first_selected() + static_cast<std::uint32_t>(made.selects.size() - 1);
    }

    std::uint32_t first_selected() const { return zeros_ + 2; }

    /// Orders selects so that independent ones are adjacent, for instruction-level parallelism. Rows are renumbered to
    /// the new order.
    void order_by_level(Selections& made) const {
        const std::uint32_t first = first_selected();
        const std::size_t n = made.selects.size();
        std::vector<std::uint32_t> level(n, 0), order(n), place(n);
        const auto level_of = [&](std::uint32_t row) { return row < first ? 0 : level[row - first]; };
        for (std::size_t i = 0; i < n; ++i)
            level[i] = 1 + std::max(level_of(made.selects[i].left), level_of(made.selects[i].right));
        std::iota(order.begin(), order.end(), 0u);
        std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return level[i]; });
        for (std::uint32_t i = 0; i < n; ++i) place[order[i]] = i;
        const auto renamed = [&](std::uint32_t row) { return row < first ? row : first + place[row - first]; };
        std::vector<kernels::ForestSelect> ordered;
        ordered.reserve(n);
        for (const std::uint32_t i : order) {
            const kernels::ForestSelect& one = made.selects[i];
            ordered.push_back(selection(one.condition, renamed(one.left), renamed(one.right)));
        }
        made.selects = std::move(ordered);
        for (std::uint32_t& plane : made.planes) plane = renamed(plane);
    }

    const Trees& trees_;
    std::size_t begin_;
    std::span<const std::uint32_t> condition_;
    std::uint32_t zeros_;
    std::uint32_t leaves_;
    std::vector<unsigned> heights_;
    std::vector<Cube> cubes_;
    std::vector<std::uint32_t> cube_of_node_, cube_of_leaf_;
    unsigned num_planes_ = 0;
};

}  // namespace

Selections select(const Trees& trees, std::size_t tree, std::span<const std::uint32_t> condition, std::uint32_t zeros) {
    return Maker(trees, tree, condition, zeros).make();
}

}  // namespace rescora::forest
