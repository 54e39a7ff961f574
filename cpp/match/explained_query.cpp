/// Queries without what a weight of Lucene's does not show.
#include "match/explained_query.h"

#include "plan/prepare.h"

namespace rescora::match {

plan::QueryPtr without_boosts(plan::QueryPtr query) {
    while (const auto* boost = plan::as<plan::Boost>(query)) query = plan::QueryPtr(boost->query);
    return query;
}

plan::QueryPtr selecting(plan::QueryPtr query) {
    for (;;) {
        const auto* boost = plan::as<plan::Boost>(query);
        const auto* constant = plan::as<plan::ConstantScore>(query);
        const auto* boosting = plan::as<plan::Boosting>(query);
        const auto* functions = plan::as<plan::FunctionScore>(query);
        const auto* script = plan::as<plan::ScriptScore>(query);
        plan::QueryPtr inner = boost                                ? boost->query
                               : constant                           ? constant->query
                               : boosting                           ? boosting->positive
                               : functions && !functions->min_score ? functions->query
                               : script && !script->min_score       ? script->query
                                                                    : nullptr;
        if (!inner) return query;
        query = std::move(inner);
    }
}

plan::QueryPtr spelled_out(const plan::QueryPtr& query, const index::ShardReader& shard) {
    const auto again = [&](const plan::QueryPtr& inner) { return spelled_out(inner, shard); };
    return std::visit(
        [&]<class Kind>(Kind copy) {
            if constexpr (std::is_same_v<Kind, plan::Phrase>) {
                const auto* field = copy.prefix ? shard.field(copy.field) : nullptr;
                if (field == nullptr) return query;
                const auto words = plan::expansions(*field, copy);
                copy.prefix = words.empty();  // nothing begins so: stays a prefix
                if (!copy.prefix) copy.terms.back().clear();
                for (const index::ShardTerm& word : words) copy.terms.back().emplace_back(word.text);
            } else if constexpr (std::is_same_v<Kind, plan::Bool>) {
                for (plan::Clause& clause : copy.clauses) clause.query = again(clause.query);
            } else if constexpr (std::is_same_v<Kind, plan::DisMax>) {
                for (plan::QueryPtr& inner : copy.queries) inner = again(inner);
            } else if constexpr (std::is_same_v<Kind, plan::ConstantScore> || std::is_same_v<Kind, plan::Boost> ||
                                 std::is_same_v<Kind, plan::ScriptScore>) {
                copy.query = again(copy.query);
            } else if constexpr (std::is_same_v<Kind, plan::Boosting>) {
                copy.positive = again(copy.positive);
                copy.asked = copy.negative_as_asked();  // Lucene's weight is named before it rewrites that
                copy.negative = again(copy.negative);
            } else if constexpr (std::is_same_v<Kind, plan::FunctionScore>) {
                copy.query = again(copy.query);
                for (plan::ScoreFunction& function : copy.functions)
                    if (function.filter) function.filter = again(function.filter);
            }
            return plan::make(std::move(copy));
        },
        query->node);
}

}  // namespace rescora::match
