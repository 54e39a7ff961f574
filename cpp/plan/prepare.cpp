/// What depends on a shard is put in its place before anything is rewritten: the words that a lone prefix stands for,
/// as in Lucene, and ranges of dates, as in Elasticsearch.
#include "plan/prepare.h"

#include <algorithm>

#include "columns/feature.h"
#include "plan/inner.h"

namespace rescora::plan {

namespace {

bool is_lone_prefix(const Phrase& phrase) {
    return phrase.prefix && phrase.terms.size() == 1;
}

bool lacks_scale(const RankFeature& feature) {
    return feature.function == FeatureFunction::saturation && !feature.scale;
}

struct DependsOnShard {
    bool operator()(const QueryPtr& query) const { return std::visit(*this, query->node); }

    bool operator()(const Phrase& phrase) const { return is_lone_prefix(phrase); }
    bool operator()(const RankFeature& feature) const { return lacks_scale(feature); }
    bool operator()(const IntegerRange& range) const { return range.of_dates; }
    bool operator()(const Exists&) const { return true; }
    template <class Kind>
    bool operator()(const Kind& kind) const {
        return any_inner_of(kind, *this);
    }
};

bool depends_on_shard(const QueryPtr& query) {
    return DependsOnShard{}(query);
}

QueryPtr words_of(const Phrase& phrase, const index::ShardReader& shard) {
    std::vector<Clause> words;
    if (const auto* field = shard.field(phrase.field))
        for (const index::ShardTerm& word : expansions(*field, phrase))
            words.push_back({Occur::should, make(Term{phrase.field, std::string(word.text)})});
    return make(Bool{std::move(words), 0});
}

/// With the mean of the shard's encoded values as its scale: about the geometric mean of the values, for the code of a
/// float is about its logarithm.
QueryPtr with_scale(RankFeature feature, const index::ShardReader& shard) {
    constexpr std::int64_t code_bits = 0xFFFF;  // a damaged file may have more, and their sum no number
    std::int64_t sum = 0;
    std::size_t count = 0;
    if (const auto* field = shard.field(feature.field))
        for (const segment::Field* part : field->parts()) {
            if (part == nullptr) continue;
            for (const std::int64_t code : part->integers.all()) sum += code & code_bits;
            count += part->integers.all().size();
        }
    const auto mean = static_cast<float>(static_cast<double>(sum) / static_cast<double>(count));
    feature.scale = count == 0 ? 1.0f : columns::decode_feature(static_cast<std::int64_t>(mean));
    return make(feature);
}

/// Lucene lets everything match where every document has the field.
QueryPtr in_shard(const QueryPtr& exists, const index::ShardField* field, const index::ShardReader& shard) {
    if (field == nullptr) return exists;
    return field->num_documents() == shard.num_docs() ? make(MatchAll{}) : exists;
}

/// Elasticsearch looks at the least and the greatest date of the shard before Lucene sees the range: one that no date
/// can be in matches nothing, one that all dates are in asks only whether there is a date. Others stay, even those that
/// are the wrong way round.
QueryPtr held_to_limits(const QueryPtr& query, const IntegerRange& range, const index::ShardReader& shard) {
    const auto* field = shard.field(range.field);
    if (field == nullptr || field->type() != segment::FieldType::integer) return make(MatchNone{});
    const segment::ColumnSummary dates = field->summary();
    if (dates.documents == 0) return make(MatchNone{});
    if (dates.least >= range.low && dates.most <= range.high)
        return make(ConstantScore{in_shard(make(Exists{range.field}), field, shard)});
    return dates.most < range.low || dates.least > range.high ? make(MatchNone{}) : query;
}

/// A required clause matches nothing, or there are only optional ones and none of them does.
bool cannot_match(const Bool& query) {
    bool any_required = false, any_optional = false, optional_matches = false;
    for (const Clause& clause : query.clauses) {
        const bool required = clause.occur == Occur::must || clause.occur == Occur::filter;
        if (required && is_none(clause.query)) return true;
        any_required |= required;
        any_optional |= clause.occur == Occur::should;
        optional_matches |= clause.occur == Occur::should && !is_none(clause.query);
    }
    return !any_required && any_optional && !optional_matches;
}

/// Of these Elasticsearch leaves nothing when what they are made of matches nothing; Lucene would keep them.
bool is_emptied(const QueryPtr& query) {
    return std::visit(
        []<class Kind>(const Kind& kind) {
            if constexpr (ScoresAnother<Kind>)
                return is_none(kind.scored_query());
            else if constexpr (std::is_same_v<Kind, Bool>)
                return cannot_match(kind);
            else
                return false;
        },
        query->node);
}

struct Expand {
    const QueryPtr& self;
    const index::ShardReader& shard;

    QueryPtr operator()(const Phrase& phrase) const { return is_lone_prefix(phrase) ? words_of(phrase, shard) : self; }
    QueryPtr operator()(const RankFeature& feature) const {
        return lacks_scale(feature) ? with_scale(feature, shard) : self;
    }
    QueryPtr operator()(const IntegerRange& range) const {
        return range.of_dates ? held_to_limits(self, range, shard) : self;
    }
    QueryPtr operator()(const Exists& exists) const { return in_shard(self, shard.field(exists.field), shard); }
    template <class Kind>
    QueryPtr operator()(const Kind&) const {
        return expand_inner();
    }

    static QueryPtr expand(const QueryPtr& query, const index::ShardReader& shard) {
        return std::visit(Expand{query, shard}, query->node);
    }
    QueryPtr expand_inner() const {
        QueryPtr expanded = map_inner(self, [&](const QueryPtr& inner) { return expand(inner, shard); });
        return is_emptied(expanded) ? make(MatchNone{}) : expanded;
    }
};

}  // namespace

bool has_functions(const QueryPtr& query) {
    return as<FunctionScore>(query) || as<ScriptScore>(query) || any_inner(query, has_functions);
}

QueryPtr prepare(const QueryPtr& query) {
    return depends_on_shard(query) ? query : rewrite(query);
}

QueryPtr resolve(const QueryPtr& query, const index::ShardReader& shard) {
    return depends_on_shard(query) ? rewrite(Expand::expand(query, shard)) : query;
}

std::vector<index::ShardTerm> expansions(const index::ShardField& field, const Phrase& phrase) {
    return field.with_prefix(phrase.terms.back().front(), phrase.max_expansions);
}

}  // namespace rescora::plan
