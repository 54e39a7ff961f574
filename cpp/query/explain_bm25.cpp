/// In the factors and the words of Lucene's BM25Similarity.
#include "query/explain_bm25.h"

#include "base/java_text.h"
#include "postings/norm.h"

namespace rescora::query {

namespace {

/// Lengths above this are kept approximately, and explanations say so.
constexpr std::uint8_t last_exact_norm = 39;

Explanation explain_idf(const plan::Bm25Weight& weight) {
    std::vector<Explanation> each;
    for (const plan::TermStatistics& term : weight.terms)
        each.push_back(
            explain_match(term.idf, "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
                          {explain_count(term.document_frequency, "n, number of documents containing term"),
                           explain_count(weight.document_count, "N, total number of documents with field")}));
    if (each.size() == 1) return each.front();
    return explain_match(weight.idf, "idf, sum of:", std::move(each));
}

Explanation explain_tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq) {
    const char* length = norm > last_exact_norm ? "dl, length of field (approximate)" : "dl, length of field";
    const float value = 1.0f - 1.0f / (1.0f + freq.value * weight.inverse_norms[norm]);
    return explain_match(value, "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
                         {freq, explain_match(weight.k1, "k1, term saturation parameter"),
                          explain_match(weight.b, "b, length normalization parameter"),
                          explain_match(static_cast<float>(postings::decode_length(norm)), length),
                          explain_match(weight.average_length, "avgdl, average length of field")});
}

}  // namespace

Explanation explain_weight(const plan::Node& node, Explanation score, const Explainer& explainer) {
    const float value = score.value;
    return explain_match(value,
                         "weight(" + explainer.describe(node.origin) + " in " +
                             std::to_string(explainer.doc_in_shard()) + ") [PerFieldSimilarity], result of:",
                         {std::move(score)});
}

Explanation explain_unscored(float value, Explanation freq) {
    std::string description = "score(freq=" + java_float(freq.value) + "), with freq of:";
    return explain_match(value, std::move(description), {std::move(freq)});
}

Explanation explain_bm25(const segment::Field& field, const plan::Bm25Weight& weight, const Explanation& freq,
                         DocId doc) {
    const std::uint8_t norm = field.norms.empty() ? 1 : field.norms[doc];
    std::vector<Explanation> factors;
    if (weight.scaled_boost() != 1.0f) factors.push_back(explain_match(weight.scaled_boost(), "boost"));
    factors.push_back(explain_idf(weight));
    factors.push_back(explain_tf(weight, norm, freq));
    return explain_match(
        weight.score(freq.value, norm),
        "score(freq=" + java_float(freq.value) + "), computed as boost * idf * tf from:", std::move(factors));
}

}  // namespace rescora::query
