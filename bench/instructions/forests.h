/// Forests in the form of LightGBM and XGBoost, with random trees, and rows to score.
#pragma once
#include <deque>

#include "collection.h"
#include "forest/model.h"

namespace instructions {

/// Where trees grow: at any leaf, as LightGBM's leaf-wise growth ends up, or level by level, as XGBoost's.
enum class Growth : std::uint8_t { any_leaf, level_by_level };

struct Shape {
    std::uint32_t num_trees, num_leaves, num_features;
    Growth growth;
};

/// Libraries cut each feature into so many bins, so trees share their thresholds.
constexpr std::uint32_t num_bins = 255;

class ForestMaker {
 public:
    explicit ForestMaker(const Shape& shape) : shape_(shape) {}

    forest::Trees trees() {
        made_.node_begin = made_.leaf_begin = {0};
        for (std::uint32_t tree = 0; tree < shape_.num_trees; ++tree) add_tree();
        return made_;
    }

 private:
    void add_tree() {
        const std::size_t begin = made_.left.size();
        made_.left.resize(begin + shape_.num_leaves - 1);
        made_.right.resize(begin + shape_.num_leaves - 1);
        std::deque<std::int32_t*> open;  // children that are not there yet
        for (std::uint32_t node = 0; node + 1 < shape_.num_leaves; ++node) {
            if (node > 0) *take(open) = static_cast<std::int32_t>(node);
            open.push_back(&made_.left[begin + node]);
            open.push_back(&made_.right[begin + node]);
            add_condition();
        }
        for (std::int32_t leaf = 0; !open.empty(); ++leaf) {
            *take(open) = ~leaf;
            made_.leaf_value.push_back(static_cast<double>(static_cast<float>(random_.unit() - 0.5)));
        }
        made_.node_begin.push_back(static_cast<std::uint32_t>(made_.feature.size()));
        made_.leaf_begin.push_back(static_cast<std::uint32_t>(made_.leaf_value.size()));
    }

    std::int32_t* take(std::deque<std::int32_t*>& open) {
        const std::size_t at =
            shape_.growth == Growth::any_leaf ? random_.below(static_cast<std::uint32_t>(open.size())) : 0;
        std::int32_t* const child = open[at];
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
        return child;
    }

    void add_condition() {
        made_.feature.push_back(static_cast<std::int32_t>(random_.below(shape_.num_features)));
        made_.threshold.push_back(static_cast<double>(1 + random_.below(num_bins)) / (num_bins + 1));
        made_.rule.push_back(random_.below(2) == 0 ? forest::rule::nan_left : std::uint8_t{0});
    }

    Shape shape_;
    Random random_{11};
    forest::Trees made_;
};

/// Compared and summed in float64.
inline std::shared_ptr<const forest::Model> make_lightgbm(std::uint32_t num_trees, std::uint32_t num_features) {
    const Shape shape{num_trees, 31, num_features, Growth::any_leaf};
    forest::Forest forest(ForestMaker(shape).trees(), num_features, forest::Accumulate::float64, true, {});
    return std::make_shared<const forest::Model>(std::move(forest), num_features, 0.0, std::vector<std::size_t>{},
                                                 forest::Output{});
}

/// Compared and summed in float32.
inline std::shared_ptr<const forest::Model> make_xgboost(std::uint32_t num_trees, std::uint32_t num_features) {
    const Shape shape{num_trees, 64, num_features, Growth::level_by_level};
    forest::Forest forest(ForestMaker(shape).trees(), num_features, forest::Accumulate::float32, false, {});
    return std::make_shared<const forest::Model>(std::move(forest), num_features, 0.5, std::vector<std::size_t>{},
                                                 forest::Output{});
}

/// One row after another, of values in [0, 1).
template <class Value>
std::vector<Value> make_rows(std::size_t n, std::size_t num_features) {
    Random random(13);
    std::vector<Value> values(n * num_features);
    for (Value& value : values) value = static_cast<Value>(random.unit());
    return values;
}

}  // namespace instructions
