/// Leaf values by leaf number, and their accumulation in the order and precision of each library.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/table.h"

namespace rescora::forest {

/// The precision in which leaves are summed.
enum class Accumulate : std::uint8_t {
    float32,          ///< leaves and sums are float32
    float64,          ///< leaves and sums are float64
    float32_rounded,  ///< added in float64, rounded to float32 after each tree
};

/// Adds one leaf; sums hold float32 numbers, unless they are summed in float64.
void add_leaf(Accumulate accumulate, double leaf, double& sum);

/// Trees whose leaf numbers are kept before they are added: 8 KiB.
constexpr std::size_t trees_at_once = 32;

/// A block's sums while a kernel adds to them: float32, in the order that it has them in.
class ShuffledSums {
 public:
    ShuffledSums(const double* sums, std::size_t n, const kernels::Table& kernels);
    std::size_t size() const { return n_; }
    float* data() { return sums_; }
    void store(double* sums) const;

 private:
    std::size_t n_;
    std::uint8_t place_[kernels::forest_block];
    float sums_[kernels::forest_block] = {};
};

/// The values of all trees' leaves: doubles, floats, or, where tables are small enough, bytes that a kernel shuffles.
class LeafTables {
 public:
    LeafTables() = default;
    /// values: those of each tree, by number; a power of two of them.
    LeafTables(Accumulate accumulate, std::span<const std::vector<double>> values);

    /// Whether all tables are small enough for look-ups by byte shuffles, without memory accesses.
    bool shuffled() const { return shuffled_; }

    /// Adds the leaf values of some trees, at most `trees_at_once`, to the sums of n documents.
    ///
    /// Shapes  numbers: forest_block a tree. sums: n.
    void add(std::size_t first, std::size_t trees, const std::uint8_t* numbers, std::size_t n, double* sums) const;

    /// The same, where tables are shuffled.
    void add_shuffled(std::size_t first, std::size_t trees, const std::uint8_t* numbers, ShuffledSums& sums,
                      const kernels::Table& kernels) const;

    /// Prefetches a tree's values.
    void fetch(std::size_t tree) const;

 private:
    template <class Kind>
    void add_of(std::span<const typename Kind::Leaf> values, std::size_t first, std::size_t trees,
                const std::uint8_t* numbers, std::size_t n, double* sums) const;

    Accumulate accumulate_ = Accumulate::float64;
    bool shuffled_ = false;
    std::size_t sixteens_ = 1;        ///< of values in each table that is shuffled
    std::vector<std::size_t> begin_;  ///< trees + 1, into the table that is in use
    std::vector<float> narrow_;
    std::vector<double> wide_;
    std::vector<std::uint8_t> bytes_;  ///< byte tables
};

}  // namespace rescora::forest
