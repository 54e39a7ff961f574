#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// The BM25 score of one term in each of n documents.
///
///     score[i] = weight - weight / (1 + tf[i] * inverse_norm[norm[i]])
///
/// every step rounded to float, in this order: the bits are Lucene's.
///
/// Shapes  tf, norm, score: n each, document by document. inverse_norm: 256.
/// Units   tf: occurrences, or a phrase's frequency. norm: the one-byte code of a field's length in tokens.
///         inverse_norm[c] = 1 / (k1 * ((1 - b) + b * length(c) / average)). weight = (boost * 2.2f) * idf.
/// Needs   score overlaps neither tf nor norm.
/// Errors  none.
/// Source  Robertson et al., "Okapi at TREC-3", 1994, in the form of Lucene 9's BM25Similarity.
using Bm25 = void(const float* tf, const std::uint8_t* norm, const float* inverse_norm, float weight, float* score,
                  std::size_t n);

}  // namespace rescora::kernels
