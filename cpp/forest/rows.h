/// The feature matrix that a model scores, as a strided view: one row per document, one column per feature.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace rescora::forest {

/// float32 or float64 values; strides in values. Feature f of document i is at i * row_stride + f * column_stride.
struct Rows {
    const float* narrow = nullptr;
    const double* wide = nullptr;  ///< exactly one of the two is there
    std::ptrdiff_t row_stride = 0, column_stride = 0;
    std::size_t n = 0;

    Rows from(std::size_t first, std::size_t count) const {
        Rows part = *this;
        const auto offset = static_cast<std::ptrdiff_t>(first) * row_stride;
        if (narrow != nullptr) part.narrow += offset;
        if (wide != nullptr) part.wide += offset;
        part.n = count;
        return part;
    }
    double at(std::size_t i, std::size_t feature) const {
        const std::ptrdiff_t place =
            static_cast<std::ptrdiff_t>(i) * row_stride + static_cast<std::ptrdiff_t>(feature) * column_stride;
        return narrow != nullptr ? static_cast<double>(narrow[place]) : wide[place];
    }
};

/// The preprocessing of one feature, every step in float32.
struct Preparation {
    std::optional<float> absent;  ///< what NaN becomes
    bool normalized = false;
    float offset = 0, divisor = 1;  ///< (value - offset) / divisor

    bool nothing() const { return !absent && !normalized; }
    double operator()(double value) const {
        if (absent && value != value) value = static_cast<double>(*absent);
        if (!normalized) return value;
        return static_cast<double>((static_cast<float>(value) - offset) / divisor);
    }
};

/// One per feature; empty where no feature needs any.
using Preparations = std::vector<Preparation>;

}  // namespace rescora::forest
