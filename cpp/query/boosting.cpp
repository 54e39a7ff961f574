/// Multiplied in double and rounded once, as Elasticsearch does.
#include "query/boosting.h"

#include <algorithm>
#include <cmath>

#include "base/java_text.h"

namespace rescora::query {

/// The boost is not handed to the positive query: Elasticsearch multiplies the finished score.
void weigh(const plan::Boosting& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_inner(weighted, query.positive, 1, weigher.scored());
    if (weighted.can_match) weigher.add_inner(weighted, query.negative, 1, weigher.scored());
}

plan::Node bind(const plan::Boosting& query, const plan::Weighted& weighted, Binder& binder) {
    plan::BoostingNode node{{}, query.negative_boost, weighted.boost};
    for (const plan::Weighted& inner : weighted.inner) node.clauses.push_back(binder.bind(inner));
    return {std::move(node), nullptr};
}

std::string describe(const plan::Boosting& query, const Describer& describer) {
    return "FunctionScoreQuery(" + describer.of(query.positive) + ", scored by boost(queryboost(score(" +
           describer.of(query.negative_as_asked()) + "))^" + java_float(query.negative_boost) + "))";
}

/// Lucene asks the negative query for a score that it never looks at.
void collect(const plan::Boosting& query, Scored scored, StatisticsCollector& collector) {
    collector.visit(query.positive, scored);
    if (scored == Scored::yes) collector.visit(query.negative, Scored::yes);
}

Scores score(const plan::BoostingNode& node, const Batch& batch, Run& run) {
    const Scores scores = score(node.clauses[0], batch, run);
    const Arena::Scope scope(run.arena);
    const std::uint8_t* negative = matches(node.clauses[1], batch, run);
    const auto negative_boost = static_cast<double>(node.negative_boost), boost = static_cast<double>(node.boost);
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        const double factor = static_cast<double>(scores.score[i]) * (negative[i] ? negative_boost : 1.0);
        scores.score[i] = static_cast<float>(factor * boost);
    }
    return scores;
}

Explanation explain(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how, Explainer& explainer) {
    Explanation inner = explainer.explain(boosting.clauses[0], how);
    if (!inner.is_match || how != Scoring::full) return inner;
    const plan::Node& negative = boosting.clauses[1];
    if (explainer.outcome(negative).matched) {
        const float factor = boosting.negative_boost, value = inner.value * factor;
        const std::string description = "Matched boosting query score(" + explainer.describe(negative.origin) + ")";
        inner = explain_match(value, "product of:", {std::move(inner), explain_match(factor, description)});
    }
    const bool boosted = boosting.boost != 1.0f;
    std::vector<Explanation> details;
    if (boosted) details.push_back(explain_match(boosting.boost, "boost"));
    const float value = boosted ? explainer.outcome(node).score : inner.value;
    details.push_back(std::move(inner));
    return explain_match(value,
                         "weight(" + explainer.describe(node.origin) + (boosted ? "), product of:" : "), result of:"),
                         std::move(details));
}

float best(const plan::BoostingNode& node, const Range& range) {
    const float positive = best(node.clauses[0], range);
    if (positive == out_of_reach) return out_of_reach;
    const double factor = std::max(1.0, static_cast<double>(node.negative_boost));
    return bounded(static_cast<double>(std::max(positive, 0.0f)) * factor * static_cast<double>(node.boost));
}

DocId next(const plan::BoostingNode& node, DocId from, Run& run) {
    return next(node.clauses.front(), from, run);
}

}  // namespace rescora::query
