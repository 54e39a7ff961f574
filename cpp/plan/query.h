/// What was asked, as plain data: the query language of the core, before any index is looked at. Each kind names its
/// fields once (fields.h).
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
#include "plan/fields.h"
#include "plan/functions.h"
#include "text/analyzer.h"

namespace rescora::plan {

struct Query;
using QueryPtr = std::shared_ptr<const Query>;

struct MatchAll {
    static constexpr const char* kind = "match_all";
    static constexpr auto fields(auto of) { return of(); }
};

struct MatchNone {
    static constexpr const char* kind = "match_none";
    static constexpr auto fields(auto of) { return of(); }
};

/// One word of a text or keyword field, or of a boolean one (`segment::term_of_flag`), scored by BM25.
struct Term {
    FieldId field;
    std::string term;
    /// Set for a term of cross_fields: itself and the same word in the other fields. Its document frequency is made
    /// of all of theirs (blend.h), but it is the same query.
    std::shared_ptr<const std::vector<Term>> blended_with = nullptr;

    static constexpr const char* kind = "term";
    static constexpr auto fields(auto of) {
        return of(named("field", &Term::field), named("term", &Term::term),
                  named<Compared::not_at_all>("blended_with", &Term::blended_with));
    }
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

    static constexpr const char* kind = "phrase";
    static constexpr auto fields(auto of) {
        return of(named("field", &Phrase::field), named("terms", &Phrase::terms),
                  named("positions", &Phrase::positions), named("slop", &Phrase::slop),
                  named("prefix", &Phrase::prefix), named("max_expansions", &Phrase::max_expansions));
    }
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

    static constexpr const char* kind = "text";
    static constexpr auto fields(auto of) {
        return of(named("field", &GivenText::field), named("analyzer", &GivenText::analyzer),
                  named("number", &GivenText::number), named("as", &GivenText::as), named("slop", &GivenText::slop),
                  named("every_word", &GivenText::every_word),
                  named("all_match_without_words", &GivenText::all_match_without_words));
    }
};

/// Any of these words, or of a boolean field's; scores 1. Sorted, without duplicates.
struct Terms {
    FieldId field;
    std::vector<std::string> terms;

    static constexpr const char* kind = "terms";
    static constexpr auto fields(auto of) { return of(named("field", &Terms::field), named("terms", &Terms::terms)); }
};

/// Any word that begins so; scores 1.
struct Prefix {
    FieldId field;
    std::string prefix;

    static constexpr const char* kind = "prefix";
    static constexpr auto fields(auto of) {
        return of(named("field", &Prefix::field), named("prefix", &Prefix::prefix));
    }
};

/// Any word between two, of a boolean field too, in byte order; scores 1.
struct TermRange {
    FieldId field;
    bool has_low = false, has_high = false;
    bool include_low = true, include_high = true;
    std::string low, high;

    static constexpr const char* kind = "term_range";
    static constexpr auto fields(auto of) {
        return of(named("field", &TermRange::field), named("has_low", &TermRange::has_low),
                  named("has_high", &TermRange::has_high), named("include_low", &TermRange::include_low),
                  named("include_high", &TermRange::include_high), named("low", &TermRange::low),
                  named("high", &TermRange::high));
    }
};

/// Any of these values of an integer column (booleans and dates are integers); scores 1. Sorted.
struct Integers {
    FieldId field;
    std::vector<std::int64_t> values;

    static constexpr const char* kind = "integers";
    static constexpr auto fields(auto of) {
        return of(named("field", &Integers::field), named("values", &Integers::values));
    }
};

/// Any of these values of a double column; scores 1. Sorted: -0.0 is another value than 0.0 and stands before it.
struct Reals {
    FieldId field;
    std::vector<double> values;
    bool single = false;  ///< the field keeps float32: only words depend on it

    static constexpr const char* kind = "reals";
    static constexpr auto fields(auto of) {
        return of(named("field", &Reals::field), named<Compared::by_bits>("values", &Reals::values),
                  named<Compared::not_at_all>("single", &Reals::single));
    }
};

/// An integer column's value in [low, high], which may be the wrong way round; scores 1.
struct IntegerRange {
    FieldId field;
    std::int64_t low, high;
    bool of_dates = false;  ///< a range of dates depends on the shard: prepare.cpp

    static constexpr const char* kind = "integer_range";
    static constexpr auto fields(auto of) {
        return of(named("field", &IntegerRange::field), named("low", &IntegerRange::low),
                  named("high", &IntegerRange::high), named("of_dates", &IntegerRange::of_dates));
    }
};

/// A double column's value in [low, high], which may be the wrong way round; scores 1.
struct RealRange {
    FieldId field;
    double low, high;
    bool single = false;  ///< as in Reals

    static constexpr const char* kind = "real_range";
    static constexpr auto fields(auto of) {
        return of(named("field", &RealRange::field), named<Compared::by_bits>("low", &RealRange::low),
                  named<Compared::by_bits>("high", &RealRange::high),
                  named<Compared::not_at_all>("single", &RealRange::single));
    }
};

/// The document has a value of the field; scores 1.
struct Exists {
    FieldId field;

    static constexpr const char* kind = "exists";
    static constexpr auto fields(auto of) { return of(named("field", &Exists::field)); }
};

/// The documents with these ids; scores 1. Sorted, without duplicates.
struct Ids {
    std::vector<std::string> ids;

    static constexpr const char* kind = "ids";
    static constexpr auto fields(auto of) { return of(named("ids", &Ids::ids)); }
};

enum class Occur : std::uint8_t { must, filter, should, must_not };

struct Clause {
    Occur occur;
    QueryPtr query;
};

/// Equal when the clauses are, in any order; filters and exclusions also when one is repeated.
struct Bool {
    std::vector<Clause> clauses;
    std::uint32_t minimum_should_match = 0;

    static constexpr const char* kind = "boolean";
    static constexpr auto fields(auto of) {
        return of(named<Compared::in_any_order>("clauses", &Bool::clauses),
                  named("minimum_should_match", &Bool::minimum_should_match));
    }
};

/// Equal when the queries are, in any order.
struct DisMax {
    std::vector<QueryPtr> queries;
    float tie_breaker = 0;

    static constexpr const char* kind = "dis_max";
    static constexpr auto fields(auto of) {
        return of(named<Compared::in_any_order>("queries", &DisMax::queries),
                  named("tie_breaker", &DisMax::tie_breaker));
    }
};

struct ConstantScore {
    QueryPtr query;

    static constexpr const char* kind = "constant_score";
    static constexpr auto fields(auto of) { return of(named("query", &ConstantScore::query)); }
};

struct Boost {
    QueryPtr query;
    float boost;

    static constexpr const char* kind = "boost";
    static constexpr auto fields(auto of) { return of(named("query", &Boost::query), named("boost", &Boost::boost)); }
};

/// `positive`'s documents; the score of those that match `negative` is multiplied by `negative_boost`.
struct Boosting {
    QueryPtr positive, negative;
    float negative_boost;
    QueryPtr asked = nullptr;  ///< `negative` before it was rewritten, if it was: Lucene compares and names that

    const QueryPtr& negative_as_asked() const { return asked ? asked : negative; }
    const QueryPtr& scored_query() const { return positive; }

    /// To be called of what came of another by rewriting what is inside.
    void remember(const Boosting& before) {
        if (negative != before.negative) asked = before.negative_as_asked();
    }

    static constexpr const char* kind = "boosting";
    static constexpr auto fields(auto of) {
        return of(named("positive", &Boosting::positive),
                  named("negative", &Boosting::negative, &Boosting::negative_as_asked),
                  named("negative_boost", &Boosting::negative_boost),
                  named<Compared::not_at_all>("asked", &Boosting::asked));
    }
};

/// One word looked for in several fields as if they were one (cross_fields): document frequencies are blended. It is
/// rewritten to a DisMax of its terms.
struct Blended {
    std::vector<Term> terms;
    std::vector<float> boosts;  ///< one a term
    float tie_breaker = 0;

    static constexpr const char* kind = "blended";
    static constexpr auto fields(auto of) {
        return of(named("terms", &Blended::terms), named("boosts", &Blended::boosts),
                  named("tie_breaker", &Blended::tie_breaker));
    }
};

/// A function, for the documents that a filter matches, times a weight.
struct ScoreFunction {
    Function function;
    std::optional<float> weight;
    QueryPtr filter;  ///< null: every document

    static constexpr auto fields(auto of) {
        return of(named("function", &ScoreFunction::function), named("weight", &ScoreFunction::weight),
                  named("filter", &ScoreFunction::filter));
    }
};

/// `query`'s documents; their scores are joined with a factor that functions make of them.
struct FunctionScore {
    QueryPtr query;
    std::vector<ScoreFunction> functions;  ///< none: the score stays as it is
    FunctionMode mode = FunctionMode::multiply;
    BoostMode boost_mode = BoostMode::multiply;
    float max_boost = std::numeric_limits<float>::max();
    std::optional<float> min_score;  ///< documents with less do not match

    const QueryPtr& scored_query() const { return query; }

    static constexpr const char* kind = "function_score";
    static constexpr auto fields(auto of) {
        return of(named("query", &FunctionScore::query), named("functions", &FunctionScore::functions),
                  named("mode", &FunctionScore::mode), named("boost_mode", &FunctionScore::boost_mode),
                  named("max_boost", &FunctionScore::max_boost), named("min_score", &FunctionScore::min_score));
    }
};

/// `query`'s documents, scored by a script; those with less than `min_score` do not match.
struct ScriptScore {
    QueryPtr query;
    ScriptPtr script;
    std::optional<float> min_score;

    const QueryPtr& scored_query() const { return query; }

    static constexpr const char* kind = "script_score";
    static constexpr auto fields(auto of) {
        return of(named("query", &ScriptScore::query), named("script", &ScriptScore::script),
                  named("min_score", &ScriptScore::min_score));
    }
};

/// The documents for which a script gives true; scores 1.
struct ScriptFilter {
    ScriptPtr script;

    static constexpr const char* kind = "script_filter";
    static constexpr auto fields(auto of) { return of(named("script", &ScriptFilter::script)); }
};

/// A kind whose documents are those of a query inside, which it gives other scores.
template <class Kind>
concept ScoresAnother = requires(const Kind& kind) { kind.scored_query(); };

struct Query {
    std::variant<MatchAll, MatchNone, Term, Phrase, Terms, Prefix, TermRange, Integers, Reals, IntegerRange, RealRange,
                 Exists, Ids, Bool, DisMax, ConstantScore, Boost, Boosting, Blended, FunctionScore, DistanceFeature,
                 RankFeature, ScriptScore, ScriptFilter, GivenText>
        node;
};

/// By value. Each pair of clauses is looked at through its hash first.
bool operator==(const Query& left, const Query& right);
bool operator==(const Term& left, const Term& right);

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
