/// A tree ensemble compiled to score blocks of documents: the sum of one leaf per tree, in the order of the trees.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/arena.h"
#include "forest/columns.h"
#include "forest/leaf_tables.h"
#include "forest/selections.h"
#include "forest/trees.h"
#include "forest/walk.h"
#include "kernels/table.h"

namespace rescora::forest {

/// How trees are evaluated: node by node, or by branch-free bit selects; `choose` compares their costs.
enum class Way : std::uint8_t { choose, walk, select };

class Forest {
 public:
    /// wide: whether float64 values are compared as they are. Throws InvalidArgument for what are no trees; Stopped.
    Forest(const Trees& trees, std::size_t num_features, Accumulate accumulate, bool wide, Preparations preparations,
           Budget* budget = nullptr);

    std::size_t size() const { return num_trees_; }
    std::size_t num_features() const { return num_features_; }
    /// Conditions that are evaluated for a block of documents.
    std::size_t num_conditions() const;
    Accumulate accumulate() const { return accumulate_; }

    /// sums[i] += the leaves of trees [first, last) for row i, in their order. sums hold float32 numbers, unless the
    /// forest is summed in float64.
    void add(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
             const kernels::Table& kernels = kernels::active(), Way way = Way::choose) const;

    /// A node on a row's path through a tree.
    struct Step {
        std::int32_t node;
        std::uint32_t feature;
        double value;  ///< as the node looks at it
        bool right;
    };
    struct Path {
        std::vector<Step> steps;
        std::uint32_t leaf;
        double value;  ///< of the leaf
    };
    Path path(const Rows& row, std::size_t tree) const;

    const Trees& trees() const { return trees_; }

 private:
    /// Conditions of one column in a group's order, as many as ranks tell apart, and the search for these.
    struct ColumnConditions {
        std::uint32_t column, begin, end;
        std::uint32_t levels = 0, pivots = 0;
    };
    /// Trees that share conditions, as many as keep these in the second-level cache.
    struct Group {
        std::size_t first = 0, last = 0;
        std::vector<ColumnConditions> columns;
        std::vector<std::uint8_t> pivots, pivots_by_rank;  ///< for keys, and for those that are ranks in a column
        std::uint32_t zeros = 0;                           ///< a row of zeros; one of ones follows
        std::size_t num_rows = 0;
    };
    /// How a tree's leaves are numbered, with its share of the arrays below.
    struct Program {
        unsigned perfect_height = 0;  ///< 0 for a tree that is run by selects
        std::size_t perfect_begin = 0;
        std::size_t select_begin = 0, num_selects = 0;
        std::array<std::uint32_t, most_planes> planes = {};  ///< the row of zeros where a number has no such bit
    };

    /// The leaf values of each tree, by number.
    using Values = std::vector<std::vector<double>>;

    void make_groups(Budget* budget);
    std::vector<std::uint32_t> conditions_of(std::size_t tree) const;
    void add_pivots(const std::vector<std::uint32_t>& conditions, Group& group) const;
    void make_group(std::size_t first, std::size_t last, const std::vector<std::uint32_t>& conditions, Values& values,
                    Budget* budget);
    std::vector<double> make_program(std::size_t tree, const std::vector<std::uint32_t>& conditions, Group& group);
    std::vector<double> values_by_number(std::size_t tree, std::size_t planes,
                                         std::span<const LeafNumber> leaves) const;
    bool prefers_walk(std::size_t n, std::size_t first, std::size_t last) const;

    void add_by_walk(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
                     const kernels::Table& kernels) const;
    void add_by_selection(const Rows& rows, std::size_t first, std::size_t last, double* sums, Arena& arena,
                          const kernels::Table& kernels) const;
    void run_group(const Group& group, std::size_t first, std::size_t last, const std::int32_t* keys, bool by_rank,
                   std::size_t n, double* sums, Arena& arena, const kernels::Table& kernels) const;
    void judge(const Group& group, const std::int32_t* keys, bool by_rank, std::size_t words, std::uint32_t* rows,
               std::size_t row, const kernels::Table& kernels) const;
    void number_leaves(std::size_t tree, const Group& group, std::uint32_t* rows, std::size_t row,
                       std::uint8_t* numbers, const kernels::Table& kernels) const;

    Trees trees_;
    std::size_t num_trees_, num_features_;
    Accumulate accumulate_;
    Columns columns_;
    Walks walks_;
    bool can_select_;
    std::vector<Group> groups_;
    std::vector<Program> programs_;
    std::vector<kernels::ForestSelect> selects_;
    std::vector<std::uint16_t> perfect_;  ///< conditions of perfect trees
    LeafTables leaves_;
    double steps_ = 0;
};

}  // namespace rescora::forest
