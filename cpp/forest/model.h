/// A trained model: a tree ensemble or a linear model, and the transform of its sum to a score.
#pragma once
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "forest/forest.h"
#include "forest/linear.h"

namespace rescora::forest {

/// The objective's transform of the raw score.
enum class Transform : std::uint8_t {
    identity,
    sigmoid,          ///< 1 / (1 + exp(-slope x)), float64
    sigmoid_float32,  ///< 1 / (expf(min(-x, 88.7f)) + 1 + 1e-16f), float32: XGBoost's
    exp,
    exp_float32,
    signed_square,  ///< x |x|
    log1p_exp,      ///< log(1 + exp(x))
};

/// In this order: sum, mean, scale and bias give the raw score; divide, transform and shift the output.
struct Output {
    bool mean = false;  ///< the sum is divided by the number of trees
    std::optional<double> scale, bias;
    std::optional<double> divide;
    Transform transform = Transform::identity;
    double slope = 1;
    double shift = 0;
};

/// Which scores are wanted: those before the objective's transform, or after it.
enum class Scores : std::uint8_t { raw, output };

/// Opt-in: all documents are scored by the first trees, only the best of them by all.
struct EarlyExit {
    std::size_t after_trees;
    std::size_t keep;
};

class Model {
 public:
    /// base: where sums start. groups: trees in each of several ensembles whose sums are averaged; empty for one.
    /// Throws InvalidArgument for groups that are not all trees.
    Model(std::variant<Forest, Linear> kind, std::size_t num_features, double base, std::vector<std::size_t> groups,
          Output output);

    std::size_t num_features() const { return num_features_; }
    std::size_t num_trees() const { return forest() == nullptr ? 0 : forest()->size(); }
    /// Ensembles whose sums are averaged; 0 for a weighted sum.
    std::size_t num_groups() const { return forest() == nullptr ? 0 : groups_.empty() ? 1 : groups_.size(); }
    const Forest* forest() const { return std::get_if<Forest>(&kind_); }
    const Output& output() const { return output_; }

    /// One score a row.
    void score(const Rows& rows, Scores wanted, double* scores, Arena& arena,
               const kernels::Table& kernels = kernels::active(), Way way = Way::choose) const;

    /// Scores the best `keep` rows after `after_trees` trees to the end, and says which: their numbers, ascending, and
    /// scores for these alone. Of equal sums the lower row is better. Needs a forest of one ensemble.
    std::vector<std::uint32_t> score_best(const Rows& rows, EarlyExit exit, double* scores, Arena& arena) const;

 private:
    double finished(double sum, Scores wanted) const;
    void add_groups(const Forest& forest, const Rows& rows, double* sums, Arena& arena, const kernels::Table& kernels,
                    Way way) const;

    std::variant<Forest, Linear> kind_;
    std::size_t num_features_;
    double base_;
    std::vector<std::size_t> groups_;
    Output output_;
};

}  // namespace rescora::forest
