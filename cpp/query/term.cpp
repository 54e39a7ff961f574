/// A range walks the term's list; a window asks each document's own terms.
#include "query/term.h"

#include <algorithm>

#include "base/budget.h"
#include "base/java_text.h"
#include "plan/blend.h"
#include "query/blocks.h"
#include "query/explain_bm25.h"

namespace rescora::query {

namespace {

/// Between two questions, where a document may be asked about thousands of words.
constexpr std::uint32_t documents_at_once = 16;

/// A boolean field has no terms, but Lucene scores its values as such: once in a document, without a length.
void weigh_flag(const plan::Term& query, plan::Weighted& weighted, Weigher& weigher) {
    const auto* field = weigher.shard.field(query.field);
    if (field == nullptr || field->type() != segment::FieldType::integer) return Weigher::cannot_match(weighted);
    const std::uint64_t own = field->statistics(query.term).document_frequency;
    if (own == 0) return Weigher::cannot_match(weighted);
    const std::uint64_t frequency = query.blended_with ? weigher.blended_frequency(query) : own;
    auto& flag = weighted.words.emplace<plan::WeightedFlag>();
    flag.field = field;
    flag.value = query.term == segment::term_of_flag(true);
    weigher.weigh_by_bm25(*field, {weigher.term_statistics(*field, query.term, frequency)}, weighted.boost,
                          flag.weight);
}

plan::Node bind_flag(const plan::WeightedFlag& flag, const Binder& binder) {
    const auto* field = flag.field->in(binder.number);
    if (field == nullptr || field->record.value_count == 0) return Binder::nothing();
    const float score = flag.weight.score(1, field->norm(0));
    return {plan::FlagNode{{field, flag.value, flag.value, {}, score}, &flag.weight}, nullptr};
}

/// A range: the term's list is walked from where the last range ended.
Scores score_term_range(const plan::TermNode& node, const Batch& batch, Run& run) {
    const Scores scores = no_match(batch, run);
    postings::Cursor& cursor = run.cursor(node.cursor, *node.field, node.term);
    std::uint32_t* places = run.arena.take<std::uint32_t>(batch.n);
    float* tf = run.arena.take<float>(batch.n);
    std::uint8_t* norm = run.arena.take<std::uint8_t>(batch.n);
    std::uint32_t count = 0;
    DocId doc = cursor.seek(batch.first);
    while (doc - batch.first < batch.n && count < batch.n) {  // also false for no_doc, and for damaged lists
        places[count] = doc - batch.first;
        tf[count] = static_cast<float>(cursor.tf());
        norm[count] = node.field->norm(doc);
        ++count;
        doc = cursor.next();
    }
    float* score = run.arena.take<float>(count);
    run.kernels.bm25(tf, norm, node.weight->inverse_norms, node.weight->weight, score, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        scores.matched[places[i]] = 1;
        scores.score[places[i]] = score[i];
    }
    return scores;
}

std::uint32_t frequency_in(const postings::WordList& words, const plan::TermNode& node, const Run& run) {
    const std::uint32_t at = words.find(node.term, run.kernels);
    return at < words.size() ? words.term_frequency(at) : 0;
}

std::uint8_t* norms_of(const segment::Field& field, const Batch& batch, Arena& arena) {
    std::uint8_t* norm = arena.take<std::uint8_t>(batch.n);
    for (std::uint32_t i = 0; i < batch.n; ++i) norm[i] = field.norm(batch.docs[i]);
    return norm;
}

/// From how often a word stands in each document of a window.
void score_window(const plan::TermNode& node, const float* tf, const std::uint8_t* norm, std::uint32_t n, Run& run,
                  const Scores& scores) {
    run.kernels.bm25(tf, norm, node.weight->inverse_norms, node.weight->weight, scores.score, n);
    for (std::uint32_t i = 0; i < n; ++i) {
        scores.matched[i] = tf[i] != 0;
        scores.score[i] = scores.matched[i] ? scores.score[i] : 0.0f;  // of a length that counts as 0, NaN
    }
}

/// A window of a field without positions: each document's few words are asked.
Scores score_term_window(const plan::TermNode& node, const Batch& batch, Run& run) {
    const Scores scores{run.arena.take<std::uint8_t>(batch.n), run.arena.take<float>(batch.n)};
    float* tf = run.arena.take<float>(batch.n);
    for (std::uint32_t i = 0; i < batch.n; ++i) tf[i] = static_cast<float>(term_frequency(node, batch.docs[i], run));
    score_window(node, tf, norms_of(*node.field, batch, run.arena), batch.n, run, scores);
    return scores;
}

}  // namespace

void weigh(const plan::Term& query, plan::Weighted& weighted, Weigher& weigher) {
    const auto* field = weigher.field_with_terms(query.field);
    if (field == nullptr) return weigh_flag(query, weighted, weigher);
    auto& term = weighted.words.emplace<plan::WeightedTerm>();
    term.field = field;
    term.ids = field->find(query.term);
    if (term.ids.empty()) return Weigher::cannot_match(weighted);
    term.document_frequency = field->statistics(term.ids).document_frequency;
    const std::uint64_t frequency = query.blended_with ? weigher.blended_frequency(query) : term.document_frequency;
    weigher.weigh_by_bm25(*field, {weigher.term_statistics(*field, query.term, frequency)}, weighted.boost,
                          term.weight);
}

plan::Node bind(const plan::Term&, const plan::Weighted& weighted, Binder& binder) {
    if (const auto* flag = std::get_if<plan::WeightedFlag>(&weighted.words)) return bind_flag(*flag, binder);
    const auto& term = std::get<plan::WeightedTerm>(weighted.words);
    const TermId id = term.ids[binder.number];
    if (id == no_term) return Binder::nothing();
    const segment::Field* field = term.field->in(binder.number);
    return {plan::TermNode{field, id, &term.weight, term.document_frequency, binder.take_cursor()}, nullptr};
}

std::string describe(const plan::Term& query, const Describer& describer) {
    return describer.in(query.field) + query.term;
}

void collect(const plan::Term& query, Scored scored, StatisticsCollector& collector) {
    const auto* field = collector.shard.field(query.field);
    if (scored == Scored::no || field == nullptr) return;
    collector.tell(query.field);
    std::uint64_t frequency = field->statistics(query.term).document_frequency;
    if (frequency == 0) return;
    if (query.blended_with) {
        const auto place = std::ranges::find(*query.blended_with, query) - query.blended_with->begin();
        frequency = plan::blend(*query.blended_with, collector.shard)[static_cast<std::size_t>(place)];
    }
    collector.tell(query.field, query.term, frequency);
}

std::vector<const plan::TermNode*> words_to_score_together(const std::vector<plan::Node>& clauses, const Batch& batch,
                                                           const Run& run) {
    std::vector<const plan::TermNode*> words;
    if (batch.is_range() || run.memo != nullptr) return words;
    for (const plan::Node& clause : clauses) {
        const auto* word = std::get_if<plan::TermNode>(&clause.kind);
        if (word == nullptr || word->field->norms.empty()) return {};
        if (!words.empty() && word->field != words.front()->field) return {};
        words.push_back(word);
    }
    return words;
}

const Scores* score_together(std::span<const plan::TermNode* const> words, const Batch& batch, Run& run) {
    const segment::Field& field = *words.front()->field;
    const std::uint32_t n = batch.n;
    auto* scores = run.arena.take<Scores>(words.size());
    for (Scores& one : std::span(scores, words.size()))
        one = {run.arena.take<std::uint8_t>(n), run.arena.take<float>(n)};
    const Arena::Scope scope(run.arena);
    float* tf = run.arena.take<float>(words.size() * n);  // word by word
    const Blocks blocks(field.forward, n, run.arena, [&](std::uint32_t i) { return batch.docs[i]; });
    for (std::uint32_t i = 0; i < n; ++i) {
        if (i % documents_at_once == 0) ask_for_work(run.arena, std::size_t{16} * documents_at_once * words.size());
        const postings::WordList block = blocks[i];
        for (std::size_t w = 0; w < words.size(); ++w)
            tf[w * n + i] = static_cast<float>(frequency_in(block, *words[w], run));
    }
    const std::uint8_t* norm = norms_of(field, batch, run.arena);
    for (std::size_t w = 0; w < words.size(); ++w) score_window(*words[w], tf + w * n, norm, n, run, scores[w]);
    return scores;
}

std::uint32_t term_frequency(const plan::TermNode& node, DocId doc, const Run& run) {
    if (node.field->norms.empty()) return std::ranges::binary_search(node.field->ordinals.values(doc), node.term);
    return frequency_in(node.field->forward.words(doc), node, run);
}

Scores score(const plan::TermNode& node, const Batch& batch, Run& run) {
    if (batch.is_range()) return score_term_range(node, batch, run);
    if (node.field->norms.empty()) return score_term_window(node, batch, run);
    const plan::TermNode* word = &node;
    return *score_together({&word, 1}, batch, run);
}

/// Unscored words are not counted, unless the list is so short that Lucene knows the count anyway.
Explanation explain(const plan::TermNode& term, const plan::Node& node, Scoring how, Explainer& explainer) {
    const std::uint32_t frequency = term_frequency(term, explainer.doc(), explainer.run());
    if (frequency == 0) return explain_no_match("no matching term");
    const bool counted = how == Scoring::full || term.document_frequency == 1;
    const float shown = counted ? static_cast<float>(frequency) : 1.0f;
    Explanation freq = explain_match(shown, "freq, occurrences of term within document");
    if (how != Scoring::full) return explain_weight(node, explain_unscored(0, std::move(freq)), explainer);
    return explain_weight(node, explain_bm25(*term.field, *term.weight, freq, explainer.doc()), explainer);
}

/// A boolean's values are not counted in a document: each stands there once.
Explanation explain(const plan::FlagNode& flag, const plan::Node& node, Scoring how, Explainer& explainer) {
    if (!explainer.outcome(node).matched) return explain_no_match("no matching term");
    Explanation freq = explain_match(1.0f, "freq, occurrences of term within document");
    if (how != Scoring::full) return explain_weight(node, explain_unscored(0, std::move(freq)), explainer);
    return explain_weight(node, explain_bm25(*flag.field, *flag.weight, freq, explainer.doc()), explainer);
}

Explanation explain_none(const plan::Term&, const plan::QueryPtr&, Scoring, Explainer&) {
    return explain_no_match("no matching term");
}

float best(const plan::TermNode& node, const Range& range) {
    const postings::Cursor& cursor = range.run.cursor(node.cursor, *node.field, node.term);
    const postings::PostingList& list = cursor.list();
    std::uint32_t block = cursor.block_of(range.first);
    float greatest = out_of_reach;
    DocId begins = 0;  // documents before this were in blocks already seen
    for (; block < list.num_blocks() && begins <= range.last; ++block) {
        const postings::BlockHeader header = list.header(block);
        for (const postings::Impact impact : header.impacts)
            greatest = std::max(greatest, std::max(node.weight->score(impact.frequency(), impact.norm), 0.0f));
        if (header.last_doc >= range.last) break;
        begins = header.last_doc + 1;
    }
    return greatest;
}

DocId next(const plan::TermNode& node, DocId from, Run& run) {
    return run.cursor(node.cursor, *node.field, node.term).seek(from);
}

}  // namespace rescora::query
