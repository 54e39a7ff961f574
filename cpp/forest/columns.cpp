/// Keys of feature values, by the rules of each library.
#include "forest/columns.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <tuple>

#include "base/budget.h"
#include "base/halving.h"

namespace rescora::forest {

namespace {

constexpr double small = static_cast<double>(1e-35f);

/// Bits ordered as the numbers are. Without `signed_zeros` both zeros have one key.
std::int32_t key_of(float value, bool signed_zeros) {
    const auto bits = std::bit_cast<std::int32_t>(signed_zeros ? value : value + 0.0f);
    return bits ^ static_cast<std::int32_t>(static_cast<std::uint32_t>(bits >> 31) >> 1);
}

/// The largest float32 that is not above t.
float floor32(double t) {
    const auto nearest = static_cast<float>(t);
    if (static_cast<double>(nearest) <= t) return nearest;
    return std::nextafter(nearest, -std::numeric_limits<float>::infinity());
}

/// x <= t of any float32 x, told by keys.
std::int32_t threshold_key(double t, bool signed_zeros) {
    if (std::isnan(t)) return lowest_key;
    return key_of(floor32(t), signed_zeros);
}

/// In the order of numbers, and of Java's zeros where they count.
bool below(double a, double b, bool signed_zeros) {
    if (a != b || !signed_zeros) return a < b;
    return std::signbit(a) && !std::signbit(b);
}

double applied(std::uint8_t rules, double value) {
    if ((rules & rule::small_to_zero) != 0 && std::abs(value) <= small) value = 0;
    if ((rules & rule::nan_to_zero) != 0 && std::isnan(value)) value = 0;
    if ((rules & rule::zero_to_nan) != 0 && value == 0) value = std::numeric_limits<double>::quiet_NaN();
    if ((rules & rule::infinite_to_nan) != 0 && std::isinf(value)) value = std::numeric_limits<double>::quiet_NaN();
    return value;
}

/// Keys of values that no order can give, as the kernel wants them; nothing where a rule asks for more.
std::optional<kernels::ForestKeyRule> key_rule(std::uint8_t rules) {
    if ((rules & rule::categorical) != 0) return {};
    if ((rules & rule::infinite_to_nan) != 0 && (rules & rule::nan_to_zero) != 0) return {};
    const std::int32_t nan_key = (rules & rule::nan_left) != 0 ? lowest_key : highest_key;
    kernels::ForestKeyRule made;
    made.small = (rules & rule::small_to_zero) != 0 ? 1e-35f : (rules & rule::signed_zeros) != 0 ? -1.0f : 0.0f;
    made.largest = (rules & rule::infinite_to_nan) != 0 ? std::numeric_limits<float>::max()
                                                        : std::numeric_limits<float>::infinity();
    made.zero_key = (rules & rule::zero_to_nan) != 0 ? nan_key : 0;
    made.nan_key = (rules & rule::nan_to_zero) != 0 ? made.zero_key : nan_key;
    if (made.small < 0 && (rules & rule::zero_to_nan) != 0) made.small = 0;
    return made;
}

auto identity(const Column& column) {
    return std::tuple(column.feature, column.rule, column.set);
}

}  // namespace

Columns::Columns(const Trees& trees, bool wide, Preparations preparations, Budget* budget)
    : set_begin_(trees.set_begin), set_words_(trees.set_words), preparations_(std::move(preparations)), wide_(wide) {
    find_columns(trees, budget);
}

/// Sorts all nodes by column and threshold: equal neighbours are one condition.
void Columns::find_columns(const Trees& trees, Budget* budget) {
    const auto column_of = [&](std::uint32_t node) {
        const bool categorical = (trees.rule[node] & rule::categorical) != 0;
        return Column{static_cast<std::uint32_t>(trees.feature[node]), trees.rule[node],
                      categorical ? static_cast<std::uint32_t>(trees.threshold[node]) : 0};
    };
    const auto threshold_of = [&](std::uint32_t node) {
        return (trees.rule[node] & rule::categorical) != 0 ? 0.0 : trees.threshold[node];
    };
    // NaN, which nothing is at most, comes first
    std::size_t compared = 0;
    const auto lower = [&](std::uint32_t a, std::uint32_t b) {
        ask_after(1 << 14, compared++, budget);
        const auto first = identity(column_of(a)), second = identity(column_of(b));
        if (first != second) return first < second;
        const double s = threshold_of(a), t = threshold_of(b);
        if (std::isnan(s) || std::isnan(t)) return std::isnan(s) && !std::isnan(t);
        return below(s, t, (trees.rule[a] & rule::signed_zeros) != 0);
    };
    std::vector<std::uint32_t> nodes(trees.feature.size());
    std::iota(nodes.begin(), nodes.end(), 0u);
    std::ranges::sort(nodes, lower);

    condition_of_node_.resize(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::uint32_t node = nodes[i];
        const Column column = column_of(node);
        if (columns_.empty() || columns_.back() != column) {
            columns_.push_back(column);
            columns_.back().begin = columns_.back().end = static_cast<std::uint32_t>(keys_.size());
        }
        Column& its = columns_.back();
        if (its.end == its.begin || lower(nodes[i - 1], node)) {
            const double t = threshold_of(node);
            keys_.push_back(
                (its.rule & rule::categorical) != 0 ? 0 : threshold_key(t, (its.rule & rule::signed_zeros) != 0));
            // a rank counts the column's thresholds below a value; NaN, never reached, is below them all
            ranks_.push_back((its.rule & rule::categorical) != 0 ? 0
                             : std::isnan(t)                     ? lowest_key
                                                                 : static_cast<std::int32_t>(its.end - its.begin));
            thresholds_.push_back(t);
            column_of_.push_back(static_cast<std::uint32_t>(columns_.size() - 1));
            ++its.end;
        }
        condition_of_node_[node] = its.end - 1;
    }
}

bool Columns::in_set(const Column& column, double value) const {
    if ((column.rule & rule::cut_first) == 0 && value < 0) return false;
    const double category = std::trunc(value);
    const std::uint32_t begin = set_begin_[column.set];
    const double end = 32.0 * static_cast<double>(set_begin_[column.set + 1] - begin);
    if (!(category >= 0 && category < end)) return false;
    const auto bit = static_cast<std::uint32_t>(category);
    return (set_words_[begin + bit / 32] >> (bit % 32) & 1) != 0;
}

double Columns::prepared(std::size_t column, double value) const {
    const Column& its = columns_[column];
    if (!wide_) value = static_cast<double>(static_cast<float>(value));
    if (!preparations_.empty()) value = preparations_[its.feature](value);
    return applied(its.rule, value);
}

std::int32_t Columns::key(std::size_t column, double value, bool by_rank) const {
    const Column& its = columns_[column];
    const double ready = prepared(column, value);
    if (std::isnan(ready)) return (its.rule & rule::nan_left) != 0 ? lowest_key : highest_key;
    if ((its.rule & rule::categorical) != 0) return in_set(its, ready) ? 0 : 1;
    const bool zeros = (its.rule & rule::signed_zeros) != 0;
    if (!by_rank) return key_of(static_cast<float>(ready), zeros);
    return rank(its, ready);
}

std::int32_t Columns::rank(const Column& column, double value) const {
    const std::span<const double> thresholds{thresholds_.data() + column.begin, column.end - column.begin};
    if ((column.rule & rule::signed_zeros) == 0 || value != 0)
        return static_cast<std::int32_t>(
            count_while(thresholds, [=](double t) { return !(t >= value); }));  // of NaN too
    const auto lower = [=](double t) { return std::isnan(t) || below(t, value, true); };
    return static_cast<std::int32_t>(count_while(thresholds, lower));
}

std::optional<kernels::ForestKeyRule> Columns::kernel_rule(const Column& column, const Rows& rows) const {
    const bool as_given = preparations_.empty() || preparations_[column.feature].nothing();
    return !ranks(rows) && as_given ? key_rule(column.rule) : std::nullopt;
}

bool Columns::begins_eight(std::size_t column, const Rows& rows) const {
    constexpr std::size_t eight = 8;
    if (rows.narrow == nullptr || rows.column_stride != 1 || column + eight > columns_.size()) return false;
    const Column& first = columns_[column];
    for (std::uint32_t c = 0; c < eight; ++c) {
        const Column& its = columns_[column + c];
        if (its.feature != first.feature + c || its.rule != first.rule || !kernel_rule(its, rows)) return false;
    }
    return true;
}

/// The same keys as key() gives, of eight values in turns: each step of one alone would wait for the step before.
void Columns::ranks_of_one(std::size_t column, const Rows& rows, std::int32_t* keys) const {
    constexpr std::size_t lanes = 8;
    const Column& its = columns_[column];
    const double* first = thresholds_.data() + its.begin;
    const std::int32_t nan_key = (its.rule & rule::nan_left) != 0 ? lowest_key : highest_key;
    for (std::size_t done = 0; done < rows.n; done += lanes) {
        const std::size_t count = std::min(lanes, rows.n - done);
        double values[lanes] = {};
        std::size_t below[lanes] = {};
        for (std::size_t k = 0; k < count; ++k) values[k] = prepared(column, rows.at(done + k, its.feature));
        for (std::size_t n = its.end - its.begin; n > 1; n -= n / 2)
            for (std::size_t k = 0; k < lanes; ++k)
                below[k] += n / 2 * std::size_t{!(first[below[k] + n / 2 - 1] >= values[k])};
        for (std::size_t k = 0; k < count; ++k) {
            const std::size_t rank = below[k] + std::size_t{!(first[below[k]] >= values[k])};
            keys[done + k] = std::isnan(values[k]) ? nan_key : static_cast<std::int32_t>(rank);
        }
    }
}

void Columns::keys_of_one(std::size_t column, const Rows& rows, const kernels::Table& kernels,
                          std::int32_t* out) const {
    const Column& its = columns_[column];
    if (const auto rules = kernel_rule(its, rows)) {
        const auto offset = static_cast<std::ptrdiff_t>(its.feature) * rows.column_stride;
        if (rows.narrow != nullptr)
            return kernels.forest_keys(rows.narrow + offset, rows.row_stride, rows.n, *rules, out);
        float narrow[kernels::forest_block];
        for (std::size_t i = 0; i < rows.n; ++i)
            narrow[i] = static_cast<float>(rows.wide[offset + static_cast<std::ptrdiff_t>(i) * rows.row_stride]);
        return kernels.forest_keys(narrow, 1, rows.n, *rules, out);
    }
    std::int32_t keys[kernels::forest_block];
    const bool by_rank = ranks(rows);
    if (by_rank && (its.rule & (rule::categorical | rule::signed_zeros)) == 0)
        ranks_of_one(column, rows, keys);
    else
        for (std::size_t i = 0; i < rows.n; ++i) keys[i] = key(column, rows.at(i, its.feature), by_rank);
    kernels.forest_order(keys, rows.n, out);
}

void Columns::keys(const Rows& rows, const kernels::Table& kernels, std::int32_t* out, std::size_t stride) const {
    for (std::size_t c = 0; c < columns_.size();) {
        if (begins_eight(c, rows)) {
            const Column& its = columns_[c];
            kernels.forest_keys_of_eight(rows.narrow + its.feature, rows.row_stride, rows.n, *kernel_rule(its, rows),
                                         out + c * stride, stride);
            c += 8;
        } else {
            keys_of_one(c, rows, kernels, out + c * stride);
            ++c;
        }
    }
}

}  // namespace rescora::forest
