/// One function a kind of node. Values come from the scorers, so that an explanation agrees with its score, but for
/// those of function_score and of what joins such: Elasticsearch joins explanations there.
///
/// Below a filter or an exclusion Lucene's weights have no statistics: a word gives 0, a phrase 1, and what is made of
/// them is added up all the same. So the way down carries what is known of scores.
#pragma once
#include "match/batch.h"
#include "match/explained_query.h"
#include "match/explanation.h"
#include "plan/describe.h"
#include "plan/node.h"

namespace rescora::match {

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
        : run_(plan, arena), plan_(plan), doc_(doc), names_(names) {}

    /// The whole plan. A document that cannot be scored cannot be explained.
    Explanation explain_root(const plan::Node& root);

    Explanation explain(const plan::Node& node, Scoring how) {
        return std::visit([&](const auto& kind) { return make(kind, node, how); }, node.kind);
    }

 private:
    struct Outcome {
        bool matched;
        float score;
    };
    Outcome outcome(const plan::Node& node);
    std::string describe(const plan::QueryPtr& query) const;

    // explain_leaves.cpp
    Explanation make(const plan::TermNode& term, const plan::Node& node, Scoring how);
    Explanation make(const plan::FlagNode& flag, const plan::Node& node, Scoring how);
    Explanation make(const plan::PhraseNode& phrase, const plan::Node& node, Scoring how);
    Explanation make(const plan::ConstantNode& constant, const plan::Node& node, Scoring how);
    Explanation make(const plan::ScriptFilterNode& filter, const plan::Node& node, Scoring how);
    Explanation make(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring how);
    Explanation make(const plan::DistanceFeatureNode& feature, const plan::Node& node, Scoring how);
    template <class ConstantLeaf>
    Explanation make(const ConstantLeaf& leaf, const plan::Node& node, Scoring) {
        return constant(leaf.score, node, plan::describe_for_document(*node.origin, names_));
    }
    bool has_words(const plan::PhraseNode& phrase) const;
    Explanation weight(const plan::Node& node, Explanation score) const;
    static Explanation unscored(float value, Explanation freq);
    Explanation bm25(const segment::Field& field, const plan::Bm25Weight& weight, const Explanation& freq) const;
    static Explanation idf(const plan::Bm25Weight& weight);
    static Explanation tf(const plan::Bm25Weight& weight, std::uint8_t norm, const Explanation& freq);
    /// What scores a constant wherever it matches.
    Explanation constant(float score, const plan::Node& node, const std::string& description);
    Explanation no_constant(const std::string& description) const;
    Explanation no_value(FieldId field) const;
    Explanation no_feature(const plan::QueryPtr& query, const char* why) const;

    // explain.cpp
    Explanation make(const plan::NothingNode&, const plan::Node& node, Scoring how);
    Explanation make(const plan::BoolNode& bound, const plan::Node& node, Scoring how);
    Explanation make(const plan::DisMaxNode& dis_max, const plan::Node& node, Scoring how);
    Explanation make(const plan::BoostingNode& boosting, const plan::Node& node, Scoring how);
    Explanation explain_clause(const plan::Node& node, Scoring how);
    plan::Plan bound_apart(const plan::QueryPtr& query) const;
    Explanation explain_apart(const plan::QueryPtr& query, Scoring how) const;
    Explanation explain_clause_apart(const plan::QueryPtr& query, Scoring how) const;
    static Scoring within(Scoring how, plan::Occur occur) {
        return occur == plan::Occur::must || occur == plan::Occur::should ? how : Scoring::none;
    }
    void add_clause(Clauses& clauses, const plan::Clause& clause, Explanation inner, Scoring how) const;
    static Explanation failure(Clauses clauses, std::uint32_t minimum_should_match);
    float unscored_value(const plan::BoolNode& bound);

    // explain_scores.cpp
    Explanation make(const plan::FunctionScoreNode& scored, const plan::Node& node, Scoring how);
    Explanation factor(const plan::FunctionScoreNode& scored, const plan::FunctionScore& asked,
                       const Explanation& query);
    Explanation make(const plan::ScriptScoreNode& scored, const plan::Node& node, Scoring how);

    Run run_;
    const plan::Plan& plan_;
    DocId doc_;  ///< in the segment
    plan::FieldNames names_;
};

}  // namespace rescora::match
