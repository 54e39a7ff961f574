/// A forest's distinct split conditions: integer keys of feature values against integer keys of thresholds.
///
/// All rules of the libraries (NaN, zeros, categories) go into the keys, so that trees only evaluate `key > threshold`.
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "forest/rows.h"
#include "forest/trees.h"
#include "kernels/table.h"

namespace rescora::forest {

/// A feature under one rule, or with one set of categories: the left-hand side of conditions.
struct Column {
    std::uint32_t feature;
    std::uint8_t rule;
    std::uint32_t set;                 ///< of categories, if the rule says so
    std::uint32_t begin = 0, end = 0;  ///< its conditions, thresholds ascending
    friend bool operator==(const Column& a, const Column& b) {
        return a.feature == b.feature && a.rule == b.rule && a.set == b.set;
    }
};

/// Keys of no number, below and above all.
constexpr std::int32_t lowest_key = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest_key = std::numeric_limits<std::int32_t>::max();

class Columns {
 public:
    Columns(const Trees& trees, bool wide, Preparations preparations, Budget* budget = nullptr);

    std::size_t size() const { return columns_.size(); }
    const Column& operator[](std::size_t column) const { return columns_[column]; }

    std::size_t num_conditions() const { return keys_.size(); }
    /// The condition and column of each node of all trees.
    const std::vector<std::uint32_t>& condition_of_node() const { return condition_of_node_; }
    std::uint32_t column_of(std::uint32_t condition) const { return column_of_[condition]; }

    /// Whether float64 rows are compared as they are.
    bool wide() const { return wide_; }
    /// Whether these rows are compared as float64, by their rank among a column's thresholds.
    bool ranks(const Rows& rows) const { return wide_ && rows.wide != nullptr; }
    /// Thresholds of all conditions, for rows that are compared by rank or not.
    const std::vector<std::int32_t>& thresholds(bool by_rank) const { return by_rank ? ranks_ : keys_; }

    /// A value's key in a column.
    std::int32_t key(std::size_t column, double value, bool by_rank) const;

    /// Keys of all columns for at most forest_block documents, in the kernels' order: those of column c from
    /// out + c * stride on.
    void keys(const Rows& rows, const kernels::Table& kernels, std::int32_t* out, std::size_t stride) const;

    /// The value as the column's rule leaves it: what an explanation shows.
    double prepared(std::size_t column, double value) const;

 private:
    /// How a kernel makes a column's keys from rows; nothing where it cannot.
    std::optional<kernels::ForestKeyRule> kernel_rule(const Column& column, const Rows& rows) const;
    /// How many of the column's thresholds a value is above.
    std::int32_t rank(const Column& column, double value) const;
    /// Whether the columns from here on are eight neighbours under one rule.
    bool begins_eight(std::size_t column, const Rows& rows) const;
    void ranks_of_one(std::size_t column, const Rows& rows, std::int32_t* keys) const;
    void keys_of_one(std::size_t column, const Rows& rows, const kernels::Table& kernels, std::int32_t* out) const;
    void find_columns(const Trees& trees, Budget* budget);
    bool in_set(const Column& column, double value) const;

    std::vector<Column> columns_;
    std::vector<std::int32_t> keys_, ranks_;
    std::vector<double> thresholds_;
    std::vector<std::uint32_t> column_of_, condition_of_node_;
    std::vector<std::uint32_t> set_begin_, set_words_;
    Preparations preparations_;
    bool wide_;
};

}  // namespace rescora::forest
