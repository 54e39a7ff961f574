/// MaxScore with the bounds of the blocks that a range touches.
#include "retrieve/disjunction.h"

#include <algorithm>
#include <numeric>

#include "retrieve/bounds.h"

namespace rescora::retrieve {

namespace {

/// Whether several scores together can beat the threshold, rounded as their sum would be. A sum in another order may
/// differ in its last bits: far less than this allows for.
bool can_beat(double sum, float threshold) {
    constexpr double any_order = 1 + 0x1p-40;
    return static_cast<float>(sum * any_order) > threshold;
}

}  // namespace

std::optional<Disjunction> Disjunction::of(const plan::Node& node, match::Run& run) {
    Disjunction found(run);
    const auto add = [&](const plan::Node& clause) {
        const auto* word = std::get_if<plan::TermNode>(&clause.kind);
        if (word == nullptr) return false;
        const float best = best_score(clause, 0, run.segment.num_docs() - 1, run);
        found.words_.push_back({word, std::max(best, 0.0f), 0, nullptr});
        return true;
    };
    if (const auto* clauses = std::get_if<plan::BoolNode>(&node.kind)) {
        const bool plain = clauses->must.empty() && clauses->filter.empty() && clauses->must_not.empty();
        if (!plain || clauses->required_should() != 1 || !std::ranges::all_of(clauses->should, add))
            return std::nullopt;
    } else if (!add(node)) {
        return std::nullopt;
    }
    found.order_.resize(found.words_.size());
    std::iota(found.order_.begin(), found.order_.end(), std::size_t{0});
    found.before_.resize(found.words_.size() + 1);
    return found;
}

DocId Disjunction::next(DocId from, float threshold) {
    std::ranges::sort(order_, {}, [&](std::size_t w) { return words_[w].best; });
    double sum = 0;
    DocId next = no_doc;
    for (const std::size_t w : order_) {
        sum += static_cast<double>(words_[w].best);
        if (!can_beat(sum, threshold)) continue;
        const plan::TermNode& node = *words_[w].node;
        next = std::min(next, run_.cursor(node.cursor, *node.field, node.term).seek(from));
    }
    return next;
}

/// Orders the words by what they can give here, and finds from where on they are essential.
void Disjunction::split(DocId first, DocId last, float threshold) {
    for (Word& word : words_) word.best_here = std::max(best_score(*word.node, first, last, run_), 0.0f);
    std::ranges::sort(order_, {}, [&](std::size_t w) { return words_[w].best_here; });
    essential_ = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        before_[i + 1] = before_[i] + static_cast<double>(words_[order_[i]].best_here);
        if (!can_beat(before_[i + 1], threshold)) essential_ = i + 1;
    }
}

void Disjunction::add_essential(Word& word, DocId first, std::uint32_t n, double* sums) {
    const plan::TermNode& node = *word.node;
    postings::Cursor& cursor = run_.cursor(node.cursor, *node.field, node.term);
    const Arena::Scope scope(run_.arena);
    auto* places = run_.arena.take<std::uint32_t>(n);
    auto* tf = run_.arena.take<float>(n);
    auto* norm = run_.arena.take<std::uint8_t>(n);
    std::uint32_t count = 0;
    for (DocId doc = cursor.seek(first); doc - first < n && count < n; doc = cursor.next()) {
        places[count] = doc - first;
        tf[count] = static_cast<float>(cursor.tf());
        norm[count++] = node.field->norm(doc);
    }
    auto* scores = run_.arena.take<float>(count);
    run_.kernels.bm25(tf, norm, node.weight.inverse_norms, node.weight.weight, scores, count);
    for (std::uint32_t i = 0; i < count; ++i) {
        word.scores[places[i]] = scores[i];
        sums[places[i]] += static_cast<double>(scores[i]);
    }
}

/// Asks the other words about one document, the strongest first, as long as it can still win.
bool Disjunction::complete(DocId doc, std::uint32_t place, double sum, float threshold) {
    for (std::size_t i = essential_; i-- > 0;) {
        if (!can_beat(sum + before_[i + 1], threshold)) return false;
        Word& word = words_[order_[i]];
        const plan::TermNode& node = *word.node;
        postings::Cursor& cursor = run_.cursor(node.cursor, *node.field, node.term);
        if (cursor.seek(doc) != doc) continue;
        word.scores[place] = node.weight.score(static_cast<float>(cursor.tf()), node.field->norm(doc));
        sum += static_cast<double>(word.scores[place]);
    }
    return true;
}

float Disjunction::total(std::uint32_t place) const {
    double sum = 0;
    for (const Word& word : words_) sum += static_cast<double>(word.scores[place]);
    return static_cast<float>(sum);
}

void Disjunction::collect(DocId first, std::uint32_t n, TopK& top) {
    split(first, first + n - 1, top.threshold());
    if (essential_ == words_.size()) return;
    const Arena::Scope scope(run_.arena);
    auto* sums = run_.arena.take_zeroed<double>(n);
    for (Word& word : words_) word.scores = run_.arena.take_zeroed<float>(n);
    for (std::size_t i = essential_; i < order_.size(); ++i) add_essential(words_[order_[i]], first, n, sums);

    const double others = before_[essential_];
    for (std::uint32_t place = 0; place < n; ++place) {
        if (!can_beat(sums[place] + others, top.threshold()) || sums[place] == 0) continue;
        if (complete(first + place, place, sums[place], top.threshold())) top.add({first + place, total(place)});
    }
}

}  // namespace rescora::retrieve
