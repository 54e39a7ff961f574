/// One function a kind of node. Values come from the scorers, so that no explanation can disagree with its score.
///
/// Below a filter or an exclusion Lucene's weights have no statistics: a word gives 0, a phrase 1, and what is made of
/// them is added up all the same. So the way down carries what is known of scores.
#include "match/explain.h"

#include <algorithm>

#include "match/explain_functions.h"
#include "match/feature.h"
#include "match/function_score.h"
#include "match/leaves.h"
#include "match/phrase.h"
#include "match/scripts.h"
#include "plan/bind.h"
#include "plan/prepare.h"
#include "postings/norm.h"

namespace rescora::match {

namespace {

/// Lengths above this are kept approximately, and explanations say so.
constexpr std::uint8_t last_exact_norm = 39;

plan::QueryPtr without_boosts(plan::QueryPtr query) {
    while (const auto* boost = plan::as<plan::Boost>(query)) query = plan::QueryPtr(boost->query);
    return query;
}

/// The query that Lucene's weight of a query is one of where nobody asks for scores: what only makes scores is gone.
plan::QueryPtr selecting(plan::QueryPtr query) {
    for (;;) {
        const auto* boost = plan::as<plan::Boost>(query);
        const auto* constant = plan::as<plan::ConstantScore>(query);
        const auto* boosting = plan::as<plan::Boosting>(query);
        const auto* functions = plan::as<plan::FunctionScore>(query);
        const auto* script = plan::as<plan::ScriptScore>(query);
        plan::QueryPtr inner = boost                                ? boost->query
                               : constant                           ? constant->query
                               : boosting                           ? boosting->positive
                               : functions && !functions->min_score ? functions->query
                               : script && !script->min_score       ? script->query
                                                                    : nullptr;
        if (!inner) return query;
        query = std::move(inner);
    }
}

/// The query with its phrases' prefixes replaced by the words they stand for, as Lucene got it.
plan::QueryPtr spelled_out(const plan::QueryPtr& query, const segment::Segment& segment) {
    const auto again = [&](const plan::QueryPtr& inner) { return spelled_out(inner, segment); };
    return std::visit(
        [&]<class Kind>(Kind copy) {
            if constexpr (std::is_same_v<Kind, plan::Phrase>) {
                const auto* field = copy.prefix ? segment.field(copy.field) : nullptr;
                if (field == nullptr) return query;
                const auto [first, last] = plan::expansions(*field, copy);
                copy.prefix = first == last;  // nothing begins so: stays a prefix
                if (!copy.prefix) copy.terms.back().clear();
                for (TermId word = first; word < last; ++word) copy.terms.back().emplace_back(field->words.word(word));
            } else if constexpr (std::is_same_v<Kind, plan::Bool>) {
                for (plan::Clause& clause : copy.clauses) clause.query = again(clause.query);
            } else if constexpr (std::is_same_v<Kind, plan::DisMax>) {
                for (plan::QueryPtr& inner : copy.queries) inner = again(inner);
            } else if constexpr (std::is_same_v<Kind, plan::ConstantScore> || std::is_same_v<Kind, plan::Boost> ||
                                 std::is_same_v<Kind, plan::ScriptScore>) {
                copy.query = again(copy.query);
            } else if constexpr (std::is_same_v<Kind, plan::Boosting>) {
                copy.positive = again(copy.positive);
                copy.negative = again(copy.negative);
                if (copy.asked) copy.asked = again(copy.asked);
            } else if constexpr (std::is_same_v<Kind, plan::FunctionScore>) {
                copy.query = again(copy.query);
                for (plan::ScoreFunction& function : copy.functions)
                    if (function.filter) function.filter = again(function.filter);
            }
            return plan::make(std::move(copy));
        },
        query->node);
}

enum class Scoring {
    full,
    none,     ///< nobody asks for scores: filters, exclusions
    unknown,  ///< in a query that cannot match in this shard: its boost and weights were not kept
};

/// What the clauses of a bool came to.
struct Clauses {
    std::vector<Explanation> details;
    bool fail = false;  ///< a required one does not match, or a prohibited one does
    std::uint32_t matched = 0, matched_shoulds = 0;
};

class Explainer {
 public:
    Explainer(const plan::Plan& plan, DocId doc, plan::FieldNames names, Arena& arena)
        : run_(plan, arena), shard_(plan.shard), doc_(doc), names_(names) {}

    /// The whole plan. A document that cannot be scored cannot be explained.
    Explanation explain_root(const plan::Node& root) {
        Explanation explanation = explain(root, Scoring::full);
        const std::uint8_t matched = explanation.is_match;
        run_.raise_faults({&doc_, 0, 1}, &matched);
        return explanation;
    }

    Explanation explain(const plan::Node& node, Scoring how) {
        return std::visit([&](const auto& kind) { return make(kind, node, how); }, node.kind);
    }

 private:
    struct Outcome {
        bool matched;
        float score;
    };

    Outcome outcome(const plan::Node& node) {
        const Scores scores = score(node, {&doc_, 0, 1}, run_);
        return {scores.matched[0] != 0, scores.score[0]};
    }

    std::string describe(const plan::QueryPtr& query) const {
        return plan::describe(*spelled_out(query, run_.segment), names_);
    }

    /// Unscored words are not counted, unless the list is so short that Lucene knows the count anyway.
    Explanation make(const plan::TermNode& term, const plan::Node& node, Scoring how) {
        const std::uint32_t frequency = term_frequency(term, doc_, run_);
        if (frequency == 0) return explain_no_match("no matching term");
        const bool counted = how == Scoring::full || term.field->term_infos[term.term].document_frequency == 1;
        auto freq =
            explain_match(counted ? static_cast<float>(frequency) : 1.0f, "freq, occurrences of term within document");
        return weight(node, how == Scoring::full ? bm25(*term.field, term.weight, freq) : unscored(0, std::move(freq)));
    }

    /// A boolean's values are not counted in a document: each stands there once.
    Explanation make(const plan::FlagNode& flag, const plan::Node& node, Scoring how) {
        if (!outcome(node).matched) return explain_no_match("no matching term");
        auto freq = explain_match(1.0f, "freq, occurrences of term within document");
        return weight(node, how == Scoring::full ? bm25(*flag.field, flag.weight, freq) : unscored(0, std::move(freq)));
    }

    Explanation make(const plan::PhraseNode& phrase, const plan::Node& node, Scoring how) {
        const float frequency = phrase_frequency(phrase, doc_, run_);
        if (frequency == 0) return explain_no_match(has_words(phrase) ? "no matching phrase" : "no matching terms");
        auto freq = explain_match(frequency, "phraseFreq=" + plan::java_float(frequency));
        return weight(node,
                      how == Scoring::full ? bm25(*phrase.field, phrase.weight, freq) : unscored(1, std::move(freq)));
    }

    /// Whether the document has a word for each position.
    bool has_words(const plan::PhraseNode& phrase) const {
        const postings::WordList words = phrase.field->forward.words(doc_);
        const auto has = [&](TermId word) { return words.find(word, run_.kernels) < words.size(); };
        return std::ranges::all_of(phrase.terms, [&](const auto& any) { return std::ranges::any_of(any, has); });
    }

    Explanation weight(const plan::Node& node, Explanation score) const {
        const float value = score.value;
        return explain_match(
            value,
            "weight(" + describe(node.origin) + " in " + std::to_string(doc_) + ") [PerFieldSimilarity], result of:",
            {std::move(score)});
    }

    static Explanation unscored(float value, Explanation freq) {
        std::string description = "score(freq=" + plan::java_float(freq.value) + "), with freq of:";
        return explain_match(value, std::move(description), {std::move(freq)});
    }

    Explanation bm25(const segment::Field& field, const plan::Bm25Weight& weight, const Explanation& freq) const;
    static Explanation idf(const plan::Bm25Weight& weight);
    static Explanation tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq);

    Explanation make(const plan::ConstantNode& constant, const plan::Node& node, Scoring how) {
        return how == Scoring::none ? explain_clause(constant.filter.front(), how)
                                    : make_constant(constant.score, node);
    }
    template <class ConstantLeaf>
    Explanation make(const ConstantLeaf& leaf, const plan::Node& node, Scoring) {
        return constant(leaf.score, node, plan::describe_for_document(*node.origin, names_));
    }

    /// What scores a constant wherever it matches.
    Explanation make_constant(float score, const plan::Node& node) {
        return constant(score, node, describe(node.origin));
    }
    Explanation constant(float score, const plan::Node& node, const std::string& description) {
        if (!outcome(node).matched) return no_constant(description);
        return explain_match(score, description + (score == 1.0f ? "" : "^" + plan::java_float(score)));
    }

    Explanation no_constant(const std::string& description) const {
        return explain_no_match(description + " doesn't match id " + std::to_string(doc_));
    }

    /// A clause. Where nobody asks for its score, Elasticsearch's cache of filters stands before it and says no more
    /// than whether it matches.
    Explanation explain_clause(const plan::Node& node, Scoring how) {
        return how == Scoring::none ? constant(1, node, describe(selecting(node.origin))) : explain(node, how);
    }

    Explanation no_value(FieldId field) const {
        return explain_no_match("Document " + std::to_string(doc_) + " doesn't have a value for field " +
                                names_[field]);
    }

    Explanation no_feature(const plan::QueryPtr& query, const char* why) const {
        const auto& feature = *plan::as<plan::RankFeature>(query);
        return explain_no_match("weight(" + describe(query) + " in " + std::to_string(doc_) + ") [" +
                                plan::describe_function(feature) + "]. Feature " + names_[feature.field] + why);
    }

    Explanation make(const plan::NothingNode&, const plan::Node& node, Scoring how);
    Explanation explain_apart(const plan::QueryPtr& query, Scoring how) const;
    Explanation explain_clause_apart(const plan::QueryPtr& query, Scoring how) const;

    Explanation make(const plan::BoolNode& bound, const plan::Node& node, Scoring how);
    static Scoring within(Scoring how, plan::Occur occur) {
        return occur == plan::Occur::must || occur == plan::Occur::should ? how : Scoring::none;
    }
    void add_clause(Clauses& clauses, const plan::Clause& clause, Explanation inner, Scoring how) const;
    static Explanation failure(Clauses clauses, std::uint32_t minimum_should_match);
    float unscored_value(const plan::BoolNode& bound);

    Explanation make(const plan::DisMaxNode& dis_max, const plan::Node& node, Scoring how);
    Explanation make(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how);
    Explanation make(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how);
    Explanation factor(const plan::FunctionScoreNode& scored, const plan::FunctionScore& asked,
                       const Explanation& query);
    Explanation make(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how);
    Explanation make(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring how);
    Explanation make(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring how);
    Explanation make(const plan::DistanceFeatureNode& feature, const plan::Node& node, Scoring how);

    Run run_;
    std::uint32_t shard_;
    DocId doc_;
    plan::FieldNames names_;
};

Explanation Explainer::bm25(const segment::Field& field, const plan::Bm25Weight& weight,
                            const Explanation& freq) const {
    const std::uint8_t norm = field.norms.empty() ? 1 : field.norms[doc_];
    std::vector<Explanation> factors;
    if (weight.scaled_boost() != 1.0f) factors.push_back(explain_match(weight.scaled_boost(), "boost"));
    factors.push_back(idf(weight));
    factors.push_back(tf(weight, norm, freq));
    return explain_match(
        weight.score(freq.value, norm),
        "score(freq=" + plan::java_float(freq.value) + "), computed as boost * idf * tf from:", std::move(factors));
}

Explanation Explainer::idf(const plan::Bm25Weight& weight) {
    std::vector<Explanation> each;
    for (const plan::TermStatistics& term : weight.terms)
        each.push_back(
            explain_match(term.idf, "idf, computed as log(1 + (N - n + 0.5) / (n + 0.5)) from:",
                          {explain_count(term.document_frequency, "n, number of documents containing term"),
                           explain_count(weight.document_count, "N, total number of documents with field")}));
    if (each.size() == 1) return each.front();
    return explain_match(weight.idf, "idf, sum of:", std::move(each));
}

Explanation Explainer::tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq) {
    const char* length = norm > last_exact_norm ? "dl, length of field (approximate)" : "dl, length of field";
    const float value = 1.0f - 1.0f / (1.0f + freq.value * weight.inverse_norms[norm]);
    return explain_match(value, "tf, computed as freq / (freq + k1 * (1 - b + b * dl / avgdl)) from:",
                         {freq, explain_match(weight.k1, "k1, term saturation parameter"),
                          explain_match(weight.b, "b, length normalization parameter"),
                          explain_match(static_cast<float>(postings::decode_length(norm)), length),
                          explain_match(weight.average_length, "avgdl, average length of field")});
}

/// What the binder saw cannot match in this shard. It kept no clauses of it; each is bound again here.
Explanation Explainer::make(const plan::NothingNode&, const plan::Node& node, Scoring how) {
    const plan::QueryPtr& query = node.origin;
    const Scoring apart = how == Scoring::none ? how : Scoring::unknown;
    if (plan::as<plan::Term>(query)) return explain_no_match("no matching term");
    if (plan::as<plan::Phrase>(query)) return explain_no_match("no matching terms");
    if (plan::as<plan::DisMax>(query) || plan::as<plan::Blended>(query)) return explain_no_match("No matching clause");
    if (const auto* boosting = plan::as<plan::Boosting>(query)) return explain_apart(boosting->positive, apart);
    if (const auto* scored = plan::as<plan::FunctionScore>(query)) return explain_apart(scored->query, apart);
    if (const auto* scored = plan::as<plan::ScriptScore>(query)) return explain_apart(scored->query, apart);
    if (const auto* feature = plan::as<plan::DistanceFeature>(query)) return no_value(feature->field);
    if (plan::as<plan::RankFeature>(query)) return no_feature(query, " doesn't exist.");
    const auto* constant = plan::as<plan::ConstantScore>(query);
    if (constant && how == Scoring::none) return explain_clause_apart(constant->query, how);
    const auto* any = plan::as<plan::Bool>(query);
    if (!any) return no_constant(plan::describe_for_document(*query, names_));
    Clauses clauses;
    for (const plan::Clause& clause : any->clauses) {
        const Scoring inside = within(apart, clause.occur);
        add_clause(clauses, clause, explain_clause_apart(clause.query, inside), inside);
    }
    return failure(std::move(clauses), any->minimum_should_match);
}

/// A part of a query by itself, of which no weight is shown.
Explanation Explainer::explain_apart(const plan::QueryPtr& query, Scoring how) const {
    const segment::Segment* const shard = &run_.segment;
    const plan::Plan plan = plan::bind(query, *shard, plan::Statistics({&shard, 1}), shard_);
    return Explainer(plan, doc_, names_, run_.arena).explain(plan.root, how);
}

Explanation Explainer::explain_clause_apart(const plan::QueryPtr& query, Scoring how) const {
    const segment::Segment* const shard = &run_.segment;
    const plan::Plan plan = plan::bind(query, *shard, plan::Statistics({&shard, 1}), shard_);
    return Explainer(plan, doc_, names_, run_.arena).explain_clause(plan.root, how);
}

/// In the order of the query's clauses. The binder left out those that cannot match, and may have put the optional
/// ones behind the required.
Explanation Explainer::make(const plan::BoolNode& bound, const plan::Node& node, Scoring how) {
    const auto& query = *plan::as<plan::Bool>(node.origin);
    const auto musts = std::ranges::count(query.clauses, plan::Occur::must, &plan::Clause::occur);
    auto must = bound.must.begin(), filter = bound.filter.begin(), must_not = bound.must_not.begin();
    const bool moved = bound.should.empty();
    auto should = moved ? bound.must.begin() + musts : bound.should.begin();
    const auto should_end = moved ? bound.must.end() : bound.should.end();

    Clauses clauses;
    for (const plan::Clause& clause : query.clauses) {
        const plan::QueryPtr origin = without_boosts(clause.query);
        const plan::Node* found = nullptr;
        const auto take = [&](auto& next, auto end) {
            if (next != end && next->origin == origin) found = &*next++;
        };
        if (clause.occur == plan::Occur::must) take(must, bound.must.begin() + musts);
        if (clause.occur == plan::Occur::filter) take(filter, bound.filter.end());
        if (clause.occur == plan::Occur::should) take(should, should_end);
        if (clause.occur == plan::Occur::must_not) take(must_not, bound.must_not.end());
        const Scoring inside = within(how, clause.occur);
        if (found) add_clause(clauses, clause, explain_clause(*found, inside), inside);
    }
    const Outcome result = outcome(node);
    if (!result.matched) return failure(std::move(clauses), query.minimum_should_match);
    return explain_match(how == Scoring::full ? result.score : unscored_value(bound),
                         "sum of:", std::move(clauses.details));
}

void Explainer::add_clause(Clauses& clauses, const plan::Clause& clause, Explanation inner, Scoring how) const {
    const plan::Occur occur = clause.occur;
    const bool required = occur == plan::Occur::must || occur == plan::Occur::filter;
    if (!inner.is_match) {
        if (!required) return;
        clauses.fail = true;
        clauses.details.push_back(
            explain_no_match("no match on required clause (" + describe(clause.query) + ")", {std::move(inner)}));
        return;
    }
    clauses.matched += occur != plan::Occur::must_not;
    clauses.matched_shoulds += occur == plan::Occur::should;
    if (occur == plan::Occur::filter) {
        clauses.details.push_back(explain_match(
            0, "match on required clause, product of:", {explain_match(0, "# clause"), std::move(inner)}));
    } else if (occur == plan::Occur::must_not) {
        clauses.fail = true;
        clauses.details.push_back(
            explain_no_match("match on prohibited clause (" + describe(clause.query) + ")", {std::move(inner)}));
    } else if (how != Scoring::unknown) {  // rather no numbers than wrong ones
        clauses.details.push_back(std::move(inner));
    }
}

/// The first of Lucene's three reasons that holds.
Explanation Explainer::failure(Clauses clauses, std::uint32_t minimum_should_match) {
    std::string reason = "Failure to match minimum number of optional clauses: " + std::to_string(minimum_should_match);
    if (clauses.matched == 0) reason = "No matching clauses";
    if (clauses.fail) reason = "Failure to meet condition(s) of required/prohibited clause(s)";
    return explain_no_match(std::move(reason), std::move(clauses.details));
}

/// What Lucene's scorer of a bool gives where nobody asked for a score: an only required clause speaks for itself even
/// when it is a filter, of several those that are not filters add up, and optional ones count when some have to match.
float Explainer::unscored_value(const plan::BoolNode& bound) {
    const auto sum = [&](const std::vector<plan::Node>& nodes) {
        double total = 0;
        for (const plan::Node& node : nodes)
            if (const Explanation inner = explain(node, Scoring::none); inner.is_match)
                total += static_cast<double>(inner.value);
        return static_cast<float>(total);
    };
    const bool lone_filter = bound.must.empty() && bound.filter.size() == 1;
    const float required = sum(lone_filter ? bound.filter : bound.must);
    const float optional = bound.required_should() > 0 ? sum(bound.should) : 0.0f;
    return required + optional;
}

Explanation Explainer::make(const plan::DisMaxNode& dis_max, const plan::Node& node, Scoring how) {
    std::vector<Explanation> details;
    float greatest = 0;
    double others = 0;
    for (const plan::Node& query : dis_max.queries) {
        Explanation detail = explain_clause(query, how);
        if (!detail.is_match) continue;
        others += static_cast<double>(std::min(greatest, detail.value));
        greatest = std::max(greatest, detail.value);
        details.push_back(std::move(detail));
    }
    if (details.empty()) return explain_no_match("No matching clause");
    const double tie_breaker = static_cast<double>(dis_max.tie_breaker);
    const auto unscored = static_cast<float>(static_cast<double>(greatest) + others * tie_breaker);
    return explain_match(
        how == Scoring::full ? outcome(node).score : unscored,
        tie_breaker == 0 ? "max of:" : "max plus " + plan::java_float(dis_max.tie_breaker) + " times others of:",
        std::move(details));
}

Explanation Explainer::make(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how) {
    Explanation inner = explain(boosting.clauses[0], how);
    if (!inner.is_match || how != Scoring::full) return inner;
    const plan::Node& negative = boosting.clauses[1];
    if (outcome(negative).matched) {
        const float factor = boosting.negative_boost, value = inner.value * factor;
        auto matched = explain_match(factor, "Matched boosting query score(" + describe(negative.origin) + ")");
        inner = explain_match(value, "product of:", {std::move(inner), std::move(matched)});
    }
    const bool boosted = boosting.boost != 1.0f;
    std::vector<Explanation> details;
    if (boosted) details.push_back(explain_match(boosting.boost, "boost"));
    details.push_back(std::move(inner));
    return explain_match(outcome(node).score,
                         "weight(" + describe(node.origin) + (boosted ? "), product of:" : "), result of:"),
                         std::move(details));
}

/// Where nobody asks for scores, Elasticsearch's weight is the query's alone; where the query's score is replaced, the
/// query is but a filter.
/// Why a document below `min_score` does not match.
Explanation too_low(float min_score, Explanation explanation) {
    std::string reason = "Score value is too low, expected at least " + plan::java_float(min_score) + " but got " +
                         plan::java_float(explanation.value);
    return explain_no_match(std::move(reason), {std::move(explanation)});
}

Explanation Explainer::make(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how) {
    if (how != Scoring::full && !scored.min_score) return explain(scored.query.front(), how);
    Explanation explanation = explain(scored.query.front(), scored.needs_query_score() ? Scoring::full : Scoring::none);
    if (!explanation.is_match) return explanation;
    if (!scored.functions.empty()) {
        Explanation functions = factor(scored, *plan::as<plan::FunctionScore>(node.origin), explanation);
        explanation = explain_boost(scored, std::move(explanation), std::move(functions));
    }
    const Outcome result = outcome(node);
    if (result.matched) {
        explanation.value = result.score;
        return explanation;
    }
    return too_low(*scored.min_score, std::move(explanation));
}

Explanation Explainer::factor(const plan::FunctionScoreNode& scored, const plan::FunctionScore& asked,
                              const Explanation& query) {
    std::vector<Explanation> each;
    for (std::size_t i = 0; i < scored.functions.size(); ++i) {
        const plan::BoundFunction& function = scored.functions[i];
        const bool filtered = !function.filter.empty();
        if (filtered && !outcome(function.filter.front()).matched) continue;
        Explanation explanation = explain_function(function, doc_, query, names_, run_);
        if (filtered) {
            const float value = explanation.value;
            auto filter = explain_match(1, "match filter: " + describe(asked.functions[i].filter));
            explanation =
                explain_match(value, "function score, product of:", {std::move(filter), std::move(explanation)});
        }
        each.push_back(std::move(explanation));
    }
    if (each.empty()) return explain_match(1, "No function matched");
    if (scored.functions.size() == 1 && scored.functions.front().filter.empty()) return std::move(each.front());
    return explain_match(static_cast<float>(factor_of(scored, doc_, query.value, run_)),
                         std::string("function score, score mode [") + name_of(scored.mode) + "]", std::move(each));
}

Explanation Explainer::make(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how) {
    const bool reads = (*scored.script)->program->uses_score;
    if (how != Scoring::full && !scored.min_score) return explain(scored.query.front(), how);
    Explanation inner = explain(scored.query.front(), reads ? Scoring::full : Scoring::none);
    if (!inner.is_match) return inner;
    double given = 0;
    run_script(*scored.script, scored.slot, {&doc_, 1}, &inner.value, &given, run_);
    std::string description = describe_script(**scored.script);
    const auto score = static_cast<float>(given);
    Explanation explanation = reads ? explain_script(std::move(description), score, std::move(inner))
                                    : explain_match(score, std::move(description));
    if (scored.boost != 1) {
        const float boosted = explanation.value * scored.boost;
        explanation = explain_match(
            boosted, "Boosted score, product of:", {explain_match(scored.boost, "boost"), std::move(explanation)});
    }
    if (outcome(node).matched) return explanation;
    return too_low(*scored.min_score, std::move(explanation));
}

Explanation Explainer::make(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring) {
    if (!outcome(node).matched) return no_constant(describe(node.origin));
    return explain_match(filter.score, "ScriptQuery");
}

Explanation Explainer::make(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring) {
    const auto value = feature_value(feature, doc_);
    if (!value) return no_feature(node.origin, " isn't set.");
    return explain_feature(feature, *value, names_[feature.asked->field]);
}

Explanation Explainer::make(const plan::DistanceFeatureNode& feature, const plan::Node&, Scoring) {
    const auto found = nearest(feature, doc_);
    return found ? explain_distance(feature, *found) : no_value(feature.asked->field);
}

}  // namespace

Explanation explain(const plan::Plan& plan, DocId doc, plan::FieldNames names, Arena& arena) {
    const Arena::Scope scope(arena);
    return Explainer(plan, doc, names, arena).explain_root(plan.root);
}

}  // namespace rescora::match
