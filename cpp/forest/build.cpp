/// Compiles trees: groups with shared conditions, and for each tree a perfect tree or bit selects.
#include <algorithm>
#include <bit>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "base/budget.h"
#include "forest/byte_table.h"
#include "forest/forest.h"
#include "forest/perfect.h"

namespace rescora::forest {

namespace {

/// Conditions of a group: 32 bytes each a block. Smaller groups would leave the second-level cache less often, but
/// conditions that several groups have in common are evaluated in each: that costs more.
constexpr std::size_t most_conditions = 60'000;
static_assert(most_conditions + 2 + std::size_t{8} * most_numbered_leaves <= 65'536,
              "selections number rows in 16 bits");

/// Lays thresholds out as kernels::ForestConditions wants them.
void append_pivots(std::span<const std::int32_t> thresholds, std::size_t levels, std::vector<std::uint8_t>& pivots) {
    for (std::size_t level = 0; level < levels; ++level) {
        const std::size_t step = std::size_t{1} << (levels - level);
        std::vector<std::uint32_t> its(std::size_t{1} << level, static_cast<std::uint32_t>(highest_key));
        for (std::size_t i = 0; i < its.size() && i * step + step / 2 <= thresholds.size(); ++i)
            its[i] = static_cast<std::uint32_t>(thresholds[i * step + step / 2 - 1]);
        if (level >= kernels::registers_of_pivots) {
            append_byte_table(its, its.size() / kernels::values_of_sixteen, pivots);
        } else {
            its.resize(kernels::pivots_of_register);
            const auto* bytes = reinterpret_cast<const std::uint8_t*>(its.data());
            pivots.insert(pivots.end(), bytes, bytes + its.size() * sizeof(std::uint32_t));
        }
    }
}

/// A node of a perfect tree takes less than half the time of a select.
bool pays_as_perfect(unsigned height, std::size_t selects) {
    return height <= most_planes && (std::size_t{1} << height) - 1 < 2 * selects;
}

}  // namespace

Forest::Forest(const Trees& trees, std::size_t num_features, Accumulate accumulate, bool wide,
               Preparations preparations, Budget* budget)
    : trees_((check_trees(trees, num_features, budget), trees)),
      num_trees_(trees.size()),
      num_features_(num_features),
      accumulate_(accumulate),
      columns_(trees_, wide, std::move(preparations), budget),
      walks_(trees_, columns_, budget) {
    can_select_ = true;
    for (std::size_t tree = 0; tree < num_trees_; ++tree) {
        can_select_ &= trees_.num_leaves(tree) <= most_numbered_leaves;
        steps_ += walks_.steps(tree);
    }
    if (can_select_) make_groups(budget);
}

std::vector<std::uint32_t> Forest::conditions_of(std::size_t tree) const {
    const auto begin = columns_.condition_of_node().begin();
    std::vector<std::uint32_t> conditions(begin + trees_.node_begin[tree], begin + trees_.node_begin[tree + 1]);
    std::ranges::sort(conditions);
    conditions.erase(std::ranges::unique(conditions).begin(), conditions.end());
    return conditions;
}

void Forest::make_groups(Budget* budget) {
    Values values;
    std::vector<std::uint32_t> conditions;
    std::size_t first = 0;
    for (std::size_t tree = 0; tree < num_trees_; ++tree) {
        ask(budget);
        const std::vector<std::uint32_t> its = conditions_of(tree);
        std::vector<std::uint32_t> both;
        std::ranges::set_union(conditions, its, std::back_inserter(both));
        if (both.size() > most_conditions && tree > first) {
            make_group(first, tree, conditions, values, budget);
            first = tree;
            both = its;
        }
        conditions = std::move(both);
    }
    make_group(first, num_trees_, conditions, values, budget);
    leaves_ = LeafTables(accumulate_, values);
}

void Forest::make_group(std::size_t first, std::size_t last, const std::vector<std::uint32_t>& conditions,
                        Values& values, Budget* budget) {
    Group group;
    group.first = first;
    group.last = last;
    for (std::uint32_t place = 0; place < conditions.size(); ++place) {
        const std::uint32_t column = columns_.column_of(conditions[place]);
        if (group.columns.empty() || group.columns.back().column != column ||
            place - group.columns.back().begin == kernels::most_ranked)
            group.columns.push_back({column, place, place});
        ++group.columns.back().end;
    }
    add_pivots(conditions, group);
    group.zeros = static_cast<std::uint32_t>(conditions.size());
    group.num_rows = conditions.size() + 2u;
    for (std::size_t tree = first; tree < last; ++tree) {
        ask(budget);
        values.push_back(make_program(tree, conditions, group));
    }
    groups_.push_back(std::move(group));
}

void Forest::add_pivots(const std::vector<std::uint32_t>& conditions, Group& group) const {
    for (ColumnConditions& its : group.columns) {
        its.levels = static_cast<std::uint32_t>(std::bit_width(its.end - its.begin));
        its.pivots = static_cast<std::uint32_t>(group.pivots.size());
        for (const bool by_rank : {false, true}) {
            if (by_rank && !columns_.wide()) continue;
            std::vector<std::int32_t> thresholds;
            for (std::uint32_t place = its.begin; place < its.end; ++place)
                thresholds.push_back(columns_.thresholds(by_rank)[conditions[place]]);
            append_pivots(thresholds, its.levels, by_rank ? group.pivots_by_rank : group.pivots);
        }
    }
}

std::vector<double> Forest::make_program(std::size_t tree, const std::vector<std::uint32_t>& conditions, Group& group) {
    std::vector<std::uint32_t> rows(trees_.num_nodes(tree));
    for (std::size_t node = 0; node < rows.size(); ++node) {
        const std::uint32_t condition = columns_.condition_of_node()[trees_.node_begin[tree] + node];
        rows[node] = static_cast<std::uint32_t>(std::ranges::lower_bound(conditions, condition) - conditions.begin());
    }
    Program& program = programs_.emplace_back();
    const Selections made = select(trees_, tree, rows, group.zeros);
    if (const unsigned its = height(trees_, tree, most_planes); pays_as_perfect(its, made.selects.size())) {
        const Perfect whole = perfect(trees_, tree, its, rows, group.zeros);
        program.perfect_height = its;
        program.perfect_begin = perfect_.size();
        perfect_.insert(perfect_.end(), whole.conditions.begin(), whole.conditions.end());
        return values_by_number(tree, its, whole.leaves);
    }
    program.select_begin = selects_.size();
    program.num_selects = made.selects.size();
    program.planes.fill(group.zeros);
    std::ranges::copy(made.planes, program.planes.begin());
    selects_.insert(selects_.end(), made.selects.begin(), made.selects.end());
    group.num_rows = std::max<std::size_t>(group.num_rows, group.zeros + 2 + made.selects.size());
    return values_by_number(tree, made.planes.size(), made.leaves);
}

/// A number that no leaf has is never looked up.
std::vector<double> Forest::values_by_number(std::size_t tree, std::size_t planes,
                                             std::span<const LeafNumber> leaves) const {
    std::vector<double> values(std::size_t{1} << planes);
    for (std::size_t number = 0; number < values.size(); ++number)
        for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf)
            if (((number ^ leaves[leaf].bits) & leaves[leaf].cares) == 0)
                values[number] = trees_.leaf_value[trees_.leaf_begin[tree] + leaf];
    return values;
}

}  // namespace rescora::forest
