/// A forest's trees over a block of documents: bits of conditions to leaf numbers, leaf values to sums.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// The numbers of three rows.
struct ForestSelect {
    std::uint16_t condition, left, right;
};

/// Runs n bit selects, one after another, each into the next row from `out` on:
///
///     rows[out + i] = condition ? right : left, bit by bit
///
/// Needs  rows of `row` words, 1, 2, 4 or 8, aligned to their size.
using ForestSelects = void(const ForestSelect* selects, std::size_t n, std::uint32_t* rows, std::size_t out,
                           std::size_t row);

/// Each document's number from its bits:
///
///     leaf[d] = sum of document d's bit in row planes[p] << p
///
/// Shapes  planes: 8. rows: of `row` words, 1, 2, 4 or 8, aligned to their size. leaf: 32 * row.
using ForestNumbers = void(const std::uint32_t* planes, const std::uint32_t* rows, std::size_t row, std::uint8_t* leaf);

/// The numbers of a perfect tree's leaves, from the conditions of its nodes alone: bit h of a number says which half of
/// a subtree of height h + 1 a document comes to, 1 the right.
///
/// Shapes  conditions: rows of a tree of `height` 1 to 8: those of its left half, those of its right, that of its root.
///         rows: of `row` words, 1, 2, 4 or 8, aligned to their size. leaf: 32 * row.
using ForestPerfect = void(const std::uint16_t* conditions, std::size_t height, const std::uint32_t* rows,
                           std::size_t row, std::uint8_t* leaf);

/// Values of a table that ForestAddLeaves looks into, at most.
constexpr std::size_t most_shuffled_leaves = 64;

/// Adds the leaves of some trees to the sums of documents, a tree after the other:
///
///     sums[place(i)] += table t[leaf[t * forest_block + i]]
///
/// where `place` is the order that keys have within each 32.
///
/// Shapes  leaf: forest_block a tree, of which n count, a multiple of 32, all below 16 * sixteens. sums: n. tables: one
///         byte table a tree, of 1, 2 or 4 sixteens of float32 values.
using ForestAddLeaves = void(const std::uint8_t* leaf, std::size_t n, const std::uint8_t* tables, std::size_t sixteens,
                             std::size_t trees, float* sums);

}  // namespace rescora::kernels
