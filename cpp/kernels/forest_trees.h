/// The trees of a forest over a block of documents: from the bits of conditions to the numbers of leaves.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// The numbers of three rows.
struct ForestSelect {
    std::uint16_t condition, left, right;
};

/// Runs n selections, one after another, each into the next row from `out` on:
///
///     rows[out + i] = condition ? right : left, bit by bit
///
/// Needs  rows of `row` words, 1, 2, 4 or 8, aligned to their size.
using ForestSelects = void(const ForestSelect* selects, std::size_t n, std::uint32_t* rows, std::size_t out,
                           std::size_t row);

/// Where a document's number stands. Byte b of a row of bits is that of documents 8 b to 8 b + 7, and byte b of eight
/// rows is a matrix of 8 x 8 bits. Turned, it has a number in each row, still at byte b: nothing has to move there.
constexpr std::size_t turned(std::size_t document, std::size_t row) {
    return document % 8 * 4 * row + document / 8;
}

/// Each document's number from its bits:
///
///     leaf[turned(d, row)] = sum of bit d of row planes[p] << p
///
/// Shapes  planes: 8. rows: of `row` words, 1, 2, 4 or 8, aligned to their size. leaf: 32 * row.
using ForestNumbers = void(const std::uint32_t* planes, const std::uint32_t* rows, std::size_t row, std::uint8_t* leaf);

}  // namespace rescora::kernels
