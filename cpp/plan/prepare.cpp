/// What depends on a shard is put in its place before anything is rewritten: the words that a lone prefix stands for,
/// as in Lucene, and ranges of dates, as in Elasticsearch.
#include "plan/prepare.h"

#include <algorithm>

#include "columns/feature.h"
#include "plan/inner.h"

namespace rescora::plan {

namespace {

bool is_lone_prefix(const QueryPtr& query) {
    const auto* phrase = as<Phrase>(query);
    return phrase != nullptr && phrase->prefix && phrase->terms.size() == 1;
}

bool lacks_scale(const QueryPtr& query) {
    const auto* feature = as<RankFeature>(query);
    return feature != nullptr && feature->function == FeatureFunction::saturation && !feature->scale;
}

bool is_date_range(const QueryPtr& query) {
    const auto* range = as<IntegerRange>(query);
    return range != nullptr && range->of_dates;
}

bool depends_on_shard(const QueryPtr& query) {
    return is_lone_prefix(query) || lacks_scale(query) || is_date_range(query) || as<Exists>(query) ||
           any_inner(query, depends_on_shard);
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
QueryPtr held_to_limits(const QueryPtr& query, const index::ShardReader& shard) {
    const auto& range = *as<IntegerRange>(query);
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
    if (const auto* boosting = as<Boosting>(query)) return is_none(boosting->positive);
    if (const auto* scored = as<FunctionScore>(query)) return is_none(scored->query);
    if (const auto* scored = as<ScriptScore>(query)) return is_none(scored->query);
    const auto* clauses = as<Bool>(query);
    return clauses != nullptr && cannot_match(*clauses);
}

QueryPtr expand(const QueryPtr& query, const index::ShardReader& shard) {
    if (is_lone_prefix(query)) return words_of(*as<Phrase>(query), shard);
    if (lacks_scale(query)) return with_scale(*as<RankFeature>(query), shard);
    if (const auto* exists = as<Exists>(query)) return in_shard(query, shard.field(exists->field), shard);
    if (is_date_range(query)) return held_to_limits(query, shard);
    QueryPtr expanded = map_inner(query, [&](const QueryPtr& inner) { return expand(inner, shard); });
    return is_emptied(expanded) ? make(MatchNone{}) : expanded;
}

}  // namespace

bool has_functions(const QueryPtr& query) {
    return as<FunctionScore>(query) || as<ScriptScore>(query) || any_inner(query, has_functions);
}

QueryPtr prepare(const QueryPtr& query) {
    return depends_on_shard(query) ? query : rewrite(query);
}

QueryPtr resolve(const QueryPtr& query, const index::ShardReader& shard) {
    return depends_on_shard(query) ? rewrite(expand(query, shard)) : query;
}

std::vector<index::ShardTerm> expansions(const index::ShardField& field, const Phrase& phrase) {
    return field.with_prefix(phrase.terms.back().front(), phrase.max_expansions);
}

}  // namespace rescora::plan
