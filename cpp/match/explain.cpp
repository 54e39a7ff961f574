/// One function a kind of node. Values come from the scorers, so that no explanation can disagree with its score.
#include "match/explain.h"

#include "match/leaves.h"
#include "match/phrase.h"
#include "postings/norm.h"

namespace rescora::match {

namespace {

/// Lengths above this are kept approximately, and explanations say so.
constexpr std::uint8_t last_exact_norm = 39;

class Explainer {
 public:
    Explainer(const plan::Plan& plan, DocId doc, plan::FieldNames names)
        : run_(plan, arena_), doc_(doc), names_(names) {}

    Explanation explain(const plan::Node& node) {
        return std::visit([&](const auto& kind) { return make(kind, node); }, node.kind);
    }

 private:
    struct Outcome {
        bool matched;
        float score;
    };

    Outcome outcome(const plan::Node& node) {
        const Scores scores = score(node, {&doc_, 0, 1}, run_);
        return {scores.matched[0] != 0, scores.score[0]};
    }

    std::string describe(const plan::Node& node) const { return plan::describe(*node.origin, names_); }

    Explanation make(const plan::TermNode& term, const plan::Node& node) {
        const std::uint32_t frequency = term_frequency(term, doc_, run_);
        if (frequency == 0) return explain_no_match("no matching term");
        const auto freq = explain_match(static_cast<float>(frequency), "freq, occurrences of term within document");
        return weight(*term.field, term.weight, node, freq);
    }

    Explanation make(const plan::PhraseNode& phrase, const plan::Node& node) {
        const float frequency = phrase_frequency(phrase, doc_, run_);
        if (frequency == 0) return explain_no_match("no matching phrase");
        const auto freq = explain_match(frequency, "phraseFreq=" + plan::java_float(frequency));
        return weight(*phrase.field, phrase.weight, node, freq);
    }

    Explanation weight(const segment::Field& field, const plan::Bm25Weight& weight, const plan::Node& node,
                       const Explanation& freq) const;
    static Explanation idf(const plan::Bm25Weight& weight);
    static Explanation tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq);

    Explanation make(const plan::ConstantNode& constant, const plan::Node& node) {
        return make_constant(constant.score, node);
    }
    Explanation make(const plan::EverythingNode& all, const plan::Node& node) { return make_constant(all.score, node); }
    Explanation make(const plan::NothingNode&, const plan::Node& node) {
        return explain_no_match(describe(node) + " doesn't match id " + std::to_string(doc_));
    }
    template <class ConstantLeaf>
    Explanation make(const ConstantLeaf& leaf, const plan::Node& node) {
        return make_constant(leaf.score, node);
    }

    /// What scores a constant wherever it matches.
    Explanation make_constant(float constant, const plan::Node& node) {
        if (!outcome(node).matched)
            return explain_no_match(describe(node) + " doesn't match id " + std::to_string(doc_));
        return explain_match(constant, describe(node) + (constant == 1.0f ? "" : "^" + plan::java_float(constant)));
    }

    Explanation make(const plan::BoolNode& clauses, const plan::Node& node);
    void add_clause(const plan::Node& clause, plan::Occur occur, std::vector<Explanation>& details);

    Explanation make(const plan::DisMaxNode& dis_max, const plan::Node& node) {
        const Outcome result = outcome(node);
        if (!result.matched) return explain_no_match("No matching clause");
        std::vector<Explanation> details;
        for (const plan::Node& query : dis_max.queries)
            if (auto detail = explain(query); detail.is_match) details.push_back(std::move(detail));
        const std::string rule = dis_max.tie_breaker == 0
                                     ? "max of:"
                                     : "max plus " + plan::java_float(dis_max.tie_breaker) + " times others of:";
        return explain_match(result.score, rule, std::move(details));
    }

    Explanation make(const plan::BoostingNode& boosting, const plan::Node& node) {
        const Outcome result = outcome(node);
        Explanation positive = explain(boosting.clauses[0]);
        if (!result.matched) return explain_no_match(describe(node), {std::move(positive)});
        Explanation negative = explain(boosting.clauses[1]);
        const float factor = negative.is_match ? boosting.negative_boost : 1.0f;
        std::vector<Explanation> details = {std::move(positive)};
        details.push_back(
            explain_match(factor, negative.is_match ? "negative boost" : "no negative match",
                          negative.is_match ? std::vector{std::move(negative)} : std::vector<Explanation>{}));
        if (boosting.boost != 1.0f) details.push_back(explain_match(boosting.boost, "boost"));
        return explain_match(result.score, "weight(" + describe(node) + "), product of:", std::move(details));
    }

    Arena arena_;
    Run run_;
    DocId doc_;
    plan::FieldNames names_;
};

Explanation Explainer::weight(const segment::Field& field, const plan::Bm25Weight& weight, const plan::Node& node,
                              const Explanation& freq) const {
    const std::uint8_t norm = field.norms.empty() ? 1 : field.norms[doc_];
    std::vector<Explanation> factors;
    if (weight.scaled_boost() != 1.0f) factors.push_back(explain_match(weight.scaled_boost(), "boost"));
    factors.push_back(idf(weight));
    factors.push_back(tf(weight, norm, freq));
    const float value = weight.score(freq.value, norm);
    auto score = explain_match(
        value,
        "score(freq=" + plan::java_float(freq.value) + "), computed as boost * idf * tf from:", std::move(factors));
    return explain_match(
        value, "weight(" + describe(node) + " in " + std::to_string(doc_) + ") [PerFieldSimilarity], result of:",
        {std::move(score)});
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

Explanation Explainer::make(const plan::BoolNode& clauses, const plan::Node& node) {
    std::vector<Explanation> details;
    for (const plan::Node& clause : clauses.must) add_clause(clause, plan::Occur::must, details);
    for (const plan::Node& clause : clauses.filter) add_clause(clause, plan::Occur::filter, details);
    for (const plan::Node& clause : clauses.should) add_clause(clause, plan::Occur::should, details);
    for (const plan::Node& clause : clauses.must_not) add_clause(clause, plan::Occur::must_not, details);
    const Outcome result = outcome(node);
    if (result.matched) return explain_match(result.score, "sum of:", std::move(details));
    return explain_no_match("Failure to meet condition(s) of required/prohibited clause(s)", std::move(details));
}

void Explainer::add_clause(const plan::Node& clause, plan::Occur occur, std::vector<Explanation>& details) {
    Explanation inner = explain(clause);
    const bool required = occur == plan::Occur::must || occur == plan::Occur::filter;
    if (!inner.is_match) {
        if (required)
            details.push_back(
                explain_no_match("no match on required clause (" + describe(clause) + ")", {std::move(inner)}));
        return;
    }
    if (occur == plan::Occur::filter)
        details.push_back(explain_match(
            0, "match on required clause, product of:", {explain_match(0, "# clause"), std::move(inner)}));
    else if (occur == plan::Occur::must_not)
        details.push_back(
            explain_no_match("match on prohibited clause (" + describe(clause) + ")", {std::move(inner)}));
    else
        details.push_back(std::move(inner));
}

}  // namespace

Explanation explain(const plan::Plan& plan, DocId doc, plan::FieldNames names) {
    return Explainer(plan, doc, names).explain(plan.root);
}

}  // namespace rescora::match
