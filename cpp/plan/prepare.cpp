/// A phrase that is nothing but a prefix becomes the words that begin so before anything is rewritten, as in Lucene.
#include "plan/prepare.h"

#include <algorithm>
#include <functional>
#include <numeric>

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

bool depends_on_shard(const QueryPtr& query) {
    return is_lone_prefix(query) || lacks_scale(query) || any_inner(query, depends_on_shard);
}

QueryPtr words_of(const Phrase& phrase, const segment::Segment& segment) {
    std::vector<Clause> words;
    if (const auto* field = segment.field(phrase.field)) {
        const auto [first, last] = expansions(*field, phrase);
        for (TermId word = first; word < last; ++word)
            words.push_back({Occur::should, make(Term{phrase.field, std::string(field->words.word(word))})});
    }
    return make(Bool{std::move(words), 0});
}

/// With the mean of the shard's encoded values as its scale: about the geometric mean of the values, for the code of a
/// float is about its logarithm.
QueryPtr with_scale(RankFeature feature, const segment::Segment& segment) {
    const auto* field = segment.field(feature.field);
    const auto codes = field ? field->integers.all() : std::span<const std::int64_t>{};
    constexpr std::int64_t code_bits = 0xFFFF;  // a damaged file may have more, and their sum no number
    const auto code = [](std::int64_t value) { return value & code_bits; };
    const std::int64_t sum = std::transform_reduce(codes.begin(), codes.end(), std::int64_t{0}, std::plus{}, code);
    const auto mean = static_cast<float>(static_cast<double>(sum) / static_cast<double>(codes.size()));
    feature.scale = codes.empty() ? 1.0f : columns::decode_feature(static_cast<std::int64_t>(mean));
    return make(feature);
}

QueryPtr expand(const QueryPtr& query, const segment::Segment& segment) {
    if (is_lone_prefix(query)) return words_of(*as<Phrase>(query), segment);
    if (lacks_scale(query)) return with_scale(*as<RankFeature>(query), segment);
    return map_inner(query, [&](const QueryPtr& inner) { return expand(inner, segment); });
}

}  // namespace

QueryPtr prepare(const QueryPtr& query) {
    return depends_on_shard(query) ? query : rewrite(query);
}

QueryPtr resolve(const QueryPtr& query, const segment::Segment& segment) {
    return depends_on_shard(query) ? rewrite(expand(query, segment)) : query;
}

std::pair<TermId, TermId> expansions(const segment::Field& field, const Phrase& phrase) {
    const auto [first, last] = field.words.with_prefix(phrase.terms.back().front());
    return {first, first + std::min(last - first, phrase.max_expansions)};
}

}  // namespace rescora::plan
