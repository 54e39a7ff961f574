/// A small index of random words and numbers, and random queries over it, for the tests that compare two ways to one
/// answer.
#pragma once
#include <algorithm>
#include <random>
#include <string>

#include "index/builder.h"
#include "index/snapshot.h"
#include "query/bind.h"
#include "query/weigh.h"

namespace random_index {

using namespace rescora;

enum Fields : FieldId { title, body, tag, number, fraction, missing };

class Random {
 public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    std::uint32_t below(std::uint32_t n) { return n == 0 ? 0 : static_cast<std::uint32_t>(engine_() % n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }

    /// Small numbers come far more often than great ones, as words do in texts.
    std::uint32_t skewed(std::uint32_t n) { return below(1 + below(1 + below(n))); }

 private:
    std::mt19937_64 engine_;
};

inline std::string word(std::uint32_t n) {
    return "w" + std::to_string(n);
}

inline std::string text(Random& random, std::uint32_t words) {
    std::string made;
    for (std::uint32_t i = 0; i < words; ++i) made += (i == 0 ? "" : " ") + word(random.skewed(40));
    return made;
}

inline std::vector<index::ShardReader::Segments> make_shards(std::uint32_t num_shards, std::uint32_t num_docs,
                                                             Random& random, std::size_t threads = 1) {
    index::Builder builder(num_shards);
    builder.add_text_field(title, {text::Analyzer::named("standard")});
    builder.add_text_field(body, {text::Analyzer::named("standard"), 0.9f, 0.4f, 10});
    builder.add_keyword_field(tag, 1.2f, 0.75f);
    builder.add_integer_field(number);
    builder.add_real_field(fraction);
    for (std::uint32_t doc = 0; doc < num_docs; ++doc) {
        const std::string id = "id" + std::to_string(doc);
        const std::string_view ids[] = {id};
        builder.add_documents(ids);
        const auto add_words = [&](auto add, FieldId field, const std::string& value) {
            const std::vector<std::string_view> values = {value};
            (builder.*add)(field, std::span(&doc, 1), values, nullptr);
        };
        const std::uint32_t longest = random.one_in(20) ? 300 : 12;
        if (!random.one_in(8)) add_words(&index::Builder::add_texts, title, text(random, random.below(longest)));
        for (std::uint32_t n = random.below(3); n > 0; --n)
            add_words(&index::Builder::add_texts, body, text(random, random.below(9)));
        for (std::uint32_t n = random.below(3); n > 0; --n) {
            add_words(&index::Builder::add_keywords, tag, word(random.skewed(30)));
            const std::int64_t whole = random.below(50);
            builder.add_integers(number, std::span(&doc, 1), std::span(&whole, 1));
            const double real = random.below(50) / 4.0;
            builder.add_reals(fraction, std::span(&doc, 1), std::span(&real, 1));
        }
    }
    return builder.finish(threads);
}

inline std::shared_ptr<const segment::Segment> make_segment(std::uint32_t num_docs, Random& random) {
    return make_shards(1, num_docs, random).front().front();
}

/// A shard that is this segment, which must outlive it.
inline index::ShardReader shard_of(const segment::Segment& segment, std::uint32_t number = 0) {
    return {{{std::shared_ptr<const void>(), &segment}}, number};
}

/// A query in the only segment of a shard, weighed by the shard's own statistics.
inline plan::Plan bound_in_segment(const plan::QueryPtr& query, const index::ShardReader& shard) {
    return query::bind(query::weigh(query, shard, plan::Statistics()), 0);
}

/// Shards of one segment each.
inline std::vector<index::ShardReader::Segments> one_each(
    const std::vector<std::shared_ptr<const segment::Segment>>& segments) {
    std::vector<index::ShardReader::Segments> shards;
    for (const auto& segment : segments) shards.push_back({segment});
    return shards;
}

class Queries {
 public:
    explicit Queries(Random& random) : random_(random) {}

    plan::QueryPtr any() { return plan::rewrite(make(3)); }

 private:
    std::uint32_t below(std::uint32_t n) { return random_.below(n); }
    FieldId words_field() { return below(5) == 0 ? tag : below(2) == 0 ? title : body; }
    plan::Term term() { return {words_field(), word(random_.skewed(45))}; }

    plan::QueryPtr make(std::uint32_t levels) {
        plan::QueryPtr made = levels > 0 && below(3) > 0 ? make_compound(levels - 1) : make_leaf();
        return below(6) == 0 ? plan::make(plan::Boost{made, static_cast<float>(below(7)) / 3}) : made;
    }

    std::vector<plan::QueryPtr> some(std::uint32_t levels) {
        std::vector<plan::QueryPtr> made;
        for (std::uint32_t n = 1 + below(4); n > 0; --n) made.push_back(make(levels));
        return made;
    }

    plan::Function make_function() {
        switch (below(4)) {
            case 0:
                return plan::FieldValueFactor{number, "number", 0.5f, plan::Modifier::log1p, 2};
            case 1:
                return plan::RandomScore{plan::RandomSource::value, tag, false, 7, 99};
            case 2:
                return plan::Decay{
                    fraction, static_cast<plan::DecayShape>(below(3)), 3.0, 2, 0.5, 0.25, plan::MultiValueMode::avg};
            default:
                return plan::One{};
        }
    }

    /// No function of it fails, so that every document has a score.
    plan::QueryPtr make_function_score(std::uint32_t levels) {
        plan::FunctionScore made;
        made.query = make(levels);
        for (std::uint32_t n = below(4); n > 0; --n)
            made.functions.push_back(
                {make_function(), 0.5f * static_cast<float>(below(4)), below(2) == 0 ? make(levels) : nullptr});
        made.mode = static_cast<plan::FunctionMode>(below(6));
        made.boost_mode = static_cast<plan::BoostMode>(below(6));
        if (below(3) == 0) made.max_boost = 0.75f;
        if (below(3) == 0) made.min_score = 0.5f;
        return plan::make(std::move(made));
    }

    plan::QueryPtr make_compound(std::uint32_t levels) {
        switch (below(7)) {
            case 3:
                return make_function_score(levels);
            case 0:
                return plan::make(plan::DisMax{some(levels), static_cast<float>(below(11)) / 10});
            case 1:
                return plan::make(plan::ConstantScore{make(levels)});
            case 2:
                return plan::make(plan::Boosting{make(levels), make(levels), static_cast<float>(below(8)) / 4});
            default: {
                plan::Bool made;
                const auto only = below(3) == 0 ? plan::Occur::should : plan::Occur::must;
                const bool mixed = below(2) == 0;
                for (auto& query : some(levels))
                    made.clauses.push_back({mixed ? static_cast<plan::Occur>(below(4)) : only, std::move(query)});
                made.minimum_should_match = below(4) == 0 ? below(3) : 0;
                return plan::make(std::move(made));
            }
        }
    }

    plan::QueryPtr make_leaf() {
        switch (below(18)) {
            case 16:
                return plan::make(plan::DistanceFeature{number, std::int64_t{17}, 5});
            case 17:
                return plan::make(plan::RankFeature{number, static_cast<plan::FeatureFunction>(below(4)), 3.0f, 2});
            case 0:
                return plan::make(plan::MatchAll{});
            case 1:
                return plan::make(plan::MatchNone{});
            case 2:
            case 3:
                return plan::make(make_phrase());
            case 4:
                return plan::make(plan::Prefix{words_field(), word(below(5))});
            case 5: {
                std::vector<std::string> words = {word(below(50)), word(below(50)), word(below(50))};
                std::ranges::sort(words);
                words.erase(std::unique(words.begin(), words.end()), words.end());
                return plan::make(plan::Terms{words_field(), std::move(words)});
            }
            case 6:
                return plan::make(plan::TermRange{words_field(), below(4) > 0, below(4) > 0, below(2) == 0,
                                                  below(2) == 0, word(below(50)), word(below(50))});
            case 7:
                return plan::make(plan::IntegerRange{number, below(60), below(60)});
            case 8:
                return plan::make(plan::Integers{number, {3, 17}});
            case 9:
                return plan::make(plan::RealRange{fraction, below(40) / 4.0, below(60) / 4.0});
            case 10:
                return plan::make(plan::Exists{below(missing + 1)});
            case 11:
                return plan::make(plan::Ids{{"id0", "id1500", "id7"}});
            case 12:
                return plan::make(plan::Blended{{{title, word(below(9))}, {body, word(below(9))}}, {1, 2}, 0.1f});
            default:
                return plan::make(term());
        }
    }

    plan::Phrase make_phrase() {
        plan::Phrase phrase{below(2) == 0 ? title : body, {}, {}, below(4) == 0 ? 0 : below(12)};
        std::uint32_t position = 0;
        for (std::uint32_t n = 1 + below(3); n > 0; --n, position += 1 + below(5) / 4) {
            phrase.positions.push_back(position);
            phrase.terms.push_back({word(random_.skewed(12))});
            if (below(4) == 0) phrase.terms.back().push_back(word(20 + below(9)));
        }
        if (below(5) == 0) {
            phrase.prefix = true;
            phrase.terms.back() = {word(below(4))};
        }
        return phrase;
    }

    Random& random_;
};

}  // namespace random_index
