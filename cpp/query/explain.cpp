/// Sends each kind of node to its `explain`, and each kind of query that nothing was bound of to its `explain_none`.
#include "query/explain.h"

#include "base/java_text.h"
#include "query/bind.h"
#include "query/explained_query.h"
#include "query/kinds.h"
#include "query/weigh.h"

namespace rescora::query {

Explanation Explainer::explain_root(const plan::Node& root) {
    Explanation explanation = explain(root, Scoring::full);
    const std::uint8_t matched = explanation.is_match;
    run_.raise_faults({&doc_, 0, 1}, &matched);
    return explanation;
}

Explanation Explainer::explain(const plan::Node& node, Scoring how) {
    return std::visit([&](const auto& kind) { return query::explain(kind, node, how, *this); }, node.kind);
}

/// What the binder saw cannot match in this shard. It kept no clauses of it; each is bound again.
Explanation explain(const plan::NothingNode&, const plan::Node& node, Scoring how, Explainer& explainer) {
    const plan::QueryPtr& query = node.origin;
    return std::visit([&](const auto& kind) { return explain_none(kind, query, how, explainer); }, query->node);
}

Explainer::Outcome Explainer::outcome(const plan::Node& node) {
    const Scores scores = score(node, {&doc_, 0, 1}, run_);
    return {scores.matched[0] != 0, scores.score[0]};
}

std::string Explainer::describe(const plan::QueryPtr& query) const {
    return query::describe(*spelled_out(query, *plan_.shard), names_);
}

Explanation Explainer::explain_clause(const plan::Node& node, Scoring how) {
    return how == Scoring::none ? constant(1, node, describe(selecting(node.origin))) : explain(node, how);
}

plan::Plan Explainer::bound_apart(const plan::QueryPtr& query) const {
    const plan::WeightedQuery weighted = weigh(query, *plan_.shard, plan::Statistics());
    return bind(weighted, plan_.segment_number);
}

Explanation Explainer::explain_apart(const plan::QueryPtr& query, Scoring how) {
    const plan::Plan plan = bound_apart(query);
    return Explainer(plan, doc_, names_, run_.arena).explain(plan.root, how);
}

Explanation Explainer::explain_clause_apart(const plan::QueryPtr& query, Scoring how) {
    const plan::Plan plan = bound_apart(query);
    return Explainer(plan, doc_, names_, run_.arena).explain_clause(plan.root, how);
}

Explanation Explainer::constant(float score, const plan::Node& node, const std::string& description) {
    if (!outcome(node).matched) return no_constant(description);
    return explain_match(score, description + (score == 1.0f ? "" : "^" + java_float(score)));
}

Explanation Explainer::no_constant(const std::string& description) const {
    return explain_no_match(description + " doesn't match id " + std::to_string(doc_));
}

Explanation Explainer::no_constant(const plan::QueryPtr& query) const {
    return no_constant(describe_for_document(*query, names_));
}

/// Why a document below `min_score` does not match.
Explanation too_low(float min_score, Explanation explanation) {
    std::string reason = "Score value is too low, expected at least " + java_float(min_score) + " but got " +
                         java_float(explanation.value);
    return explain_no_match(std::move(reason), {std::move(explanation)});
}

Explanation explain(const plan::Plan& plan, DocId doc, FieldNames names, Arena& arena) {
    const Arena::Scope scope(arena);
    return Explainer(plan, doc, names, arena).explain_root(plan.root);
}

}  // namespace rescora::query
