/// term: one term of a text or keyword field by BM25, or a value of a boolean field.
#pragma once
#include <span>
#include <vector>

#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Term& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Term& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Term& query, const Describer& describer);
void collect(const plan::Term& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::TermNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::TermNode& term, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain(const plan::FlagNode& flag, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::Term& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);
float best(const plan::TermNode& node, const Range& range);
DocId next(const plan::TermNode& node, DocId from, Run& run);

/// The clauses, where all are words of one text field and the batch is a window that nobody else asks about; else none.
std::vector<const plan::TermNode*> words_to_score_together(const std::vector<plan::Node>& clauses, const Batch& batch,
                                                           const Run& run);

/// What each of these words, at least one, scores: all of them are looked for while a document is at hand. In the run's
/// arena.
const Scores* score_together(std::span<const plan::TermNode* const> words, const Batch& batch, Run& run);

/// How often a term occurs in one document; 0 when it does not.
std::uint32_t term_frequency(const plan::TermNode& node, DocId doc, const Run& run);

}  // namespace rescora::query
