/// What matches by itself: words, phrases, constants, scripts, features.
#include <algorithm>

#include "base/java_text.h"
#include "match/explain_functions.h"
#include "match/explainer.h"
#include "match/feature.h"
#include "match/leaves.h"
#include "match/phrase.h"
#include "postings/norm.h"

namespace rescora::match {

namespace {

/// Lengths above this are kept approximately, and explanations say so.
constexpr std::uint8_t last_exact_norm = 39;

}  // namespace

/// Unscored words are not counted, unless the list is so short that Lucene knows the count anyway.
Explanation Explainer::make(const plan::TermNode& term, const plan::Node& node, Scoring how) {
    const std::uint32_t frequency = term_frequency(term, doc_, run_);
    if (frequency == 0) return explain_no_match("no matching term");
    const bool counted = how == Scoring::full || term.document_frequency == 1;
    auto freq =
        explain_match(counted ? static_cast<float>(frequency) : 1.0f, "freq, occurrences of term within document");
    return weight(node, how == Scoring::full ? bm25(*term.field, *term.weight, freq) : unscored(0, std::move(freq)));
}

/// A boolean's values are not counted in a document: each stands there once.
Explanation Explainer::make(const plan::FlagNode& flag, const plan::Node& node, Scoring how) {
    if (!outcome(node).matched) return explain_no_match("no matching term");
    auto freq = explain_match(1.0f, "freq, occurrences of term within document");
    return weight(node, how == Scoring::full ? bm25(*flag.field, *flag.weight, freq) : unscored(0, std::move(freq)));
}

Explanation Explainer::make(const plan::PhraseNode& phrase, const plan::Node& node, Scoring how) {
    const float frequency = phrase_frequency(phrase, doc_, run_);
    if (frequency == 0) return explain_no_match(has_words(phrase) ? "no matching phrase" : "no matching terms");
    auto freq = explain_match(frequency, "phraseFreq=" + java_float(frequency));
    return weight(node,
                  how == Scoring::full ? bm25(*phrase.field, *phrase.weight, freq) : unscored(1, std::move(freq)));
}

/// Whether the document has a word for each position.
bool Explainer::has_words(const plan::PhraseNode& phrase) const {
    const postings::WordList words = phrase.field->forward.words(doc_);
    const auto has = [&](TermId word) { return words.find(word, run_.kernels) < words.size(); };
    return std::ranges::all_of(phrase.terms, [&](const auto& any) { return std::ranges::any_of(any, has); });
}

Explanation Explainer::weight(const plan::Node& node, Explanation score) const {
    const float value = score.value;
    return explain_match(value,
                         "weight(" + describe(node.origin) + " in " + std::to_string(plan_.base() + doc_) +
                             ") [PerFieldSimilarity], result of:",
                         {std::move(score)});
}

Explanation Explainer::unscored(float value, Explanation freq) {
    std::string description = "score(freq=" + java_float(freq.value) + "), with freq of:";
    return explain_match(value, std::move(description), {std::move(freq)});
}

Explanation Explainer::bm25(const segment::Field& field, const plan::Bm25Weight& weight,
                            const Explanation& freq) const {
    const std::uint8_t norm = field.norms.empty() ? 1 : field.norms[doc_];
    std::vector<Explanation> factors;
    if (weight.scaled_boost() != 1.0f) factors.push_back(explain_match(weight.scaled_boost(), "boost"));
    factors.push_back(idf(weight));
    factors.push_back(tf(weight, norm, freq));
    return explain_match(
        weight.score(freq.value, norm),
        "score(freq=" + java_float(freq.value) + "), computed as boost * idf * tf from:", std::move(factors));
}

Explanation Explainer::idf(const plan::Bm25Weight& weight) {
    std::vector<Explanation> each;
    for (const plan::TermStatistics& term : weight.terms)
        each.push_back(
            explain_match(term.idf, "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
                          {explain_count(term.document_frequency, "n, number of documents containing term"),
                           explain_count(weight.document_count, "N, total number of documents with field")}));
    if (each.size() == 1) return each.front();
    return explain_match(weight.idf, "idf, sum of:", std::move(each));
}

Explanation Explainer::tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq) {
    const char* length = norm > last_exact_norm ? "dl, length of field (approximate)" : "dl, length of field";
    const float value = 1.0f - 1.0f / (1.0f + freq.value * weight.inverse_norms[norm]);
    return explain_match(value, "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
                         {freq, explain_match(weight.k1, "k1, term saturation parameter"),
                          explain_match(weight.b, "b, length normalization parameter"),
                          explain_match(static_cast<float>(postings::decode_length(norm)), length),
                          explain_match(weight.average_length, "avgdl, average length of field")});
}

Explanation Explainer::make(const plan::ConstantNode& constant, const plan::Node& node, Scoring how) {
    return how == Scoring::none ? explain_clause(constant.filter.front(), how)
                                : this->constant(constant.score, node, describe(node.origin));
}

Explanation Explainer::constant(float score, const plan::Node& node, const std::string& description) {
    if (!outcome(node).matched) return no_constant(description);
    return explain_match(score, description + (score == 1.0f ? "" : "^" + java_float(score)));
}

Explanation Explainer::no_constant(const std::string& description) const {
    return explain_no_match(description + " doesn't match id " + std::to_string(doc_));
}

Explanation Explainer::make(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring) {
    if (!outcome(node).matched) return no_constant(describe(node.origin));
    return explain_match(filter.score, "ScriptQuery");
}

Explanation Explainer::make(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring) {
    const auto value = feature_value(feature, doc_);
    if (!value) return no_feature(node.origin, " isn't set.");
    return explain_feature(feature, *value, names_[feature.asked->field]);
}

Explanation Explainer::make(const plan::DistanceFeatureNode& feature, const plan::Node&, Scoring) {
    const auto found = nearest(feature, doc_);
    return found ? explain_distance(feature, *found) : no_value(feature.asked->field);
}

Explanation Explainer::no_value(FieldId field) const {
    return explain_no_match("Document " + std::to_string(doc_) + " doesn't have a value for field " + names_[field]);
}

Explanation Explainer::no_feature(const plan::QueryPtr& query, const char* why) const {
    const auto& feature = *plan::as<plan::RankFeature>(query);
    return explain_no_match("weight(" + describe(query) + " in " + std::to_string(plan_.base() + doc_) + ") [" +
                            plan::describe_function(feature) + "]. Feature " + names_[feature.field] + why);
}

}  // namespace rescora::match
