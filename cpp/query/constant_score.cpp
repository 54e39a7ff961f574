/// A boost is a number that goes down to what it multiplies: no node is left of it.
#include "query/constant_score.h"

#include <stdexcept>

#include "base/java_text.h"

namespace rescora::query {

void weigh(const plan::ConstantScore& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_inner(weighted, query.query, 1, Scored::no);
}
void weigh(const plan::Boost& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_query(query.query, weighted.boost * query.boost, weighted);
}

plan::Node bind(const plan::ConstantScore&, const plan::Weighted& weighted, Binder& binder) {
    plan::ConstantNode node{{}, weighted.boost};
    node.filter.push_back(binder.bind(weighted.inner.front()));
    return {std::move(node), nullptr};
}
plan::Node bind(const plan::Boost&, const plan::Weighted&, Binder&) {
    throw std::logic_error("a query was bound that is never weighed");
}

std::string describe(const plan::ConstantScore& query, const Describer& describer) {
    return "ConstantScore(" + describer.of(query.query) + ")";
}
std::string describe(const plan::Boost& query, const Describer& describer) {
    return "(" + describer.of(query.query) + ")^" + java_float(query.boost);
}

void collect(const plan::ConstantScore& query, Scored, StatisticsCollector& collector) {
    collector.visit(query.query, Scored::no);
}
void collect(const plan::Boost& query, Scored scored, StatisticsCollector& collector) {
    collector.visit(query.query, scored);
}

Scores score(const plan::ConstantNode& node, const Batch& batch, Run& run) {
    const Run::MatchesOnly matches_only(run);
    const Scores scores = score(node.filter.front(), batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? node.score : 0.0f;
    return scores;
}

Explanation explain(const plan::ConstantNode& constant, const plan::Node& node, Scoring how, Explainer& explainer) {
    return how == Scoring::none ? explainer.explain_clause(constant.filter.front(), how)
                                : explainer.constant(constant.score, node, explainer.describe(node.origin));
}

Explanation explain_none(const plan::ConstantScore& query, const plan::QueryPtr& self, Scoring how,
                         Explainer& explainer) {
    return how == Scoring::none ? explainer.explain_clause_apart(query.query, how) : explainer.no_constant(self);
}

float best(const plan::ConstantNode& node, const Range& range) {
    return best(node.filter.front(), range) == out_of_reach ? out_of_reach : node.score;
}

DocId next(const plan::ConstantNode& node, DocId from, Run& run) {
    return next(node.filter.front(), from, run);
}

}  // namespace rescora::query
