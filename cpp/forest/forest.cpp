/// Trees in groups, documents in blocks: conditions to bits, selections among them, numbers of leaves, sums.
#include "forest/forest.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "forest/fetch.h"

namespace rescora::forest {

namespace {

/// Trees whose leaf numbers are kept before they are added: 8 KiB.
constexpr std::size_t chunk = 32;

// -- sums, eight documents in registers

struct Float32 {
    using Sum = float;
    using Leaf = float;
    static void add(float& sum, float leaf) { sum += leaf; }
};
struct Float64 {
    using Sum = double;
    using Leaf = double;
    static void add(double& sum, double leaf) { sum += leaf; }
};
struct Rounded {
    using Sum = float;
    using Leaf = double;
    static void add(float& sum, double leaf) { sum = static_cast<float>(static_cast<double>(sum) + leaf); }
};

/// numbers: forest_block a tree, in turned order; tables: one a tree. Eight documents are those of one byte of a row.
template <class Kind>
void add_leaves(const std::uint8_t* numbers, std::size_t row, const typename Kind::Leaf* const* tables,
                std::size_t trees, std::size_t n, double* sums) {
    constexpr std::size_t lanes = 8;
    for (std::size_t first = 0; first < n; first += lanes) {
        const std::size_t count = std::min(lanes, n - first);
        typename Kind::Sum sum[lanes] = {};
        for (std::size_t k = 0; k < count; ++k) sum[k] = static_cast<typename Kind::Sum>(sums[first + k]);
        for (std::size_t t = 0; t < trees; ++t) {
            const std::uint8_t* its = numbers + t * kernels::forest_block + first / lanes;
            const typename Kind::Leaf* table = tables[t];
#pragma GCC unroll 8
            for (std::size_t k = 0; k < lanes; ++k) Kind::add(sum[k], table[its[kernels::turned(k, row)]]);
        }
        for (std::size_t k = 0; k < count; ++k) sums[first + k] = static_cast<double>(sum[k]);
    }
}

void add_leaf(Accumulate accumulate, double leaf, double& sum) {
    switch (accumulate) {
        case Accumulate::float32:
            sum = static_cast<double>(static_cast<float>(sum) + static_cast<float>(leaf));
            return;
        case Accumulate::float64:
            sum += leaf;
            return;
        case Accumulate::float32_rounded:
            sum = static_cast<double>(static_cast<float>(sum + leaf));
    }
}

}  // namespace

std::size_t Forest::num_conditions() const {
    std::size_t conditions = 0;
    for (const Group& group : groups_) conditions += group.keys.size();
    return conditions;
}

/// Costs in nanoseconds, measured with AVX2 at about 3 GHz; only where they cross matters, not what they are. A step
/// takes 2 where the nodes are in a cache, and some 15 where other work has driven them out: walks wait for memory at
/// every node, while selections are read in a row.
bool Forest::prefers_walk(std::size_t n, std::size_t first, std::size_t last) const {
    if (!can_select_) return true;
    constexpr double step = 5, condition = 0.7, tree = 15, leaf = 0.35;
    const std::size_t words = (std::min(n, kernels::forest_block) + 31) / 32;
    const double selection = words == 1 ? 1.1 : words == 2 ? 1.3 : words <= 4 ? 1.6 : 2.1;
    const std::size_t num_words = (n + 31) / 32, num_blocks = (n + kernels::forest_block - 1) / kernels::forest_block;
    const auto rows = static_cast<double>(n), all_words = static_cast<double>(num_words),
               blocks = static_cast<double>(num_blocks);
    const auto share = static_cast<double>(last - first) / static_cast<double>(num_trees_);
    const double walk = share * rows * step * steps_;
    const double select = all_words * condition * static_cast<double>(num_conditions()) +
                          share * (blocks * selection * static_cast<double>(num_selections()) +
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
    auto* leaf = arena.take<std::uint32_t>(chunk * walk_block);
    for (std::size_t done = 0; done < rows.n; done += walk_block) {
        const std::size_t n = std::min(walk_block, rows.n - done);
        const Rows block = rows.from(done, n);
        columns_.keys(block, kernels, keys, walk_block);
        for (std::size_t begin = first; begin < last; begin += chunk) {
            const std::size_t trees = std::min(chunk, last - begin);
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
            if (group.first < last && first < group.last)
                run_group(group, std::max(first, group.first), std::min(last, group.last), keys, by_rank, n,
                          sums + done, arena, kernels);
    }
}

void Forest::run_group(const Group& group, std::size_t first, std::size_t last, const std::int32_t* keys, bool by_rank,
                       std::size_t n, double* sums, Arena& arena, const kernels::Table& kernels) const {
    using kernels::forest_block;
    const Arena::Scope scope(arena);
    const std::size_t words = (n + 31) / 32, row = std::bit_ceil(words);
    auto* rows = arena.take<std::uint32_t>(group.num_rows * row);
    auto* numbers = arena.take<std::uint8_t>(chunk * forest_block);
    std::fill_n(rows + group.zeros * row, row, 0u);
    std::fill_n(rows + (group.zeros + 1u) * row, row, ~0u);
    const auto& thresholds = by_rank ? group.ranks : group.keys;
    for (const ColumnConditions& its : group.columns)
        kernels.forest_conditions(keys + its.column * forest_block, words, thresholds.data() + its.begin,
                                  its.end - its.begin, rows + its.begin * row, row);

    for (std::size_t begin = first; begin < last; begin += chunk) {
        const std::size_t count = std::min(chunk, last - begin);
        const float* narrow[chunk];
        const double* wide[chunk];
        for (std::size_t t = 0; t < count; ++t) {
            const Program& program = programs_[begin + t];
            kernels.forest_selects(selects_.data() + program.select_begin, program.num_selects, rows, group.zeros + 2,
                                   row);
            kernels.forest_numbers(program.planes.data(), rows, row, numbers + t * forest_block);
            narrow[t] = narrow_table_.data() + program.table_begin;
            wide[t] = wide_table_.data() + program.table_begin;
            if (accumulate_ == Accumulate::float32)
                fetch_ahead(narrow[t], sizeof(float) << program.num_planes);
            else
                fetch_ahead(wide[t], sizeof(double) << program.num_planes);
        }
        switch (accumulate_) {
            case Accumulate::float32:
                add_leaves<Float32>(numbers, row, narrow, count, n, sums);
                break;
            case Accumulate::float64:
                add_leaves<Float64>(numbers, row, wide, count, n, sums);
                break;
            case Accumulate::float32_rounded:
                add_leaves<Rounded>(numbers, row, wide, count, n, sums);
        }
    }
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
