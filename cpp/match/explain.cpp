/// The whole, and what is made of clauses: bool, dis_max, boosting, and what cannot match.
#include "match/explain.h"

#include <algorithm>

#include "base/java_text.h"
#include "match/explainer.h"
#include "match/match.h"
#include "plan/bind.h"
#include "plan/weigh.h"

namespace rescora::match {

Explanation Explainer::explain_root(const plan::Node& root) {
    Explanation explanation = explain(root, Scoring::full);
    const std::uint8_t matched = explanation.is_match;
    run_.raise_faults({&doc_, 0, 1}, &matched);
    return explanation;
}

Explainer::Outcome Explainer::outcome(const plan::Node& node) {
    const Scores scores = score(node, {&doc_, 0, 1}, run_);
    return {scores.matched[0] != 0, scores.score[0]};
}

std::string Explainer::describe(const plan::QueryPtr& query) const {
    return plan::describe(*spelled_out(query, *plan_.shard), names_);
}

/// A clause. Where nobody asks for its score, Elasticsearch's cache of filters stands before it and says no more
/// than whether it matches.
Explanation Explainer::explain_clause(const plan::Node& node, Scoring how) {
    return how == Scoring::none ? constant(1, node, describe(selecting(node.origin))) : explain(node, how);
}

/// What the binder saw cannot match in this shard. It kept no clauses of it; each is bound again here.
Explanation Explainer::make(const plan::NothingNode&, const plan::Node& node, Scoring how) {
    const plan::QueryPtr& query = node.origin;
    const Scoring apart = how == Scoring::none ? how : Scoring::unknown;
    if (plan::as<plan::Term>(query)) return explain_no_match("no matching term");
    if (plan::as<plan::Phrase>(query)) return explain_no_match("no matching terms");
    if (plan::as<plan::DisMax>(query) || plan::as<plan::Blended>(query)) return explain_no_match("No matching clause");
    if (const auto* boosting = plan::as<plan::Boosting>(query)) return explain_apart(boosting->positive, apart);
    if (const auto* scored = plan::as<plan::FunctionScore>(query)) return explain_apart(scored->query, apart);
    if (const auto* scored = plan::as<plan::ScriptScore>(query)) return explain_apart(scored->query, apart);
    if (const auto* feature = plan::as<plan::DistanceFeature>(query)) return no_value(feature->field);
    if (plan::as<plan::RankFeature>(query)) return no_feature(query, " doesn't exist.");
    const auto* constant = plan::as<plan::ConstantScore>(query);
    if (constant && how == Scoring::none) return explain_clause_apart(constant->query, how);
    const auto* any = plan::as<plan::Bool>(query);
    if (!any) return no_constant(plan::describe_for_document(*query, names_));
    Clauses clauses;
    for (const plan::Clause& clause : any->clauses) {
        const Scoring inside = within(apart, clause.occur);
        add_clause(clauses, clause, explain_clause_apart(clause.query, inside), inside);
    }
    return failure(std::move(clauses), any->minimum_should_match);
}

/// A part of a query by itself, of which no weight is shown.
plan::Plan Explainer::bound_apart(const plan::QueryPtr& query) const {
    const index::ShardReader& shard = *plan_.shard;
    const plan::WeightedQuery weighted = plan::weigh(query, shard, plan::Statistics());
    return plan::bind(weighted, plan_.segment_number);
}

Explanation Explainer::explain_apart(const plan::QueryPtr& query, Scoring how) const {
    const plan::Plan plan = bound_apart(query);
    return Explainer(plan, doc_, names_, run_.arena).explain(plan.root, how);
}

Explanation Explainer::explain_clause_apart(const plan::QueryPtr& query, Scoring how) const {
    const plan::Plan plan = bound_apart(query);
    return Explainer(plan, doc_, names_, run_.arena).explain_clause(plan.root, how);
}

/// In the order of the query's clauses. The binder left out those that cannot match, and may have put the optional
/// ones behind the required.
Explanation Explainer::make(const plan::BoolNode& bound, const plan::Node& node, Scoring how) {
    const auto& query = *plan::as<plan::Bool>(node.origin);
    const auto musts = std::ranges::count(query.clauses, plan::Occur::must, &plan::Clause::occur);
    auto must = bound.must.begin(), filter = bound.filter.begin(), must_not = bound.must_not.begin();
    const bool moved = bound.should.empty();
    auto should = moved ? bound.must.begin() + musts : bound.should.begin();
    const auto should_end = moved ? bound.must.end() : bound.should.end();

    Clauses clauses;
    for (const plan::Clause& clause : query.clauses) {
        const plan::QueryPtr origin = without_boosts(clause.query);
        const plan::Node* found = nullptr;
        const auto take = [&](auto& next, auto end) {
            if (next != end && next->origin == origin) found = &*next++;
        };
        if (clause.occur == plan::Occur::must) take(must, bound.must.begin() + musts);
        if (clause.occur == plan::Occur::filter) take(filter, bound.filter.end());
        if (clause.occur == plan::Occur::should) take(should, should_end);
        if (clause.occur == plan::Occur::must_not) take(must_not, bound.must_not.end());
        const Scoring inside = within(how, clause.occur);
        if (found) add_clause(clauses, clause, explain_clause(*found, inside), inside);
    }
    const Outcome result = outcome(node);
    if (!result.matched) return failure(std::move(clauses), query.minimum_should_match);
    return explain_match(how == Scoring::full ? result.score : unscored_value(bound),
                         "sum of:", std::move(clauses.details));
}

void Explainer::add_clause(Clauses& clauses, const plan::Clause& clause, Explanation inner, Scoring how) const {
    const plan::Occur occur = clause.occur;
    const bool required = occur == plan::Occur::must || occur == plan::Occur::filter;
    if (!inner.is_match) {
        if (!required) return;
        clauses.fail = true;
        clauses.details.push_back(
            explain_no_match("no match on required clause (" + describe(clause.query) + ")", {std::move(inner)}));
        return;
    }
    clauses.matched += occur != plan::Occur::must_not;
    clauses.matched_shoulds += occur == plan::Occur::should;
    if (occur == plan::Occur::filter) {
        clauses.details.push_back(explain_match(
            0, "match on required clause, product of:", {explain_match(0, "# clause"), std::move(inner)}));
    } else if (occur == plan::Occur::must_not) {
        clauses.fail = true;
        clauses.details.push_back(
            explain_no_match("match on prohibited clause (" + describe(clause.query) + ")", {std::move(inner)}));
    } else if (how != Scoring::unknown) {  // rather no numbers than wrong ones
        clauses.details.push_back(std::move(inner));
    }
}

/// The first of Lucene's three reasons that holds.
Explanation Explainer::failure(Clauses clauses, std::uint32_t minimum_should_match) {
    std::string reason = "Failure to match minimum number of optional clauses: " + std::to_string(minimum_should_match);
    if (clauses.matched == 0) reason = "No matching clauses";
    if (clauses.fail) reason = "Failure to meet condition(s) of required/prohibited clause(s)";
    return explain_no_match(std::move(reason), std::move(clauses.details));
}

/// What Lucene's scorer of a bool gives where nobody asked for a score: an only required clause speaks for itself even
/// when it is a filter, of several those that are not filters add up, and optional ones count when some have to match.
float Explainer::unscored_value(const plan::BoolNode& bound) {
    const auto sum = [&](const std::vector<plan::Node>& nodes) {
        double total = 0;
        for (const plan::Node& node : nodes)
            if (const Explanation inner = explain(node, Scoring::none); inner.is_match)
                total += static_cast<double>(inner.value);
        return static_cast<float>(total);
    };
    const bool lone_filter = bound.must.empty() && bound.filter.size() == 1;
    const float required = sum(lone_filter ? bound.filter : bound.must);
    const float optional = bound.required_should() > 0 ? sum(bound.should) : 0.0f;
    return required + optional;
}

/// Joins what the details say, which of a function_score may not be its very score.
Explanation Explainer::make(const plan::DisMaxNode& dis_max, const plan::Node&, Scoring how) {
    std::vector<Explanation> details;
    float greatest = 0;
    double others = 0;
    for (const plan::Node& query : dis_max.queries) {
        Explanation detail = explain_clause(query, how);
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

Explanation Explainer::make(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how) {
    Explanation inner = explain(boosting.clauses[0], how);
    if (!inner.is_match || how != Scoring::full) return inner;
    const plan::Node& negative = boosting.clauses[1];
    if (outcome(negative).matched) {
        const float factor = boosting.negative_boost, value = inner.value * factor;
        auto matched = explain_match(factor, "Matched boosting query score(" + describe(negative.origin) + ")");
        inner = explain_match(value, "product of:", {std::move(inner), std::move(matched)});
    }
    const bool boosted = boosting.boost != 1.0f;
    std::vector<Explanation> details;
    if (boosted) details.push_back(explain_match(boosting.boost, "boost"));
    const float value = boosted ? outcome(node).score : inner.value;
    details.push_back(std::move(inner));
    return explain_match(value, "weight(" + describe(node.origin) + (boosted ? "), product of:" : "), result of:"),
                         std::move(details));
}

Explanation explain(const plan::Plan& plan, DocId doc, plan::FieldNames names, Arena& arena) {
    const Arena::Scope scope(arena);
    return Explainer(plan, doc, names, arena).explain_root(plan.root);
}

}  // namespace rescora::match
