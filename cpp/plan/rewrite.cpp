/// Rewriting by small steps, as Lucene 9.9.1 does: each step changes every branch at most once, and steps are taken
/// until nothing changes.
///
/// Doing more in one step would be simpler, but boosts multiply in float, and in which order they meet decides
/// their last bit.
#include <unordered_set>

#include "plan/inner.h"
#include "plan/query.h"
#include "plan/rewrite_bool.h"

namespace rescora::plan {

namespace {

/// Takes steps, and remembers which queries no step changes: an unchanged branch is not walked again.
class Rewriter {
 public:
    QueryPtr to_the_end(QueryPtr query) {
        for (;;) {
            QueryPtr next = step(query);
            if (next == query) return query;
            query = std::move(next);
        }
    }

 private:
    /// One step; the very same pointer when there is none to take.
    QueryPtr step(const QueryPtr& self) {
        if (!final_.empty() && final_.contains(self)) return self;
        QueryPtr next = std::visit([&](const auto& node) { return step_of(self, node); }, self->node);
        if (next == self && any_inner(self, [](const QueryPtr&) { return true; })) final_.insert(self);
        return next;
    }

    /// One step of a query of which only the documents count, not the scores.
    QueryPtr step_unscored(const QueryPtr& self) {
        if (final_unscored_.contains(self)) return self;
        QueryPtr next = step(self);
        if (const Boost* boost = as<Boost>(next))
            next = QueryPtr(boost->query);
        else if (const ConstantScore* constant = as<ConstantScore>(next))
            next = QueryPtr(constant->query);
        else if (as<Bool>(next))
            next = without_scores(next);
        if (next == self) final_unscored_.insert(self);
        return next;
    }

    template <class Leaf>
    QueryPtr step_of(const QueryPtr& self, const Leaf&) {
        return self;
    }

    template <class Values>
        requires requires(const Values& query) { query.values.empty(); }
    QueryPtr step_of(const QueryPtr& self, const Values& query) {
        return query.values.empty() ? make(MatchNone{}) : self;
    }

    /// Never merged with what is around it: its score is not a sum.
    template <ScoresAnother Kind>
    QueryPtr step_of(const QueryPtr& self, const Kind&) {
        return step_of_inner(self);
    }
    QueryPtr step_of_inner(const QueryPtr& self) {
        return rewrite_inner(self, [&](const QueryPtr& inner) { return step(inner); });
    }

    QueryPtr step_of(const QueryPtr& self, const Terms& query) {
        return query.terms.empty() ? make(MatchNone{}) : self;
    }

    QueryPtr step_of(const QueryPtr& self, const Ids& query) { return query.ids.empty() ? make(MatchNone{}) : self; }

    QueryPtr step_of(const QueryPtr& self, const TermRange& range) {
        if (!range.has_low || !range.has_high || range.low < range.high) return self;
        const bool one_term = range.low == range.high && range.include_low && range.include_high;
        return one_term ? self : make(MatchNone{});
    }

    QueryPtr step_of(const QueryPtr& self, const Phrase& phrase);
    QueryPtr step_of(const QueryPtr& self, const Blended& blended);
    QueryPtr step_of(const QueryPtr& self, const Boost& boosted);
    QueryPtr step_of(const QueryPtr& self, const ConstantScore& constant);
    QueryPtr step_of(const QueryPtr& self, const DisMax& dis_max);
    QueryPtr step_of(const QueryPtr& self, const Bool& query);
    QueryPtr step_of_clauses(const QueryPtr& self, const Bool& query);

    // By address: a pointer that is held is a query that stays as it is.
    std::unordered_set<QueryPtr> final_, final_unscored_;
};

/// Words that all have one spelling count from the first; with alternatives the positions stay as they were given.
QueryPtr from_first_position(const QueryPtr& self, const Phrase& phrase) {
    if (phrase.positions.front() == 0) return self;
    for (const auto& alternatives : phrase.terms)
        if (alternatives.size() != 1) return self;
    Phrase shifted = phrase;
    for (std::uint32_t& position : shifted.positions) position -= phrase.positions.front();
    return make(std::move(shifted));
}

QueryPtr Rewriter::step_of(const QueryPtr& self, const Phrase& phrase) {
    if (phrase.terms.empty()) return make(MatchNone{});
    if (phrase.prefix) return self;
    if (phrase.terms.size() > 1) return from_first_position(self, phrase);
    const std::vector<std::string>& alternatives = phrase.terms.front();
    if (alternatives.size() == 1) return make(Term{phrase.field, alternatives.front()});
    Bool any;
    for (const std::string& term : alternatives) any.clauses.push_back({Occur::should, make(Term{phrase.field, term})});
    return make(std::move(any));
}

QueryPtr Rewriter::step_of(const QueryPtr&, const Blended& blended) {
    if (blended.terms.empty()) return make(MatchNone{});
    const auto all = std::make_shared<const std::vector<Term>>(blended.terms);
    DisMax fields{{}, blended.tie_breaker};
    for (std::size_t i = 0; i < all->size(); ++i) {
        const Term& term = (*all)[i];
        QueryPtr in_field = make(Term{term.field, term.term, all});
        const float boost = blended.boosts[i];
        fields.queries.push_back(boost == 1 ? in_field : make(Boost{in_field, boost}));
    }
    return make(std::move(fields));
}

QueryPtr Rewriter::step_of(const QueryPtr& self, const Boost& boosted) {
    QueryPtr inner = step(boosted.query);
    if (boosted.boost == 1 || is_none(inner)) return inner;
    if (const Boost* second = as<Boost>(inner))
        return make(Boost{second->query, finite_boost(boosted.boost * second->boost)});
    if (boosted.boost == 0 && !as<ConstantScore>(inner)) return make(Boost{make(ConstantScore{std::move(inner)}), 0});
    return inner == boosted.query ? self : make(Boost{std::move(inner), boosted.boost});
}

QueryPtr Rewriter::step_of(const QueryPtr& self, const ConstantScore& constant) {
    QueryPtr inner = step_unscored(constant.query);
    if (is_none(inner)) return inner;
    return inner == constant.query ? self : make(ConstantScore{std::move(inner)});
}

/// A query that matches nothing stays among the others, as it does in 9.9.1: dropping it could leave a single query,
/// which might then be inlined and summed elsewhere.
QueryPtr Rewriter::step_of(const QueryPtr& self, const DisMax& dis_max) {
    if (dis_max.queries.empty()) return make(MatchNone{});
    if (dis_max.queries.size() == 1) return dis_max.queries.front();
    if (dis_max.tie_breaker == 1) {
        Bool sum;
        for (const QueryPtr& query : dis_max.queries) sum.clauses.push_back({Occur::should, query});
        return make(std::move(sum));
    }
    DisMax changed{{}, dis_max.tie_breaker};
    for (const QueryPtr& query : dis_max.queries) changed.queries.push_back(step(query));
    return changed.queries == dis_max.queries ? self : make(std::move(changed));
}

QueryPtr Rewriter::step_of(const QueryPtr& self, const Bool& query) {
    if (QueryPtr changed = apply_outer_rules(query)) return changed;
    if (QueryPtr changed = step_of_clauses(self, query); changed != self) return changed;
    QueryPtr changed = apply_inner_rules(query);
    return changed ? changed : self;
}

/// One step in every clause; those that can no longer match leave, or empty the whole.
QueryPtr Rewriter::step_of_clauses(const QueryPtr& self, const Bool& query) {
    Bool stepped{{}, query.minimum_should_match};
    bool changed = false;
    for (const Clause& clause : query.clauses) {
        const bool scored = clause.occur == Occur::must || clause.occur == Occur::should;
        const bool required = clause.occur == Occur::must || clause.occur == Occur::filter;
        QueryPtr next = scored ? step(clause.query) : step_unscored(clause.query);
        changed |= next != clause.query || is_none(next);
        if (!is_none(next))
            stepped.clauses.push_back({clause.occur, std::move(next)});
        else if (required)
            return next;
    }
    return changed ? make(std::move(stepped)) : self;
}

}  // namespace

QueryPtr rewrite(const QueryPtr& query) {
    return Rewriter().to_the_end(query);
}

}  // namespace rescora::plan
