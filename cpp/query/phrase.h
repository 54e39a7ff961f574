/// match_phrase: words near one another, by BM25 of the phrase's frequency.
#pragma once
#include "query/contest.h"
#include "query/kind.h"

namespace rescora::query {

void weigh(const plan::Phrase& query, plan::Weighted& weighted, Weigher& weigher);
plan::Node bind(const plan::Phrase& query, const plan::Weighted& weighted, Binder& binder);
std::string describe(const plan::Phrase& query, const Describer& describer);
void collect(const plan::Phrase& query, Scored scored, StatisticsCollector& collector);

Scores score(const plan::PhraseNode& node, const Batch& batch, Run& run);
Explanation explain(const plan::PhraseNode& phrase, const plan::Node& node, Scoring how, Explainer& explainer);
Explanation explain_none(const plan::Phrase& query, const plan::QueryPtr& self, Scoring how, Explainer& explainer);
float best(const plan::PhraseNode& node, const Range& range);
DocId next(const plan::PhraseNode& node, DocId from, Run& run);

/// contest.h
bool contend(const plan::PhraseNode& node, const Batch& batch, Run& run, Contest& contest);

}  // namespace rescora::query
