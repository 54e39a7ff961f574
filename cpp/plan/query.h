/// What was asked, as plain data: the query language of the core, before any index is looked at.
///
/// Python's `compile` makes these from a request; `rewrite` brings them into the form that is scored; `weigh`
/// then gives them the weights of one shard, and `bind` looks their words up in one segment.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/types.h"
#include "plan/functions.h"
#include "text/analyzer.h"

namespace rescora::plan {

struct Query;
using QueryPtr = std::shared_ptr<const Query>;

struct MatchAll {
    bool operator==(const MatchAll&) const = default;
};

struct MatchNone {
    bool operator==(const MatchNone&) const = default;
};

/// One word of a text or keyword field, or of a boolean one (`segment::term_of_flag`), scored by BM25.
struct Term {
    FieldId field;
    std::string term;
    /// Set for a term of cross_fields: itself and the same word in the other fields. Its document frequency is made
    /// of all of theirs (blend.h), but it is the same query.
    std::shared_ptr<const std::vector<Term>> blended_with = nullptr;

    bool operator==(const Term& other) const { return field == other.field && term == other.term; }
};

/// Words near one another. terms[i] are the alternatives that may stand at positions[i]; positions ascend.
/// With `prefix`, the last entry holds one prefix, expanded to its first `max_expansions` words when bound.
struct Phrase {
    FieldId field;
    std::vector<std::vector<std::string>> terms;
    std::vector<std::uint32_t> positions;
    std::uint32_t slop = 0;
    bool prefix = false;
    std::uint32_t max_expansions = 50;
    bool operator==(const Phrase&) const = default;
};

/// A text that each call of a template gives: the words of `match` or `match_phrase` once it is known (template.h).
struct GivenText {
    enum class As : std::uint8_t { match, phrase };
    FieldId field;
    text::Analyzer analyzer;
    std::uint32_t number;  ///< of the text among those of a call
    As as = As::match;
    std::uint32_t slop = 0;                ///< of a phrase
    bool every_word = false;               ///< `match` demands all words instead of any
    bool all_match_without_words = false;  ///< a text without words matches everything instead of nothing
    bool operator==(const GivenText&) const = default;
};

/// Any of these words, or of a boolean field's; scores 1. Sorted, without duplicates.
struct Terms {
    FieldId field;
    std::vector<std::string> terms;
    bool operator==(const Terms&) const = default;
};

/// Any word that begins so; scores 1.
struct Prefix {
    FieldId field;
    std::string prefix;
    bool operator==(const Prefix&) const = default;
};

/// Any word between two, of a boolean field too, in byte order; scores 1.
struct TermRange {
    FieldId field;
    bool has_low = false, has_high = false;
    bool include_low = true, include_high = true;
    std::string low, high;
    bool operator==(const TermRange&) const = default;
};

/// Any of these values of an integer column (booleans and dates are integers); scores 1. Sorted.
struct Integers {
    FieldId field;
    std::vector<std::int64_t> values;
    bool operator==(const Integers&) const = default;
};

/// Any of these values of a double column; scores 1. Sorted: -0.0 is another value than 0.0 and stands before it.
struct Reals {
    FieldId field;
    std::vector<double> values;
    bool single = false;  ///< the field keeps float32: only words depend on it
    bool operator==(const Reals& other) const;
};

/// An integer column's value in [low, high], which may be the wrong way round; scores 1.
struct IntegerRange {
    FieldId field;
    std::int64_t low, high;
    bool of_dates = false;  ///< a range of dates depends on the shard: prepare.cpp
    bool operator==(const IntegerRange&) const = default;
};

/// A double column's value in [low, high], which may be the wrong way round; scores 1.
struct RealRange {
    FieldId field;
    double low, high;
    bool single = false;  ///< as in Reals
    bool operator==(const RealRange& other) const;
};

/// The document has a value of the field; scores 1.
struct Exists {
    FieldId field;
    bool operator==(const Exists&) const = default;
};

/// The documents with these ids; scores 1. Sorted, without duplicates.
struct Ids {
    std::vector<std::string> ids;
    bool operator==(const Ids&) const = default;
};

enum class Occur : std::uint8_t { must, filter, should, must_not };

struct Clause {
    Occur occur;
    QueryPtr query;
    bool operator==(const Clause&) const;
};

/// Equal when the clauses are, in any order; filters and exclusions also when one is repeated.
struct Bool {
    std::vector<Clause> clauses;
    std::uint32_t minimum_should_match = 0;
    bool operator==(const Bool&) const;
};

/// Equal when the queries are, in any order.
struct DisMax {
    std::vector<QueryPtr> queries;
    float tie_breaker = 0;
    bool operator==(const DisMax&) const;
};

struct ConstantScore {
    QueryPtr query;
    bool operator==(const ConstantScore&) const;
};

struct Boost {
    QueryPtr query;
    float boost;
    bool operator==(const Boost&) const;
};

/// `positive`'s documents; the score of those that match `negative` is multiplied by `negative_boost`.
struct Boosting {
    QueryPtr positive, negative;
    float negative_boost;
    QueryPtr asked = nullptr;  ///< `negative` before it was rewritten, if it was: Lucene compares and names that

    const QueryPtr& negative_as_asked() const { return asked ? asked : negative; }
    bool operator==(const Boosting&) const;
};

/// One word looked for in several fields as if they were one (cross_fields): document frequencies are blended. It is
/// rewritten to a DisMax of its terms.
struct Blended {
    std::vector<Term> terms;
    std::vector<float> boosts;  ///< one a term
    float tie_breaker = 0;
    bool operator==(const Blended&) const = default;
};

/// A function, for the documents that a filter matches, times a weight.
struct ScoreFunction {
    Function function;
    std::optional<float> weight;
    QueryPtr filter;  ///< null: every document
    bool operator==(const ScoreFunction&) const;
};

/// `query`'s documents; their scores are joined with a factor that functions make of them.
struct FunctionScore {
    QueryPtr query;
    std::vector<ScoreFunction> functions;  ///< none: the score stays as it is
    FunctionMode mode = FunctionMode::multiply;
    BoostMode boost_mode = BoostMode::multiply;
    float max_boost = std::numeric_limits<float>::max();
    std::optional<float> min_score;  ///< documents with less do not match
    bool operator==(const FunctionScore&) const;
};

/// `query`'s documents, scored by a script; those with less than `min_score` do not match.
struct ScriptScore {
    QueryPtr query;
    ScriptPtr script;
    std::optional<float> min_score;
    bool operator==(const ScriptScore&) const;
};

/// The documents for which a script gives true; scores 1.
struct ScriptFilter {
    ScriptPtr script;
    bool operator==(const ScriptFilter& other) const { return *script == *other.script; }
};

struct Query {
    std::variant<MatchAll, MatchNone, Term, Phrase, Terms, Prefix, TermRange, Integers, Reals, IntegerRange, RealRange,
                 Exists, Ids, Bool, DisMax, ConstantScore, Boost, Boosting, Blended, FunctionScore, DistanceFeature,
                 RankFeature, ScriptScore, ScriptFilter, GivenText>
        node;
    bool operator==(const Query&) const = default;
};

template <class Node>
QueryPtr make(Node node) {
    return std::make_shared<const Query>(Query{std::move(node)});
}

template <class Node>
const Node* as(const QueryPtr& query) {
    return std::get_if<Node>(&query->node);
}

inline bool is_none(const QueryPtr& query) {
    return as<MatchNone>(query) != nullptr;
}

/// Equal queries have equal hashes.
std::uint64_t hash(const Query& query);

struct HashByValue {
    std::size_t operator()(const QueryPtr& query) const { return hash(*query); }
};

struct EqualByValue {
    bool operator()(const QueryPtr& left, const QueryPtr& right) const { return left == right || *left == *right; }
};

/// The query in the form that Lucene 9.9.1 would score it in. Rounding depends on the form, so this decides last
/// bits: clauses merge, disjunctions flatten, boosts multiply.
QueryPtr rewrite(const QueryPtr& query);

}  // namespace rescora::plan
