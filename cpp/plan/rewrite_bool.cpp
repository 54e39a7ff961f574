/// One function a rule; apply_inner_rules, at the end, lists them in order.
#include "plan/rewrite_bool.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"

namespace rescora::plan {

namespace {

using QuerySet = std::unordered_set<QueryPtr, HashByValue, EqualByValue>;

std::size_t count(const Bool& query, Occur occur) {
    return static_cast<std::size_t>(std::ranges::count(query.clauses, occur, &Clause::occur));
}

QuerySet set_of(const Bool& query, Occur occur) {
    QuerySet found;
    for (const Clause& clause : query.clauses)
        if (clause.occur == occur) found.insert(clause.query);
    return found;
}

bool is_match_all(const QueryPtr& query) {
    return as<MatchAll>(query) != nullptr;
}

bool only_shoulds(const Bool& query) {
    return count(query, Occur::should) == query.clauses.size();
}

/// The same bool, to be filled with other clauses.
Bool empty_like(const Bool& query) {
    return {{}, query.minimum_should_match};
}

/// The bool with the clauses that `keep` accepts; null when that is all of them.
template <class Keep>
QueryPtr only(const Bool& query, Keep keep) {
    Bool kept = empty_like(query);
    std::ranges::copy_if(query.clauses, std::back_inserter(kept.clauses), keep);
    return kept.clauses.size() == query.clauses.size() ? nullptr : make(std::move(kept));
}

QueryPtr none_without_positive_clause(const Bool& query) {
    return count(query, Occur::must_not) == query.clauses.size() ? make(MatchNone{}) : nullptr;
}

QueryPtr unwrap_only_clause(const Bool& query) {
    if (query.clauses.size() != 1) return nullptr;
    const Clause& clause = query.clauses[0];
    switch (clause.occur) {
        case Occur::should:
            return query.minimum_should_match <= 1 ? clause.query : nullptr;
        case Occur::must:
            return query.minimum_should_match == 0 ? clause.query : nullptr;
        case Occur::filter:
            return query.minimum_should_match == 0 ? make(Boost{make(ConstantScore{clause.query}), 0}) : nullptr;
        case Occur::must_not:
            break;
    }
    return nullptr;
}

QueryPtr drop_repeated_filters(const Bool& query) {
    if (count(query, Occur::filter) < 2 && count(query, Occur::must_not) < 2) return nullptr;
    QuerySet filters, exclusions;
    return only(query, [&](const Clause& clause) {
        if (clause.occur == Occur::filter) return filters.insert(clause.query).second;
        if (clause.occur == Occur::must_not) return exclusions.insert(clause.query).second;
        return true;
    });
}

QueryPtr none_when_required_and_excluded(const Bool& query) {
    if (count(query, Occur::must_not) == 0) return nullptr;
    const QuerySet excluded = set_of(query, Occur::must_not);
    const bool empty = std::ranges::any_of(query.clauses, [&](const Clause& clause) {
        if (clause.occur == Occur::must_not) return is_match_all(clause.query);
        return clause.occur != Occur::should && excluded.contains(clause.query);
    });
    return empty ? make(MatchNone{}) : nullptr;
}

QueryPtr drop_needless_filters(const Bool& query) {
    const std::size_t filters = count(query, Occur::filter);
    if (filters == 0) return nullptr;
    const QuerySet musts = set_of(query, Occur::must);
    const bool others_select = filters > 1 || !musts.empty();
    return only(query, [&](const Clause& clause) {
        if (clause.occur != Occur::filter) return true;
        return !(others_select && is_match_all(clause.query)) && !musts.contains(clause.query);
    });
}

/// A SHOULD that a FILTER demands anyway is a MUST.
QueryPtr promote_filtered_shoulds(const Bool& query) {
    if (count(query, Occur::filter) == 0 || count(query, Occur::should) == 0) return nullptr;
    const QuerySet filters = set_of(query, Occur::filter), shoulds = set_of(query, Occur::should);
    Bool changed = empty_like(query);
    std::uint32_t promoted = 0;
    for (const Clause& clause : query.clauses) {
        if (clause.occur == Occur::filter && shoulds.contains(clause.query)) continue;
        const bool promote = clause.occur == Occur::should && filters.contains(clause.query);
        changed.clauses.push_back(promote ? Clause{Occur::must, clause.query} : clause);
        promoted += promote;
    }
    if (promoted == 0) return nullptr;
    changed.minimum_should_match -= std::min(promoted, changed.minimum_should_match);
    return make(std::move(changed));
}

struct Boosted {
    QueryPtr query;
    double boost;
};

Boosted strip_boosts(QueryPtr query) {
    double product = 1;
    while (const Boost* boost = as<Boost>(query)) {
        product *= boost->boost;
        query = QueryPtr(boost->query);  // copied first: assigning frees what `boost` points into
    }
    return {std::move(query), product};
}

QueryPtr with_boost(QueryPtr query, float boost) {
    return boost == 1 ? std::move(query) : make(Boost{std::move(query), boost});
}

}  // namespace

float finite_boost(float boost) {
    if (!std::isfinite(boost)) throw InvalidArgument("boost must be a positive float, got Infinity");
    return boost;
}

namespace {

/// Equal clauses become one, where the first stood, with the sum of their boosts.
QueryPtr merge_equal(const Bool& query, Occur occur) {
    if (count(query, occur) < 2) return nullptr;
    std::unordered_map<QueryPtr, std::size_t, HashByValue, EqualByValue> places;
    std::vector<double> sums(query.clauses.size(), 0);
    Bool merged = empty_like(query);
    for (const Clause& clause : query.clauses) {
        if (clause.occur != occur) {
            merged.clauses.push_back(clause);
            continue;
        }
        auto [inner, boost] = strip_boosts(clause.query);
        const auto [place, is_new] = places.try_emplace(inner, merged.clauses.size());
        sums[place->second] += boost;
        if (is_new) merged.clauses.push_back({occur, std::move(inner)});
    }
    if (merged.clauses.size() == query.clauses.size()) return nullptr;
    for (std::size_t i = 0; i < merged.clauses.size(); ++i) {
        Clause& clause = merged.clauses[i];
        if (clause.occur == occur) clause.query = with_boost(clause.query, finite_boost(static_cast<float>(sums[i])));
    }
    return make(std::move(merged));
}

QueryPtr merge_equal_shoulds(const Bool& query) {
    return query.minimum_should_match <= 1 ? merge_equal(query, Occur::should) : nullptr;
}

QueryPtr merge_equal_musts(const Bool& query) {
    return merge_equal(query, Occur::must);
}

/// A MUST that matches everything leaves the choice to the filters: it gives their documents its constant.
QueryPtr score_filters_as_match_all(const Bool& query) {
    if (count(query, Occur::must) != 1 || count(query, Occur::filter) == 0) return nullptr;
    QueryPtr must = std::ranges::find(query.clauses, Occur::must, &Clause::occur)->query;
    float boost = 1;
    if (const Boost* boosted = as<Boost>(must)) {
        boost = boosted->boost;
        must = QueryPtr(boosted->query);
    }
    if (!is_match_all(must)) return nullptr;
    Bool selection, rest = empty_like(query);
    for (const Clause& clause : query.clauses) {
        if (clause.occur == Occur::filter || clause.occur == Occur::must_not) selection.clauses.push_back(clause);
        if (clause.occur == Occur::should) rest.clauses.push_back(clause);
    }
    QueryPtr scored = with_boost(make(ConstantScore{make(std::move(selection))}), boost);
    rest.clauses.insert(rest.clauses.begin(), {Occur::must, std::move(scored)});
    return make(std::move(rest));
}

QueryPtr inline_disjunctions(const Bool& query) {
    if (query.minimum_should_match > 1) return nullptr;
    Bool flat = empty_like(query);
    bool changed = false;
    for (const Clause& clause : query.clauses) {
        const Bool* inner = clause.occur == Occur::should ? as<Bool>(clause.query) : nullptr;
        if (inner && inner->minimum_should_match <= 1 && only_shoulds(*inner)) {
            flat.clauses.insert(flat.clauses.end(), inner->clauses.begin(), inner->clauses.end());
            changed = true;
        } else {
            flat.clauses.push_back(clause);
        }
    }
    return changed ? make(std::move(flat)) : nullptr;
}

QueryPtr require_all_when_so_many_must_match(const Bool& query) {
    const std::size_t shoulds = count(query, Occur::should);
    if (shoulds < query.minimum_should_match) return make(MatchNone{});
    if (shoulds == 0 || shoulds > query.minimum_should_match) return nullptr;
    Bool changed{query.clauses, 0};
    for (Clause& clause : changed.clauses)
        if (clause.occur == Occur::should) clause.occur = Occur::must;
    return make(std::move(changed));
}

template <class... Rules>
QueryPtr first_of(const Bool& query, Rules... rules) {
    QueryPtr changed;
    ((changed = rules(query)) || ...);
    return changed;
}

}  // namespace

QueryPtr apply_outer_rules(const Bool& query) {
    return first_of(query, none_without_positive_clause, unwrap_only_clause);
}

QueryPtr apply_inner_rules(const Bool& query) {
    return first_of(query, drop_repeated_filters, none_when_required_and_excluded, drop_needless_filters,
                    promote_filtered_shoulds, merge_equal_shoulds, merge_equal_musts, score_filters_as_match_all,
                    inline_disjunctions, require_all_when_so_many_must_match);
}

QueryPtr without_scores(const QueryPtr& self) {
    const Bool& query = *as<Bool>(self);
    const bool required = count(query, Occur::must) + count(query, Occur::filter) > 0;
    const bool shoulds_matter = query.minimum_should_match > 0 || !required;
    Bool plain = empty_like(query);
    bool changed = false;
    for (const Clause& clause : query.clauses) {
        if (clause.occur == Occur::should && !shoulds_matter) continue;
        QueryPtr inner = clause.query;
        if (const Boost* boost = as<Boost>(inner)) inner = QueryPtr(boost->query);
        if (const ConstantScore* constant = as<ConstantScore>(inner)) inner = QueryPtr(constant->query);
        if (as<Bool>(inner)) inner = without_scores(inner);
        const Occur occur = clause.occur == Occur::must ? Occur::filter : clause.occur;
        changed |= inner != clause.query || occur != clause.occur;
        plain.clauses.push_back({occur, std::move(inner)});
    }
    changed |= plain.clauses.size() != query.clauses.size();
    return changed ? make(std::move(plain)) : self;
}

}  // namespace rescora::plan
