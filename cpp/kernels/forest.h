/// The conditions of a forest over a block of documents: values to keys, keys to bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Documents that one selection decides at once, at most. They are bits of a row of 1, 2, 4 or 8 words of 32: the fewer
/// words a row has, the more rows a cache holds.
constexpr std::size_t forest_block = 256;

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

/// The keys of eight features that stand side by side in rows: column c's from keys + c * stride on.
///
///     keys of feature c and document i, from values[i * row_stride + c]
///
/// As ForestKeys for each, but the rows are read where they lie and turned in registers.
using ForestKeysOfEight = void(const float* values, std::ptrdiff_t row_stride, std::size_t n, const ForestKeyRule& rule,
                               std::int32_t* keys, std::size_t stride);

/// The same order for keys that were made elsewhere.
using ForestOrder = void(const std::int32_t* in, std::size_t n, std::int32_t* keys);

/// One column's conditions:
///
///     bit d of bits[c * row + w] = keys of document 32 w + d > thresholds[c]
///
/// Shapes  keys: 32 * words, from ForestKeys. thresholds: n. bits: n rows of `row` words, at least `words`.
using ForestConditions = void(const std::int32_t* keys, std::size_t words, const std::int32_t* thresholds,
                              std::size_t n, std::uint32_t* bits, std::size_t row);

}  // namespace rescora::kernels
