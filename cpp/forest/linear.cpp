/// The weighted sum, in one stated order and precision.
#include "forest/linear.h"

#include <string>

#include "base/error.h"

namespace rescora::forest {

void Linear::check(std::size_t num_features) const {
    if (feature.size() != weight.size())
        throw InvalidArgument("weight has " + std::to_string(weight.size()) + " entries, feature has " +
                              std::to_string(feature.size()));
    for (std::size_t i = 0; i < feature.size(); ++i)
        if (feature[i] < 0 || static_cast<std::size_t>(feature[i]) >= num_features)
            throw InvalidArgument("term " + std::to_string(i) + ": feature " + std::to_string(feature[i]) +
                                  " is beyond the " + std::to_string(num_features) + " features");
}

void Linear::add(const Rows& rows, double* sums) const {
    for (std::size_t i = 0; i < rows.n; ++i) {
        float narrow = static_cast<float>(sums[i]);
        double wide = sums[i];
        for (std::size_t t = 0; t < feature.size(); ++t) {
            const auto at = static_cast<std::size_t>(feature[t]);
            double value = rows.at(i, at);
            if (!preparations.empty()) value = preparations[at](value);
            if (skips_nan && value != value) continue;
            narrow += static_cast<float>(value) * static_cast<float>(weight[t]);
            wide += value * weight[t];
        }
        sums[i] = float32 ? static_cast<double>(narrow) : wide;
    }
}

}  // namespace rescora::forest
