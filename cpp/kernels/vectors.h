/// Dot product, L1 distance and squared L2 distance of two vectors.
#pragma once
#include <cstddef>

namespace rescora::kernels {

/// Sums over the components of a query vector and a document's vector:
///
///     dot  sum of q[i] * v[i]      l1  sum of |q[i] - v[i]|      l2  sum of (q[i] - v[i])^2
///
/// Each term is a double. Sixteen partial sums, of components whose index is equal modulo 16, are added in
/// the order ((s0 + s8) + (s4 + s12)) + ((s2 + s10) + (s6 + s14)) + the same of the odd ones: one order, the same bits
/// on every instruction set. (Two vectors of eight halve, and halve again.)
///
/// Shapes  query, vector: n each.
/// Errors  none.
using VectorSum = double(const float* query, const float* vector, std::size_t n);

}  // namespace rescora::kernels
