#pragma once
#include <cstddef>

namespace rescora::kernels {

/// A function of one number over a column: out[i] = f(x[i]), the bits of base/java_math.h's f, whatever x[i] is.
///
/// Shapes  x, out: n each.
/// Needs   out is x itself or does not overlap it.
/// Errors  none: as in Java, NaN says that there is no result.
using Elementary = void(const double* x, double* out, std::size_t n);

/// The same of two numbers: out[i] = f(x[i], y[i]); out may be x or y.
using ElementaryOfTwo = void(const double* x, const double* y, double* out, std::size_t n);

}  // namespace rescora::kernels
