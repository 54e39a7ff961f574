/// Look-up of leaf values, for eight documents at a time or by the shuffle kernel.
#include "forest/leaf_tables.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "forest/byte_table.h"
#include "forest/fetch.h"

namespace rescora::forest {

namespace {

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

}  // namespace

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

ShuffledSums::ShuffledSums(const double* sums, std::size_t n, const kernels::Table& kernels) : n_(n) {
    for (std::size_t d = 0; d < n; ++d) {
        place_[d] = static_cast<std::uint8_t>(d - d % 32 + kernels.forest_places[d % 32]);
        sums_[place_[d]] = static_cast<float>(sums[d]);
    }
}

void ShuffledSums::store(double* sums) const {
    for (std::size_t d = 0; d < n_; ++d) sums[d] = static_cast<double>(sums_[place_[d]]);
}

LeafTables::LeafTables(Accumulate accumulate, std::span<const std::vector<double>> values) : accumulate_(accumulate) {
    const bool narrow = accumulate == Accumulate::float32;
    std::size_t largest = kernels::values_of_sixteen;
    for (const std::vector<double>& its : values) largest = std::max(largest, its.size());
    shuffled_ = narrow && largest <= kernels::most_shuffled_leaves;
    sixteens_ = largest / kernels::values_of_sixteen;
    begin_.push_back(0);
    for (const std::vector<double>& its : values) {
        if (shuffled_) {
            std::vector<std::uint32_t> bits;
            for (const double value : its) bits.push_back(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
            append_byte_table(bits, sixteens_, bytes_);
        } else if (narrow)
            std::ranges::transform(its, std::back_inserter(narrow_), [](double v) { return static_cast<float>(v); });
        else
            wide_.insert(wide_.end(), its.begin(), its.end());
        begin_.push_back(shuffled_ ? bytes_.size() : narrow ? narrow_.size() : wide_.size());
    }
}

void LeafTables::add(std::size_t first, std::size_t trees, const std::uint8_t* numbers, std::size_t n,
                     double* sums) const {
    switch (accumulate_) {
        case Accumulate::float32:
            return add_of<Float32>(narrow_, first, trees, numbers, n, sums);
        case Accumulate::float64:
            return add_of<Float64>(wide_, first, trees, numbers, n, sums);
        case Accumulate::float32_rounded:
            return add_of<Rounded>(wide_, first, trees, numbers, n, sums);
    }
}

template <class Kind>
void LeafTables::add_of(std::span<const typename Kind::Leaf> values, std::size_t first, std::size_t trees,
                        const std::uint8_t* numbers, std::size_t n, double* sums) const {
    constexpr std::size_t lanes = 8;
    const typename Kind::Leaf* tables[trees_at_once];
    for (std::size_t t = 0; t < trees; ++t) tables[t] = values.data() + begin_[first + t];
    for (std::size_t done = 0; done < n; done += lanes) {
        const std::size_t count = std::min(lanes, n - done);
        typename Kind::Sum sum[lanes] = {};
        for (std::size_t k = 0; k < count; ++k) sum[k] = static_cast<typename Kind::Sum>(sums[done + k]);
        for (std::size_t t = 0; t < trees; ++t) {
            const std::uint8_t* its = numbers + t * kernels::forest_block + done;
            const typename Kind::Leaf* table = tables[t];
#pragma GCC unroll 8
            for (std::size_t k = 0; k < lanes; ++k) Kind::add(sum[k], table[its[k]]);
        }
        for (std::size_t k = 0; k < count; ++k) sums[done + k] = static_cast<double>(sum[k]);
    }
}

void LeafTables::add_shuffled(std::size_t first, std::size_t trees, const std::uint8_t* numbers, ShuffledSums& sums,
                              const kernels::Table& kernels) const {
    kernels.forest_add_leaves(numbers, (sums.size() + 31) / 32 * 32, bytes_.data() + begin_[first], sixteens_, trees,
                              sums.data());
}

void LeafTables::fetch(std::size_t tree) const {
    const std::size_t begin = begin_[tree], values = begin_[tree + 1] - begin;
    if (shuffled_)
        fetch_ahead(bytes_.data() + begin, values);
    else if (accumulate_ == Accumulate::float32)
        fetch_ahead(narrow_.data() + begin, values * sizeof(float));
    else
        fetch_ahead(wide_.data() + begin, values * sizeof(double));
}

}  // namespace rescora::forest
