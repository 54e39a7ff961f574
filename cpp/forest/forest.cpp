/// Scoring by groups of trees and blocks of documents: conditions to bits, bits to leaf numbers, leaf values to sums.
#include "forest/forest.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/budget.h"

namespace rescora::forest {

namespace {

constexpr std::size_t trees_between_questions = 64 * trees_at_once;  // a few microseconds of one row

}  // namespace

std::size_t Forest::num_conditions() const {
    std::size_t conditions = 0;
    for (const Group& group : groups_) conditions += group.zeros;
    return conditions;
}

/// Costs in nanoseconds, or in selects for a node of a perfect tree, measured with AVX2 at about 3 GHz; only where they
/// cross matters. A step takes 2 where the nodes are in a cache, and some 15 where other work has evicted them: walks
/// wait for memory at every node, while selects are read sequentially.
bool Forest::prefers_walk(std::size_t n, std::size_t first, std::size_t last) const {
    if (!can_select_) return true;
    constexpr double step = 5, condition = 0.5, tree = 15, leaf = 0.35, perfect_node = 0.4;
    const std::size_t words = (std::min(n, kernels::forest_block) + 31) / 32;
    const double selection = words == 1 ? 1.1 : words == 2 ? 1.3 : words <= 4 ? 1.6 : 2.1;
    const std::size_t num_words = (n + 31) / 32, num_blocks = (n + kernels::forest_block - 1) / kernels::forest_block;
    const auto rows = static_cast<double>(n), all_words = static_cast<double>(num_words),
               blocks = static_cast<double>(num_blocks);
    const auto share = static_cast<double>(last - first) / static_cast<double>(num_trees_);
    const double walk = share * rows * step * steps_;
    const double select =
        all_words * condition * static_cast<double>(num_conditions()) +
        share * (blocks * selection *
                     (static_cast<double>(selects_.size()) + perfect_node * static_cast<double>(perfect_.size())) +
                 (blocks * tree + rows * leaf) * static_cast<double>(num_trees_));
    return walk < select;
}

void Forest::add(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
                 const kernels::Table& kernels, Way way) const {
    if (rows.n == 0 || first == last) return;
    const bool walks = way == Way::walk || !can_select_ || (way == Way::choose && prefers_walk(rows.n, first, last));
    if (walks)
        add_by_walk(rows, first, last, sums, arena, kernels);
    else
        add_by_selection(rows, first, last, sums, arena, kernels);
}

void Forest::add_by_walk(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
                         const kernels::Table& kernels) const {
    const Arena::Scope scope(arena);
    const bool by_rank = columns_.ranks(rows);
    auto* keys = arena.take<std::int32_t>(std::max<std::size_t>(columns_.size(), 1) * walk_block);
    auto* leaf = arena.take<std::uint32_t>(trees_at_once * walk_block);
    for (std::size_t done = 0; done < rows.n; done += walk_block) {
        const std::size_t n = std::min(walk_block, rows.n - done);
        const Rows block = rows.from(done, n);
        columns_.keys(block, kernels, keys, walk_block);
        for (std::size_t begin = first; begin < last; begin += trees_at_once) {
            if ((begin - first) % trees_between_questions == 0) ask(arena);
            const std::size_t trees = std::min(trees_at_once, last - begin);
            walks_.leaves(begin, trees, keys, kernels.forest_places, n, by_rank, leaf);
            for (std::size_t t = 0; t < trees; ++t) {
                const double* values = trees_.leaf_value.data() + trees_.leaf_begin[begin + t];
                for (std::size_t i = 0; i < n; ++i) add_leaf(accumulate_, values[leaf[t * n + i]], sums[done + i]);
            }
        }
    }
}

void Forest::add_by_selection(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
                              const kernels::Table& kernels) const {
    constexpr std::size_t block = kernels::forest_block;
    const Arena::Scope scope(arena);
    const bool by_rank = columns_.ranks(rows);
    auto* keys = arena.take<std::int32_t>(columns_.size() * block);
    for (std::size_t done = 0; done < rows.n; done += block) {
        const std::size_t n = std::min(block, rows.n - done);
        const Rows part = rows.from(done, n);
        columns_.keys(part, kernels, keys, block);
        for (const Group& group : groups_)
            if (group.first < last && first < group.last) {
                ask(arena);
                run_group(group, std::max(first, group.first), std::min(last, group.last), keys, by_rank, n,
                          sums + done, arena, kernels);
            }
    }
}

void Forest::run_group(const Group& group, std::size_t first, std::size_t last, const std::int32_t* keys, bool by_rank,
                       std::size_t n, double* sums, Arena& arena, const kernels::Table& kernels) const {
    using kernels::forest_block;
    const Arena::Scope scope(arena);
    const std::size_t words = (n + 31) / 32, row = std::bit_ceil(words);
    auto* rows = arena.take<std::uint32_t>((group.num_rows + kernels::rows_behind) * row);
    auto* numbers = arena.take<std::uint8_t>(trees_at_once * forest_block);
    judge(group, keys, by_rank, words, rows, row, kernels);
    std::optional<ShuffledSums> shuffled;
    if (leaves_.shuffled()) shuffled.emplace(sums, n, kernels);
    for (std::size_t begin = first; begin < last; begin += trees_at_once) {
        const std::size_t count = std::min(trees_at_once, last - begin);
        for (std::size_t t = 0; t < count; ++t)
            number_leaves(begin + t, group, rows, row, numbers + t * forest_block, kernels);
        if (shuffled)
            leaves_.add_shuffled(begin, count, numbers, *shuffled, kernels);
        else
            leaves_.add(begin, count, numbers, n, sums);
    }
    if (shuffled) shuffled->store(sums);
}

/// Rows that a column writes behind its own are those of the next, or are written after.
void Forest::judge(const Group& group, const std::int32_t* keys, bool by_rank, std::size_t words, std::uint32_t* rows,
                   std::size_t row, const kernels::Table& kernels) const {
    const std::uint8_t* pivots = (by_rank ? group.pivots_by_rank : group.pivots).data();
    for (const ColumnConditions& its : group.columns)
        kernels.forest_conditions(keys + its.column * kernels::forest_block, words, pivots + its.pivots, its.levels,
                                  its.end - its.begin, rows + its.begin * row, row);
    std::fill_n(rows + group.zeros * row, row, 0u);
    std::fill_n(rows + (group.zeros + 1u) * row, row, ~0u);
}

/// Prefetches the tree's leaf values too, as they are looked up next.
void Forest::number_leaves(std::size_t tree, const Group& group, std::uint32_t* rows, std::size_t row,
                           std::uint8_t* numbers, const kernels::Table& kernels) const {
    const Program& program = programs_[tree];
    leaves_.fetch(tree);
    if (program.perfect_height != 0)
        return kernels.forest_perfect(perfect_.data() + program.perfect_begin, program.perfect_height, rows, row,
                                      numbers);
    kernels.forest_selects(selects_.data() + program.select_begin, program.num_selects, rows, group.zeros + 2, row);
    kernels.forest_numbers(program.planes.data(), rows, row, numbers);
}

// -- explaining

Forest::Path Forest::path(const Rows& row, std::size_t tree) const {
    const std::size_t begin = trees_.node_begin[tree];
    const bool by_rank = columns_.ranks(row);
    Path path{{}, 0, 0};
    std::int32_t child = trees_.num_nodes(tree) == 0 ? ~0 : 0;
    while (child >= 0) {
        const std::size_t at = begin + static_cast<std::size_t>(child);
        const std::uint32_t condition = columns_.condition_of_node()[at], column = columns_.column_of(condition);
        const std::uint32_t feature = columns_[column].feature;
        const double value = row.at(0, feature);
        const bool right = columns_.key(column, value, by_rank) > columns_.thresholds(by_rank)[condition];
        path.steps.push_back({child, feature, columns_.prepared(column, value), right});
        child = right ? trees_.right[at] : trees_.left[at];
    }
    path.leaf = static_cast<std::uint32_t>(~child);
    path.value = trees_.leaf_value[trees_.leaf_begin[tree] + path.leaf];
    return path;
}

}  // namespace rescora::forest
