/// The sum of the others in double, as Lucene has it.
#include "query/dis_max.h"

#include <algorithm>

#include "base/java_text.h"

namespace rescora::query {

void weigh(const plan::DisMax& query, plan::Weighted& weighted, Weigher& weigher) {
    for (const plan::QueryPtr& inner : query.queries)
        weigher.add_inner(weighted, inner, weighted.boost, weigher.scored());
    if (std::ranges::none_of(weighted.inner, &plan::Weighted::can_match)) Weigher::cannot_match(weighted);
}

plan::Node bind(const plan::DisMax& query, const plan::Weighted& weighted, Binder& binder) {
    plan::DisMaxNode node{{}, query.tie_breaker};
    for (const plan::Weighted& inner : weighted.inner) node.queries.push_back(binder.bind(inner));
    std::erase_if(node.queries, Binder::is_nothing);
    return {std::move(node), nullptr};
}

std::string describe(const plan::DisMax& query, const Describer& describer) {
    std::string any;
    for (const plan::QueryPtr& inner : query.queries) any += (any.empty() ? "" : " | ") + describer.nested(inner);
    return "(" + any + ")" + (query.tie_breaker == 0 ? "" : "~" + java_float(query.tie_breaker));
}

void collect(const plan::DisMax& query, Scored scored, StatisticsCollector& collector) {
    for (const plan::QueryPtr& inner : query.queries) collector.visit(inner, scored);
}

Scores score(const plan::DisMaxNode& node, const Batch& batch, Run& run) {
    const Scores best = no_match(batch, run);
    const Arena::Scope scope(run.arena);
    double* others = run.arena.take_zeroed<double>(batch.n);
    for (const plan::Node& query : node.queries) {
        const Arena::Scope inner(run.arena);
        const Scores scores = score(query, batch, run);
        for (std::uint32_t i = 0; i < batch.n; ++i) {
            if (!scores.matched[i]) continue;
            const bool takes_over = scores.score[i] >= best.score[i];  // of equals, the later is the greatest
            others[i] += static_cast<double>(takes_over ? best.score[i] : scores.score[i]);
            if (takes_over) best.score[i] = scores.score[i];
            best.matched[i] = 1;
        }
    }
    const auto tie_breaker = static_cast<double>(node.tie_breaker);
    for (std::uint32_t i = 0; i < batch.n; ++i)
        best.score[i] = static_cast<float>(static_cast<double>(best.score[i]) + others[i] * tie_breaker);
    return best;
}

/// Joins what the details say, which of a function_score may not be its very score.
Explanation explain(const plan::DisMaxNode& dis_max, const plan::Node&, Scoring how, Explainer& explainer) {
    std::vector<Explanation> details;
    float greatest = 0;
    double others = 0;
    for (const plan::Node& query : dis_max.queries) {
        Explanation detail = explainer.explain_clause(query, how);
        if (!detail.is_match) continue;
        others += static_cast<double>(std::min(greatest, detail.value));
        greatest = std::max(greatest, detail.value);
        details.push_back(std::move(detail));
    }
    if (details.empty()) return explain_no_match("No matching clause");
    const double tie_breaker = static_cast<double>(dis_max.tie_breaker);
    return explain_match(
        static_cast<float>(static_cast<double>(greatest) + others * tie_breaker),
        tie_breaker == 0 ? "max of:" : "max plus " + java_float(dis_max.tie_breaker) + " times others of:",
        std::move(details));
}

Explanation explain_none(const plan::DisMax&, const plan::QueryPtr&, Scoring, Explainer&) {
    return explain_no_match("No matching clause");
}

float best(const plan::DisMaxNode& node, const Range& range) {
    double others = 0;
    float greatest = out_of_reach;
    for (const plan::Node& query : node.queries) {
        const float bound = best(query, range);
        if (bound == out_of_reach) continue;
        others += static_cast<double>(std::max(0.0f, std::min(bound, greatest)));
        greatest = std::max({greatest, bound, 0.0f});
    }
    return greatest == out_of_reach
               ? out_of_reach
               : bounded(static_cast<double>(greatest) + others * static_cast<double>(node.tie_breaker));
}

DocId next(const plan::DisMaxNode& node, DocId from, Run& run) {
    return least_next(node.queries, from, run);
}

}  // namespace rescora::query
