/// Scores from sums, in the arithmetic of the library that trained the model.
#include "forest/model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>

#include "base/error.h"
#include "base/java_math.h"

namespace rescora::forest {

namespace {

/// Nearly always rounded correctly, so within a unit in the last place of every library's, and the same on every
/// processor: the C library chooses its exp of doubles by the processor, and that of long doubles not.
double exponential(double x) {
    return static_cast<double>(std::exp(static_cast<long double>(x)));
}

double transformed(const Output& output, double x) {
    switch (output.transform) {
        case Transform::identity:
            return x;
        case Transform::sigmoid:
            return 1.0 / (1.0 + exponential(-output.slope * x));
        case Transform::sigmoid_float32: {
            constexpr float largest = 88.7f;  // whose exponential still is a float32
            const auto decay =
                static_cast<float>(exponential(static_cast<double>(std::min(static_cast<float>(-x), largest))));
            return static_cast<double>(1.0f / (decay + 1.0f + 1e-16f));
        }
        case Transform::exp:
            return exponential(x);
        case Transform::exp_float32:
            return static_cast<double>(static_cast<float>(exponential(x)));
        case Transform::signed_square:
            return x * std::abs(x);
        case Transform::log1p_exp:
            return java::log1p(exponential(x));
    }
    return x;
}

/// The rows with the greatest sums, ascending; of equal sums the lower row. NaN comes first: a caller that refuses NaN
/// scores must see it with an early exit too.
std::vector<std::uint32_t> best_rows(std::span<const double> sums, std::size_t keep) {
    std::vector<std::uint32_t> best(sums.size());
    std::iota(best.begin(), best.end(), 0u);
    if (keep >= best.size()) return best;
    const auto better = [&](std::uint32_t a, std::uint32_t b) {
        if (std::isnan(sums[a]) != std::isnan(sums[b])) return std::isnan(sums[a]);
        return std::isnan(sums[a]) || sums[a] == sums[b] ? a < b : sums[a] > sums[b];
    };
    std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(keep), better);
    best.resize(keep);
    std::ranges::sort(best);
    return best;
}

/// Copies some rows next to each other, so that blocks of documents have no gaps.
template <class Value>
Rows gathered(const Rows& rows, std::span<const std::uint32_t> some, std::size_t num_features, Arena& arena) {
    auto* values = arena.take<Value>(some.size() * num_features);
    for (std::size_t i = 0; i < some.size(); ++i)
        for (std::size_t f = 0; f < num_features; ++f)
            values[i * num_features + f] = static_cast<Value>(rows.at(some[i], f));
    Rows kept;
    if constexpr (std::is_same_v<Value, float>)
        kept.narrow = values;
    else
        kept.wide = values;
    kept.row_stride = static_cast<std::ptrdiff_t>(num_features);
    kept.column_stride = 1;
    kept.n = some.size();
    return kept;
}

}  // namespace

Model::Model(std::variant<Forest, Linear> kind, std::size_t num_features, double base, std::vector<std::size_t> groups,
             Output output)
    : kind_(std::move(kind)), num_features_(num_features), base_(base), groups_(std::move(groups)), output_(output) {
    if (const auto* linear = std::get_if<Linear>(&kind_)) linear->check(num_features);
    if (forest() != nullptr && forest()->accumulate() != Accumulate::float64)
        base_ = static_cast<double>(static_cast<float>(base_));
    const std::size_t grouped = std::accumulate(groups_.begin(), groups_.end(), std::size_t{0});
    if (!groups_.empty() && grouped != num_trees())
        throw InvalidArgument("groups have " + std::to_string(grouped) + " trees, the ensemble has " +
                              std::to_string(num_trees()));
}

double Model::finished(double sum, Scores wanted) const {
    if (output_.mean) sum /= static_cast<double>(num_trees());
    if (output_.scale || output_.bias) sum = output_.scale.value_or(1) * sum + output_.bias.value_or(0);
    if (wanted == Scores::raw) return sum;
    if (output_.divide) sum /= *output_.divide;
    sum = transformed(output_, sum);
    return output_.shift == 0 ? sum : sum + output_.shift;
}

void Model::score(const Rows& rows, Scores wanted, double* scores, Arena& arena, const kernels::Table& kernels,
                  Way way) const {
    std::fill_n(scores, rows.n, base_);
    if (const Forest* trees = forest(); trees != nullptr)
        add_groups(*trees, rows, scores, arena, kernels, way);
    else
        std::get<Linear>(kind_).add(rows, scores);
    for (std::size_t i = 0; i < rows.n; ++i) scores[i] = finished(scores[i], wanted);
}

void Model::add_groups(const Forest& forest, const Rows& rows, double* sums, Arena& arena,
                       const kernels::Table& kernels, Way way) const {
    if (groups_.empty()) return forest.add(rows, 0, forest.size(), sums, arena, kernels, way);
    const Arena::Scope scope(arena);
    auto* of_group = arena.take<double>(rows.n);
    std::fill_n(sums, rows.n, 0.0);
    std::size_t first = 0;
    for (const std::size_t size : groups_) {
        std::fill_n(of_group, rows.n, base_);
        forest.add(rows, first, first + size, of_group, arena, kernels, way);
        for (std::size_t i = 0; i < rows.n; ++i) sums[i] += of_group[i];
        first += size;
    }
    for (std::size_t i = 0; i < rows.n; ++i) sums[i] /= static_cast<double>(groups_.size());
}

std::vector<std::uint32_t> Model::score_best(const Rows& rows, EarlyExit exit, double* scores, Arena& arena) const {
    const Forest& trees = *forest();
    const std::size_t sentinel = std::min(exit.after_trees, trees.size());
    const Arena::Scope scope(arena);
    auto* sums = arena.take<double>(rows.n);
    std::fill_n(sums, rows.n, base_);
    trees.add(rows, 0, sentinel, sums, arena);

    const std::vector<std::uint32_t> best = best_rows({sums, rows.n}, exit.keep);
    for (std::size_t i = 0; i < best.size(); ++i) scores[i] = sums[best[i]];
    const Rows kept = rows.narrow != nullptr ? gathered<float>(rows, best, num_features_, arena)
                                             : gathered<double>(rows, best, num_features_, arena);
    trees.add(kept, sentinel, trees.size(), scores, arena);
    for (std::size_t i = 0; i < best.size(); ++i) scores[i] = finished(scores[i], Scores::output);
    return best;
}

}  // namespace rescora::forest
