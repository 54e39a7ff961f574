/// Words, numbers and sets of documents.
#include "match/leaves.h"

#include <algorithm>
#include <cstring>

#include "base/budget.h"
#include "columns/ascending.h"
#include "match/blocks.h"

namespace rescora::match {

namespace {

/// Between two questions, where a document may be asked about thousands of words.
constexpr std::uint32_t documents_at_once = 16;

/// Constant scores where has(doc) holds.
template <class Has>
Scores score_where(const Batch& batch, Run& run, float constant, const Has& has) {
    const Scores scores{run.arena.take<std::uint8_t>(batch.n), run.arena.take<float>(batch.n)};
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.matched[i] = has(batch[i]);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? constant : 0.0f;
    return scores;
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

bool any_of(std::span<const TermId> wanted, std::span<const TermId> have) {
    return std::ranges::any_of(have, [&](TermId term) { return std::ranges::binary_search(wanted, term); });
}

/// Whether one document has a word of the set, by its forward side.
bool has_word(const plan::WordSetNode& node, DocId doc, const Run& run) {
    if (node.field->norms.empty()) {
        const auto have = node.field->ordinals.values(doc);
        if (!node.terms.empty()) return any_of(node.terms, have);
        return std::ranges::any_of(have, [&](TermId term) { return term >= node.first && term < node.last; });
    }
    const postings::WordList words = node.field->forward.words(doc);
    if (node.terms.size() > words.size()) {  // thousands, most often: the document's few are looked up among them
        for (std::uint32_t at = 0; at < words.size(); ++at)
            if (std::ranges::binary_search(node.terms, words.word(at))) return true;
        return false;
    }
    if (!node.terms.empty())
        return std::ranges::any_of(node.terms, [&](TermId t) { return words.find(t, run.kernels) < words.size(); });
    const std::uint32_t at = words.lower_bound(node.first);
    return at < words.size() && words.word(at) < node.last;
}

template <class T, class Fits>
Scores score_numbers(const plan::NumberNode<T>& node, const columns::Column<T>& column, const Batch& batch, Run& run,
                     const Fits& fits) {
    if (const auto dense = column.dense(); !dense.empty())
        return score_where(batch, run, node.score, [&](DocId doc) { return fits(dense[doc]); });
    return score_where(batch, run, node.score,
                       [&](DocId doc) { return std::ranges::any_of(column.values(doc), fits); });
}

template <class T>
Scores score_numbers(const plan::NumberNode<T>& node, const columns::Column<T>& column, const Batch& batch, Run& run) {
    return score_numbers(node, column, batch, run, [&](T value) {
        return node.values.empty() ? node.low <= value && value <= node.high
                                   : std::ranges::binary_search(node.values, value);
    });
}

/// Whether the sign of a zero decides what matches.
bool ends_at_zero(const plan::NumberNode<double>& node) {
    return node.values.empty() ? node.low == 0 || node.high == 0 : std::ranges::binary_search(node.values, 0.0);
}

bool fits_with_signs(const plan::NumberNode<double>& node, double value) {
    constexpr columns::Ascending before;
    return node.values.empty() ? !before(value, node.low) && !before(node.high, value)
                               : std::ranges::binary_search(node.values, value, before);
}

}  // namespace

Scores no_match(const Batch& batch, Run& run) {
    return {run.arena.take_zeroed<std::uint8_t>(batch.n), run.arena.take_zeroed<float>(batch.n)};
}

const DocumentSet& Run::documents(const plan::WordSetNode& node) {
    if (sets_.empty()) sets_.resize(plan_.num_document_sets);
    auto& set = sets_[node.documents];
    if (set) return *set;
    set.emplace(segment.num_docs());
    const auto add = [&](TermId term) {
        ask(arena);
        postings::Cursor cursor(node.field->list(term, segment.num_docs()));
        for (DocId doc = cursor.seek(0); doc != no_doc; doc = cursor.next()) set->add(doc);
    };
    for (const TermId term : node.terms) add(term);
    for (TermId term = node.first; term < node.last; ++term) add(term);
    return *set;
}

Scores score_node(const plan::NothingNode&, const Batch& batch, Run& run) {
    return no_match(batch, run);
}

Scores score_node(const plan::EverythingNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [](DocId) { return true; });
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

Scores score_node(const plan::TermNode& node, const Batch& batch, Run& run) {
    if (batch.is_range()) return score_term_range(node, batch, run);
    if (node.field->norms.empty()) return score_term_window(node, batch, run);
    const plan::TermNode* word = &node;
    return *score_together({&word, 1}, batch, run);
}

Scores score_node(const plan::WordSetNode& node, const Batch& batch, Run& run) {
    if (!batch.is_range())
        return score_where(batch, run, node.score, [&](DocId doc) {
            ask_for_work(run.arena, 32 + 8 * node.terms.size());
            return has_word(node, doc, run);
        });
    const DocumentSet& documents = run.documents(node);
    return score_where(batch, run, node.score, [&](DocId doc) { return documents.has(doc); });
}

Scores score_node(const plan::NumberNode<std::int64_t>& node, const Batch& batch, Run& run) {
    return score_numbers(node, node.field->integers, batch, run);
}

Scores score_node(const plan::NumberNode<double>& node, const Batch& batch, Run& run) {
    if (ends_at_zero(node))
        return score_numbers(node, node.field->reals, batch, run,
                             [&](double value) { return fits_with_signs(node, value); });
    return score_numbers(node, node.field->reals, batch, run);
}

Scores score_node(const plan::ExistsNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [&](DocId doc) { return node.field->has(doc); });
}

Scores score_node(const plan::DocumentsNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [&](DocId doc) { return std::ranges::binary_search(node.docs, doc); });
}

}  // namespace rescora::match
