/// The queries directly inside a query, whatever its kind.
#pragma once
#include <algorithm>

#include "plan/query.h"

namespace rescora::plan {

/// The same query with `change` applied to each query directly inside it.
template <class Change>
QueryPtr map_inner(const QueryPtr& query, const Change& change) {
    if (const auto* some = as<Bool>(query)) {
        Bool copy = *some;
        for (Clause& clause : copy.clauses) clause.query = change(clause.query);
        return make(std::move(copy));
    }
    if (const auto* some = as<DisMax>(query)) {
        DisMax copy = *some;
        for (QueryPtr& inner : copy.queries) inner = change(inner);
        return make(std::move(copy));
    }
    if (const auto* some = as<ConstantScore>(query)) return make(ConstantScore{change(some->query)});
    if (const auto* some = as<Boost>(query)) return make(Boost{change(some->query), some->boost});
    if (const auto* some = as<Boosting>(query))
        return make(Boosting{change(some->positive), change(some->negative), some->negative_boost, some->asked});
    if (const auto* some = as<ScriptScore>(query))
        return make(ScriptScore{change(some->query), some->script, some->min_score});
    if (const auto* some = as<FunctionScore>(query)) {
        FunctionScore copy = *some;
        copy.query = change(copy.query);
        for (ScoreFunction& function : copy.functions)
            if (function.filter) function.filter = change(function.filter);
        return make(std::move(copy));
    }
    return query;
}

/// Whether `is` holds for a query directly inside this one.
template <class Is>
bool any_inner(const QueryPtr& query, const Is& is) {
    if (const auto* some = as<Bool>(query)) return std::ranges::any_of(some->clauses, is, &Clause::query);
    if (const auto* some = as<DisMax>(query)) return std::ranges::any_of(some->queries, is);
    if (const auto* some = as<ConstantScore>(query)) return is(some->query);
    if (const auto* some = as<Boost>(query)) return is(some->query);
    if (const auto* some = as<Boosting>(query)) return is(some->positive) || is(some->negative);
    if (const auto* some = as<ScriptScore>(query)) return is(some->query);
    if (const auto* some = as<FunctionScore>(query))
        return is(some->query) || std::ranges::any_of(some->functions, [&](const ScoreFunction& function) {
                   return function.filter && is(function.filter);
               });
    return false;
}

}  // namespace rescora::plan
