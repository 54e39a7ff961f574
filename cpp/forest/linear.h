/// A linear model: a weighted sum of features.
#pragma once
#include <cstdint>
#include <vector>

#include "forest/rows.h"

namespace rescora::forest {

struct Linear {
    std::vector<std::int32_t> feature;  ///< in the order in which products are added
    std::vector<double> weight;
    bool float32 = false;    ///< weights, products and sums are float32; else float64
    bool skips_nan = false;  ///< NaN adds nothing
    Preparations preparations;

    /// Throws InvalidArgument where a feature is beyond the features, or lengths differ.
    void check(std::size_t num_features) const;

    /// sums[i] += the products of row i, one after another.
    void add(const Rows& rows, double* sums) const;
};

}  // namespace rescora::forest
