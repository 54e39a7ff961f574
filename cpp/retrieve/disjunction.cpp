/// MaxScore with the bounds of the blocks that a range touches.
#include "retrieve/disjunction.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "retrieve/bounds.h"

namespace rescora::retrieve {

namespace {

/// Whether several scores together can beat the threshold, rounded as their sum would be. A sum in another order may
/// differ in its last bits: far less than this allows for.
bool can_beat(double sum, float threshold) {
    constexpr double any_order = 1 + 0x1p-40;
    return static_cast<float>(sum * any_order) > threshold;
}

/// A score that, together with `others`, does not beat the threshold. Lower than it need be by far more than rounding
/// can amount to, for it only spares asking can_beat.
float cutoff(double others, float threshold) {
    const double least = static_cast<double>(threshold) * (1 - 0x1p-22) - others;
    return std::nextafter(static_cast<float>(least), -std::numeric_limits<float>::infinity());
}

}  // namespace

std::optional<Disjunction> Disjunction::of(const plan::Node& node, match::Run& run) {
    Disjunction found(run);
    const auto add = [&](const plan::Node& clause) {
        const auto* word = std::get_if<plan::TermNode>(&clause.kind);
        if (word == nullptr || !std::isfinite(word->weight.weight)) return false;  // scores may be NaN then
        const float best = best_score(clause, 0, run.segment.num_docs() - 1, run);
        found.words_.push_back({word, std::max(best, 0.0f), 0});
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
    found.found_.resize(found.words_.size());
    return found;
}

DocId Disjunction::next(DocId from, float threshold) {
    std::ranges::sort(order_, {}, [&](std::size_t w) { return words_[w].best; });
    double sum = 0;
    DocId next = no_doc;
    for (const std::size_t w : order_) {
        sum += static_cast<double>(words_[w].best);
        if (!can_beat(sum, threshold)) continue;
        next = std::min(next, cursor(words_[w]).seek(from));
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

/// Scores the rest of the word's block before `end` and moves on behind it. What it gives lives until the next call.
Disjunction::Stretch Disjunction::score_block(const Word& word, DocId end) {
    const plan::TermNode& node = *word.node;
    postings::Cursor& at = cursor(word);
    const DocId* docs = at.docs();
    const std::uint32_t* tfs = at.tfs();
    const std::uint32_t n = docs[at.remaining() - 1] < end
                                ? at.remaining()
                                : static_cast<std::uint32_t>(std::lower_bound(docs, docs + at.remaining(), end) - docs);
    std::array<float, postings::block_size> tf;
    std::array<std::uint8_t, postings::block_size> norm;
    for (std::uint32_t i = 0; i < n; ++i) {
        tf[i] = static_cast<float>(tfs[i]);
        norm[i] = node.field->norm(docs[i]);
    }
    run_.kernels.bm25(tf.data(), norm.data(), node.weight.inverse_norms, node.weight.weight, block_scores_.data(), n);
    at.skip(n);
    return {docs, block_scores_.data(), n};
}

/// Only one word is essential: its postings are the candidates.
void Disjunction::collect_alone(std::size_t w, DocId first, std::uint32_t n, TopK& top) {
    const DocId end = first + n;
    float enough = cutoff(before_[essential_], top.threshold());
    while (cursor(words_[w]).seek(first) < end) {
        const Stretch stretch = score_block(words_[w], end);
        for (std::uint32_t i = 0; i < stretch.n; ++i) {
            if (!(stretch.scores[i] > enough)) continue;
            std::ranges::fill(found_, 0.0f);
            found_[w] = stretch.scores[i];
            if (!complete(stretch.docs[i], static_cast<double>(stretch.scores[i]), top.threshold())) continue;
            add_total(stretch.docs[i], top);
            enough = cutoff(before_[essential_], top.threshold());
        }
    }
}

void Disjunction::add_essential(std::size_t w, DocId first, std::uint32_t n) {
    float* scores = scores_.data() + w * range_;
    std::uint64_t* has = has_.data() + w * (range_ / 64);
    while (cursor(words_[w]).seek(first) < first + n) {
        const Stretch stretch = score_block(words_[w], first + n);
        for (std::uint32_t i = 0; i < stretch.n; ++i) {
            const DocId place = stretch.docs[i] - first;
            has[place / 64] |= std::uint64_t{1} << (place % 64);
            scores[place] = stretch.scores[i];
            sums_[place] += static_cast<double>(stretch.scores[i]);
        }
    }
}

/// A document whose essential words give enough: adds it if the others do not say no.
void Disjunction::take(DocId first, std::uint32_t place, double sum, TopK& top) {
    if (!can_beat(sum + before_[essential_], top.threshold())) return;
    std::ranges::fill(found_, 0.0f);
    for (std::size_t i = essential_; i < order_.size(); ++i) {
        const std::size_t w = order_[i];
        const bool has = (has_[w * (range_ / 64) + place / 64] >> (place % 64) & 1) != 0;
        if (has) found_[w] = scores_[w * range_ + place];
    }
    if (complete(first + place, sum, top.threshold())) add_total(first + place, top);
}

/// The documents of 64 places that have an essential word: one bit each.
std::uint64_t Disjunction::touched(std::size_t places) const {
    std::uint64_t any = 0;
    for (std::size_t i = essential_; i < order_.size(); ++i) any |= has_[order_[i] * (range_ / 64) + places];
    return any;
}

/// Gives how many documents have an essential word.
std::uint32_t Disjunction::collect_together(DocId first, std::uint32_t n, TopK& top) {
    if (range_ < n) make_room(n);
    for (std::size_t i = essential_; i < order_.size(); ++i) add_essential(order_[i], first, n);
    double enough = cutoff(before_[essential_], top.threshold());
    std::uint32_t count = 0;
    for (std::uint32_t places = 0; places < range_ / 64; ++places)
        for (std::uint64_t bits = touched(places); bits != 0; bits &= bits - 1) {
            const std::uint32_t place = 64 * places + static_cast<std::uint32_t>(std::countr_zero(bits));
            const double sum = std::exchange(sums_[place], 0.0);
            ++count;
            if (!(sum > enough)) continue;
            take(first, place, sum, top);
            enough = cutoff(before_[essential_], top.threshold());
        }
    for (std::size_t i = essential_; i < order_.size(); ++i)
        std::fill_n(has_.begin() + static_cast<std::ptrdiff_t>(order_[i] * (range_ / 64)), range_ / 64, 0u);
    return count;
}

void Disjunction::make_room(std::uint32_t n) {
    range_ = (std::size_t{n} + 63) / 64 * 64;
    sums_.assign(range_, 0);
    has_.assign(words_.size() * (range_ / 64), 0);
    scores_.resize(words_.size() * range_);
}

/// Asks the other words about one document, the strongest first, as long as it can still win.
bool Disjunction::complete(DocId doc, double sum, float threshold) {
    for (std::size_t i = essential_; i-- > 0;) {
        if (!can_beat(sum + before_[i + 1], threshold)) return false;
        const Word& word = words_[order_[i]];
        postings::Cursor& at = cursor(word);
        if (at.seek(doc) != doc) continue;
        const float score = word.node->weight.score(static_cast<float>(at.tf()), word.node->field->norm(doc));
        found_[order_[i]] = score;
        sum += static_cast<double>(score);
    }
    return true;
}

void Disjunction::add_total(DocId doc, TopK& top) {
    double sum = 0;
    for (const float score : found_) sum += static_cast<double>(score);
    top.add({doc, static_cast<float>(sum)});
}

void Disjunction::collect(DocId first, std::uint32_t n, TopK& top) {
    split(first, first + n - 1, top.threshold());
    if (essential_ == words_.size()) return;
    if (essential_ + 1 == words_.size())
        collect_alone(order_[essential_], first, n, top);
    else
        collect_together(first, n, top);
}

std::uint32_t Disjunction::collect_and_count(DocId first, std::uint32_t n, TopK& top) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    essential_ = 0;  // every word is looked at
    before_[0] = 0;
    return collect_together(first, n, top);
}

}  // namespace rescora::retrieve
