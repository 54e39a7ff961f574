/// One document's score, node by node; on the way down goes what is known of scores.
#pragma once
#include <string>

#include "query/batch.h"
#include "query/describe.h"
#include "query/explanation.h"

namespace rescora::query {

enum class Scoring {
    full,
    none,     ///< nobody asks for scores: filters, exclusions
    unknown,  ///< in a query that cannot match in this shard: its boost and weights were not kept
};

/// How the queries inside one are scored that cannot match in this shard.
inline Scoring apart(Scoring how) {
    return how == Scoring::none ? how : Scoring::unknown;
}

class Explainer {
 public:
    Explainer(const plan::Plan& plan, DocId doc, FieldNames names, Arena& arena)
        : run_(plan, arena), plan_(plan), doc_(doc), names_(names) {}

    /// The whole plan. A document that cannot be scored cannot be explained.
    Explanation explain_root(const plan::Node& root);

    /// The whole node: its kind's `explain`.
    Explanation explain(const plan::Node& node, Scoring how);

    /// A clause. Where nobody asks for its score, Elasticsearch's cache of filters stands before it and says no more
    /// than whether it matches.
    Explanation explain_clause(const plan::Node& node, Scoring how);

    /// A query of which the binder kept nothing, weighed and bound again by itself. No weight of it is shown.
    Explanation explain_apart(const plan::QueryPtr& query, Scoring how);
    Explanation explain_clause_apart(const plan::QueryPtr& query, Scoring how);

    /// Of what scores a constant wherever it matches.
    Explanation constant(float score, const plan::Node& node, const std::string& description);
    Explanation no_constant(const std::string& description) const;
    Explanation no_constant(const plan::QueryPtr& query) const;

    struct Outcome {
        bool matched;
        float score;
    };
    Outcome outcome(const plan::Node& node);

    /// Words for a query, its phrases' prefixes spelled out.
    std::string describe(const plan::QueryPtr& query) const;

    Run& run() { return run_; }
    DocId doc() const { return doc_; }  ///< in the segment
    DocId doc_in_shard() const { return plan_.base() + doc_; }
    FieldNames names() const { return names_; }

 private:
    plan::Plan bound_apart(const plan::QueryPtr& query) const;

    Run run_;
    const plan::Plan& plan_;
    DocId doc_;
    FieldNames names_;
};

/// Why a document below `min_score` does not match.
Explanation too_low(float min_score, Explanation explanation);

/// A kind of node that scores a constant.
template <class ConstantNode>
Explanation explain(const ConstantNode& constant, const plan::Node& node, Scoring, Explainer& explainer) {
    return explainer.constant(constant.score, node, describe_for_document(*node.origin, explainer.names()));
}

/// A kind of query that matches nothing in this shard; kinds that only score a query inside say what that says.
template <class Kind>
Explanation explain_none(const Kind& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer) {
    if constexpr (plan::ScoresAnother<Kind>)
        return explainer.explain_apart(query.scored_query(), apart(how));
    else
        return explainer.no_constant(self);
}

}  // namespace rescora::query
