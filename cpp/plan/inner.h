/// The queries directly inside a query, whatever its kind: its fields tell.
#pragma once
#include <type_traits>
#include <vector>

#include "plan/query.h"

namespace rescora::plan {

/// What is a query, or holds some.
template <class Value>
constexpr bool holds_queries =
    std::is_same_v<Value, QueryPtr> || std::is_same_v<Value, std::vector<QueryPtr>> ||
    std::is_same_v<Value, std::vector<Clause>> || std::is_same_v<Value, std::vector<ScoreFunction>>;

/// Whether `is` holds for a query in this value, which may change them.
template <class Value, class Is>
bool any_query(Value& value, const Is& is) {
    using Plain = std::remove_const_t<Value>;
    if constexpr (std::is_same_v<Plain, QueryPtr>) {
        return value != nullptr && is(value);
    } else if constexpr (std::is_same_v<Plain, Clause>) {
        return is(value.query);
    } else if constexpr (std::is_same_v<Plain, ScoreFunction>) {
        return any_query(value.filter, is);
    } else {
        for (auto& item : value)
            if (any_query(item, is)) return true;
        return false;
    }
}

/// The same for a field, if what it holds is inside the query.
template <class Kind, class Value, Compared how, class Seen, class Is>
bool any_query_of(Kind& kind, const Field<std::remove_const_t<Kind>, Value, how, Seen>& field, const Is& is) {
    if constexpr (holds_queries<Value> && how != Compared::not_at_all)
        return any_query(kind.*field.member, is);
    else
        return false;
}

/// The same for the fields of a query, in their order.
template <class Kind, class Is>
bool any_inner_of(Kind& kind, const Is& is) {
    return std::remove_const_t<Kind>::fields(
        [&](const auto&... fields) { return (any_query_of(kind, fields, is) || ...); });
}

/// Whether a kind of query has room for queries inside.
template <class Kind>
constexpr bool has_inner = Kind::fields([]<class... Fields>(const Fields&...) {
    return (holds_queries<std::remove_cvref_t<decltype(std::declval<Kind>().*std::declval<Fields>().member)>> || ...);
});

/// Whether `is` holds for a query directly inside this one.
template <class Is>
bool any_inner(const QueryPtr& query, const Is& is) {
    return std::visit([&](const auto& kind) { return any_inner_of(kind, is); }, query->node);
}

/// The same query with `change` applied to each query directly inside it.
template <class Change>
QueryPtr map_inner(const QueryPtr& query, const Change& change) {
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (has_inner<Kind>) {
                Kind copy = kind;
                any_inner_of(copy, [&](QueryPtr& inner) {
                    inner = change(inner);
                    return false;
                });
                return make(std::move(copy));
            } else {
                return query;
            }
        },
        query->node);
}

/// The query with each query directly inside it rewritten; the very same pointer where none changes.
template <class Rewrite>
QueryPtr rewrite_inner(const QueryPtr& query, const Rewrite& rewrite) {
    return std::visit(
        [&]<class Kind>(const Kind& kind) {
            if constexpr (has_inner<Kind>) {
                Kind copy = kind;
                bool changed = false;
                any_inner_of(copy, [&](QueryPtr& inner) {
                    QueryPtr next = rewrite(inner);
                    changed |= next != inner;
                    inner = std::move(next);
                    return false;
                });
                if (!changed) return query;
                if constexpr (requires { copy.remember(kind); }) copy.remember(kind);
                return make(std::move(copy));
            } else {
                return query;
            }
        },
        query->node);
}

}  // namespace rescora::plan
