/// A forest over a block of documents: conditions as bits, trees as selections among bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Documents that one selection decides at once.
constexpr std::size_t forest_block = 256;
constexpr std::size_t forest_words = forest_block / 32;  ///< of 32 documents each

/// Keys of values whose order is not their own.
struct ForestKeyRule {
    float small = 0;    ///< |x| <= small has the key `zero_key`: 0 means both zeros
    float largest = 0;  ///< |x| > largest, and NaN, have the key `nan_key`
    std::int32_t zero_key = 0, nan_key = 0;
};

/// Values as integers in the order of the numbers:
///
///     key[i] = ordered bits of values[i * stride], or as the rule says
///
/// Behind n follow keys of 0, up to a multiple of 32. Within each 32 documents keys stand in an order of the kernel's
/// own, which ForestConditions knows.
using ForestKeys = void(const float* values, std::ptrdiff_t stride, std::size_t n, const ForestKeyRule& rule,
                        std::int32_t* keys);

/// The same order for keys that were made elsewhere.
using ForestOrder = void(const std::int32_t* in, std::size_t n, std::int32_t* keys);

/// One column's conditions:
///
///     bit d of bits[c * forest_words + w] = keys of document 32 w + d > thresholds[c]
///
/// Shapes  keys: 32 * words, from ForestKeys. thresholds: n.
using ForestConditions = void(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds,
                              std::size_t n, std::uint32_t* bits);

/// Rows of `forest_block` bits by their numbers: out = condition ? right : left, bit by bit.
struct ForestSelect {
    std::uint16_t condition, left, right, out;
};

/// Runs n selections, one after another, over rows.
using ForestSelects = void(const ForestSelect* selects, std::size_t n, std::uint32_t* rows);

/// Each document's number from its bits: leaf[d] = sum of bit d of rows[planes[p]] << p.
///
/// Shapes  planes: n, at most 8. leaf: 32 * words.
using ForestNumbers = void(const std::uint16_t* planes, std::size_t n, const std::uint32_t* rows, std::size_t words,
                           std::uint8_t* leaf);

}  // namespace rescora::kernels
