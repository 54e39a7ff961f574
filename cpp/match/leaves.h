/// Nodes without clauses; each scores a batch. phrase.h and compound.h have the rest.
#pragma once
#include <span>
#include <vector>

#include "match/match.h"

namespace rescora::match {

Scores score_node(const plan::NothingNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::EverythingNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::TermNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::WordSetNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::NumberNode<std::int64_t>& node, const Batch& batch, Run& run);
Scores score_node(const plan::NumberNode<double>& node, const Batch& batch, Run& run);
Scores score_node(const plan::ExistsNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::DocumentsNode& node, const Batch& batch, Run& run);

/// The clauses, where all are words of one text field and the batch is a window that nobody else asks about; else none.
std::vector<const plan::TermNode*> words_to_score_together(const std::vector<plan::Node>& clauses, const Batch& batch,
                                                           const Run& run);

/// What each of these words, at least one, scores: all of them are looked for while a document is at hand. In the run's
/// arena.
const Scores* score_together(std::span<const plan::TermNode* const> words, const Batch& batch, Run& run);

/// How often a term occurs in one document; 0 when it does not.
std::uint32_t term_frequency(const plan::TermNode& node, DocId doc, const Run& run);

}  // namespace rescora::match
