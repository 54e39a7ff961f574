/// Queries without what a weight of Lucene's does not show.
#include "query/explained_query.h"

#include "plan/inner.h"
#include "plan/prepare.h"

namespace rescora::query {

namespace {

/// Null where the documents of the query are not those of one inside.
template <class Kind>
plan::QueryPtr selected_by(const Kind& query) {
    if constexpr (plan::ScoresAnother<Kind>) {
        if constexpr (requires { query.min_score; })
            if (query.min_score) return nullptr;
        return query.scored_query();
    } else if constexpr (std::is_same_v<Kind, plan::Boost> || std::is_same_v<Kind, plan::ConstantScore>) {
        return query.query;
    } else {
        return nullptr;
    }
}

plan::QueryPtr with_expansions(plan::Phrase phrase, const plan::QueryPtr& self, const index::ShardReader& shard) {
    const auto* field = phrase.prefix ? shard.field(phrase.field) : nullptr;
    if (field == nullptr) return self;
    const auto words = plan::expansions(*field, phrase);
    if (words.empty()) return self;  // nothing begins so: stays a prefix
    phrase.prefix = false;
    phrase.terms.back().clear();
    for (const index::ShardTerm& word : words) phrase.terms.back().emplace_back(word.text);
    return plan::make(std::move(phrase));
}

}  // namespace

plan::QueryPtr without_boosts(plan::QueryPtr query) {
    while (const auto* boost = plan::as<plan::Boost>(query)) query = plan::QueryPtr(boost->query);
    return query;
}

plan::QueryPtr selecting(plan::QueryPtr query) {
    for (;;) {
        plan::QueryPtr inner = std::visit([](const auto& kind) { return selected_by(kind); }, query->node);
        if (!inner) return query;
        query = std::move(inner);
    }
}

/// What Lucene rewrites inside, it names as it was.
plan::QueryPtr spelled_out(const plan::QueryPtr& query, const index::ShardReader& shard) {
    if (const auto* phrase = plan::as<plan::Phrase>(query)) return with_expansions(*phrase, query, shard);
    return plan::rewrite_inner(query, [&](const plan::QueryPtr& inner) { return spelled_out(inner, shard); });
}

}  // namespace rescora::query
