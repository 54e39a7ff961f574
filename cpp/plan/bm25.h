/// BM25 in Lucene's float arithmetic, with the factor of 2.2 that Elasticsearch's similarity keeps.
#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/types.h"

namespace rescora::plan {

/// ln(1 + (N - n + 0.5) / (n + 0.5)), in double, rounded once.
inline float idf(std::uint64_t document_frequency, std::uint64_t document_count) {
    const auto n = static_cast<double>(document_frequency), all = static_cast<double>(document_count);
    return static_cast<float>(std::log(1.0 + (all - n + 0.5) / (n + 0.5)));
}

/// A word's share in a weight: what an explanation shows.
struct TermStatistics {
    std::uint64_t document_frequency;
    float idf;
};

/// All that a word's or a phrase's score needs beside its frequency and the document's length.
struct Bm25Weight {
    float weight = 0;  ///< (boost * (1 + k1)) * idf
    float boost = 1;   ///< the query's boost, without the factor 1 + k1
    float idf = 0;     ///< for a phrase the sum over its words
    float k1 = 1.2f, b = 0.75f, average_length = 0;
    std::uint64_t document_count = 0;
    std::vector<TermStatistics> terms;
    const float* inverse_norms = nullptr;                     ///< 256 of them; kernels/bm25.h
    std::shared_ptr<const std::array<float, 256>> own_norms;  ///< set where the shard's own do not serve

    float scaled_boost() const { return boost * (1.0f + k1); }

    float score(float frequency, std::uint8_t norm) const {
        return weight - weight / (1.0f + frequency * inverse_norms[norm]);
    }
};

}  // namespace rescora::plan
