/// Scores made of others: function_score and script_score.
///
/// Where nobody asks for scores, Elasticsearch's weight is the query's alone; where the query's score is replaced, the
/// query is but a filter.
#include "base/java_text.h"
#include "match/explain_functions.h"
#include "match/explainer.h"
#include "match/function_score.h"
#include "match/scripts.h"

namespace rescora::match {

namespace {

/// Why a document below `min_score` does not match.
Explanation too_low(float min_score, Explanation explanation) {
    std::string reason = "Score value is too low, expected at least " + java_float(min_score) + " but got " +
                         java_float(explanation.value);
    return explain_no_match(std::move(reason), {std::move(explanation)});
}

}  // namespace

/// Elasticsearch joins what was explained, each a float, and so may be one float away from its score, joined of
/// doubles.
Explanation Explainer::make(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how) {
    if (how != Scoring::full && !scored.min_score) return explain(scored.query.front(), how);
    Explanation explanation = explain(scored.query.front(), scored.needs_query_score() ? Scoring::full : Scoring::none);
    if (!explanation.is_match) return explanation;
    if (!scored.functions.empty()) {
        Explanation functions = factor(scored, *plan::as<plan::FunctionScore>(node.origin), explanation);
        explanation = explain_boost(scored, std::move(explanation), std::move(functions));
    }
    outcome(node);  // notes why the document cannot be scored, where it cannot
    if (scored.min_score && explanation.value < *scored.min_score)
        return too_low(*scored.min_score, std::move(explanation));
    return explanation;
}

Explanation Explainer::factor(const plan::FunctionScoreNode& scored, const plan::FunctionScore& asked,
                              const Explanation& query) {
    std::vector<Explanation> each;
    for (std::size_t i = 0; i < scored.functions.size(); ++i) {
        const plan::BoundFunction& function = scored.functions[i];
        const bool filtered = !function.filter.empty();
        if (filtered && !outcome(function.filter.front()).matched) continue;
        Explanation explanation = explain_function(function, doc_, query, names_, run_);
        if (filtered) {
            const float value = explanation.value;
            auto filter = explain_match(1, "match filter: " + describe(asked.functions[i].filter));
            explanation =
                explain_match(value, "function score, product of:", {std::move(filter), std::move(explanation)});
        }
        each.push_back(std::move(explanation));
    }
    if (each.empty()) return explain_match(1, "No function matched");
    if (scored.functions.size() == 1 && scored.functions.front().filter.empty()) return std::move(each.front());
    return explain_match(static_cast<float>(factor_of(scored, doc_, query.value, run_)),
                         std::string("function score, score mode [") + name_of(scored.mode) + "]", std::move(each));
}

Explanation Explainer::make(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how) {
    const bool reads = (*scored.script)->program->uses_score;
    if (how != Scoring::full && !scored.min_score) return explain(scored.query.front(), how);
    Explanation inner = explain(scored.query.front(), reads ? Scoring::full : Scoring::none);
    if (!inner.is_match) return inner;
    const float before = reads ? outcome(scored.query.front()).score : 0;
    double given = 0;
    run_script(*scored.script, scored.slot, {&doc_, 1}, &before, &given, run_);
    std::string description = describe_script(**scored.script);
    const auto score = static_cast<float>(given);
    Explanation explanation = reads ? explain_script(std::move(description), score, std::move(inner))
                                    : explain_match(score, std::move(description));
    if (scored.boost != 1) {
        const float boosted = explanation.value * scored.boost;
        explanation = explain_match(
            boosted, "Boosted score, product of:", {explain_match(scored.boost, "boost"), std::move(explanation)});
    }
    if (outcome(node).matched) return explanation;
    return too_low(*scored.min_score, std::move(explanation));
}

}  // namespace rescora::match
