/// A forest's split conditions over a block of documents: values to keys, keys to bits.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// Documents that one bit select handles at once, at most: the bits of a row of 1, 2, 4 or 8 words of 32. The fewer
/// words a row has, the more rows a cache holds.
constexpr std::size_t forest_block = 256;

/// Keys of values that do not take their numeric order.
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
/// own, which ForestConditions and ForestAddLeaves know.
using ForestKeys = void(const float* values, std::ptrdiff_t stride, std::size_t n, const ForestKeyRule& rule,
                        std::int32_t* keys);

/// The keys of eight features that stand side by side in rows: column c's from keys + c * stride on.
///
///     keys of feature c and document i, from values[i * row_stride + c]
///
/// As ForestKeys for each, but the rows are read in place and transposed in registers.
using ForestKeysOfEight = void(const float* values, std::ptrdiff_t row_stride, std::size_t n, const ForestKeyRule& rule,
                               std::int32_t* keys, std::size_t stride);

/// The same order for keys that were made elsewhere.
using ForestOrder = void(const std::int32_t* in, std::size_t n, std::int32_t* keys);

/// Thresholds of a column that are evaluated together, at most: the number of them below a key, its rank, is a byte.
constexpr std::size_t most_ranked = 255;

/// The search for ranks. Level l has 2^l pivots: of thresholds that ascend, number (2 i + 1) * 2^(levels - 1 - l) - 1
/// for each i, or the highest number where there are not so many. The first levels are a register each, the others byte
/// tables; those of a level begin at byte pivots_before[level].
constexpr std::size_t registers_of_pivots = 4;
constexpr std::size_t pivots_of_register = 8;
constexpr std::size_t pivots_before[] = {0, 32, 64, 96, 128, 192, 320, 576, 1088};

/// Rows behind those of a column that its conditions may write too, for a register holds several short rows.
constexpr std::size_t rows_behind = 7;

/// One column's conditions. Document d's is bit d / bytes of byte d % bytes of a row, which has 4 * row bytes: so eight
/// rows of one document's bits are turned to its number with no byte leaving its place.
///
///     bit of document d in row c = key of document d > threshold c
///
/// where documents behind the last word have bits of 0.
///
/// Shapes  keys: 32 * words, from ForestKeys. pivots: pivots_before[levels] bytes, of n thresholds, 1 to most_ranked;
///         levels: the bits of n. bits: n rows, and rows_behind behind them, of `row` words, 1, 2, 4 or 8 and at least
///         `words`, aligned to their size.
using ForestConditions = void(const std::int32_t* keys, std::size_t words, const std::uint8_t* pivots,
                              std::size_t levels, std::size_t n, std::uint32_t* bits, std::size_t row);

}  // namespace rescora::kernels
