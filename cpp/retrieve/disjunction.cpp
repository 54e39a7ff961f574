/// MaxScore, with bounds from the impacts of the blocks that a range touches.
#include "retrieve/disjunction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include "base/budget.h"

namespace rescora::retrieve {

namespace {

/// Whether several scores together can beat the threshold, rounded as their sum would be. A sum in another order may
/// differ in its last bits: far less than this allows for.
bool can_beat(double sum, float threshold) {
    constexpr double any_order = 1 + 0x1p-40;
    return static_cast<float>(sum * any_order) > threshold;
}

}  // namespace

/// A sum of some terms' scores that does not beat the threshold together with what the `others` can give. Lower than it
/// need be by more than floats added in any order can be off, for it only spares asking for the total.
float Disjunction::limit(double others, float threshold) const {
    const double slack = 0x1p-23 * static_cast<double>(words_.size() + 4);
    const double least = static_cast<double>(threshold) * (1 - slack) - others;
    return std::nextafter(static_cast<float>(least), -std::numeric_limits<float>::infinity());
}

Disjunction::Disjunction(query::Run& run, const index::Live& live, std::vector<Word> words)
    : run_(run),
      live_(live),
      words_(std::move(words)),
      order_(words_.size()),
      before_(words_.size() + 1),
      rows_(run.kernels, words_.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    for (Word& word : words_) {
        word.best_in = best_of_blocks(*word.node);
        if (!word.best_in.empty()) word.best = *std::ranges::max_element(word.best_in);
    }
}

std::optional<Disjunction> Disjunction::of(const plan::Node& node, query::Run& run, const index::Live& live) {
    std::vector<Word> words;
    const auto add = [&](const plan::Node& clause) {
        const auto* word = std::get_if<plan::TermNode>(&clause.kind);
        if (word == nullptr) return false;
        const float weight = word->weight->weight;
        if (!(weight >= 0) || !std::isfinite(weight)) return false;  // scores may be NaN, or no longer only add up
        words.push_back({word, {}, 0, 0});
        return true;
    };
    if (const auto* clauses = std::get_if<plan::BoolNode>(&node.kind)) {
        const bool plain = clauses->must.empty() && clauses->filter.empty() && clauses->must_not.empty();
        if (!plain || clauses->required_should() != 1 || !std::ranges::all_of(clauses->should, add))
            return std::nullopt;
    } else if (!add(node)) {
        return std::nullopt;
    }
    return Disjunction(run, live, std::move(words));
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

/// The best score that each block of the term's posting list can hold.
std::vector<float> Disjunction::best_of_blocks(const plan::TermNode& node) {
    const postings::PostingList& list = run_.cursor(node.cursor, *node.field, node.term).list();
    constexpr std::size_t impacts = std::tuple_size_v<decltype(postings::BlockHeader::impacts)>;
    const std::size_t n = list.num_blocks() * impacts;
    ask_for_work(run_.arena, 64 + 4 * n);
    const Arena::Scope scope(run_.arena);
    auto* tf = run_.arena.take<float>(n);
    auto* norm = run_.arena.take<std::uint8_t>(n);
    auto* score = run_.arena.take<float>(n);
    for (std::uint32_t block = 0, at = 0; block < list.num_blocks(); ++block)
        for (const postings::Impact impact : list.header(block).impacts) {
            tf[at] = impact.frequency();
            norm[at++] = impact.norm;
        }
    run_.kernels.bm25(tf, norm, node.weight->inverse_norms, node.weight->weight, score, n);
    std::vector<float> best(list.num_blocks(), 0.0f);
    for (std::size_t at = 0; at < n; ++at)
        best[at / impacts] = std::max(best[at / impacts], score[at]);  // NaN is not kept
    return best;
}

/// The term's best score in [first, last].
float Disjunction::best_between(const Word& word, DocId first, DocId last) {
    const postings::PostingList& list = cursor(word).list();
    float best = 0;
    for (std::uint32_t block = cursor(word).block_of(first); block < list.num_blocks(); ++block) {
        if (block > 0 && list.header(block - 1).last_doc >= last) break;
        best = std::max(best, word.best_in[block]);
    }
    return best;
}

/// Orders the terms by their bounds in this range, and finds from where on they are essential.
void Disjunction::split(DocId first, DocId last, float threshold) {
    for (Word& word : words_) word.best_here = best_between(word, first, last);
    std::ranges::sort(order_, {}, [&](std::size_t w) { return words_[w].best_here; });
    essential_ = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
        before_[i + 1] = before_[i] + static_cast<double>(words_[order_[i]].best_here);
        if (!can_beat(before_[i + 1], threshold)) essential_ = i + 1;
    }
}

/// Scores the rest of the term's block before `end` and moves past it. The result is valid until the next call.
Disjunction::Stretch Disjunction::score_block(const Word& word, DocId end) {
    const plan::TermNode& node = *word.node;
    postings::Cursor& at = cursor(word);
    const DocId* docs = at.docs();
    const std::uint32_t* tfs = at.tfs();
    const std::uint32_t n = postings::count_before(docs, at.remaining(), end);
    std::array<float, postings::block_size> tf;
    std::array<std::uint8_t, postings::block_size> norm;
    for (std::uint32_t i = 0; i < n; ++i) tf[i] = static_cast<float>(tfs[i]);
    const segment::Field& field = *node.field;
    if (field.norms.empty())
        std::fill_n(norm.begin(), n, field.norm(0));
    else
        for (std::uint32_t i = 0; i < n; ++i) norm[i] = field.norms[docs[i]];
    run_.kernels.bm25(tf.data(), norm.data(), node.weight->inverse_norms, node.weight->weight, block_scores_.data(), n);
    at.skip(n);
    return {docs, block_scores_.data(), n};
}

/// The term's next document in [from, end) in a block that can hold a score above `enough`, or any from `end` on. The
/// cursor stops there: in another range the other terms may give more.
DocId Disjunction::next_above(const Word& word, DocId from, DocId end, float enough) {
    postings::Cursor& at = cursor(word);
    const postings::PostingList& list = at.list();
    for (std::uint32_t block = at.block_for(from); block < list.num_blocks() && from < end; ++block) {
        if (word.best_in[block] > enough) return at.seek(from);
        from = std::max(from, list.header(block).last_doc + 1);  // headers of a damaged file may say anything
    }
    return no_doc;
}

/// Only one term is essential: its postings are the contenders.
void Disjunction::find_by_one(DocId first, std::uint32_t n, float threshold) {
    const std::size_t w = order_[essential_];
    const float enough = limit(before_[essential_], threshold);
    contenders_.begin(n);
    for (DocId from = first; next_above(words_[w], from, first + n, enough) < first + n;) {
        const Stretch stretch = score_block(words_[w], first + n);
        contenders_.add_above(enough, first, stretch.docs, stretch.scores, stretch.n);
        from = stretch.last() + 1;
    }
    for (std::uint32_t i = 0; i < contenders_.n; ++i) rows_.set(w, contenders_.places[i], contenders_.sums[i]);
}

/// Scores a term in the whole range.
void Disjunction::write_row(std::size_t w, DocId first, std::uint32_t n, Write write) {
    ask_for_work(run_.arena, 64 + n / 2);
    for (DocId from = first; cursor(words_[w]).seek(from) < first + n;) {
        const Stretch stretch = score_block(words_[w], first + n);
        (rows_.*write)(w, first, stretch.docs, stretch.scores, stretch.n);
        from = stretch.last() + 1;  // so that each document comes once, even in the lists of a damaged file
    }
}

/// Several terms are essential: scores each in the whole range.
void Disjunction::find_by_several(DocId first, std::uint32_t n, float threshold) {
    looked_at_.assign(order_.begin() + static_cast<std::ptrdiff_t>(essential_), order_.end());
    for (const std::size_t w : looked_at_) {
        const bool few = documents_among(words_[w], ScoreRows::group) < 4;
        write_row(w, first, n, few ? &ScoreRows::write_and_mark : &ScoreRows::write_full);
    }
    rows_.find_above(looked_at_, limit(before_[essential_], threshold), contenders_);
}

/// The expected number of n documents that have the term, if it is spread evenly.
double Disjunction::documents_among(const Word& word, std::uint32_t n) {
    const double frequency = cursor(word).list().document_frequency();
    return frequency * n / run_.segment.num_docs();
}

/// Scores a term in the contenders alone.
void Disjunction::look_up(std::size_t w, DocId first) {
    ask_for_work(run_.arena, 32 * std::uint64_t{contenders_.n});
    const Word& word = words_[w];
    postings::Cursor& at = cursor(word);
    for (std::uint32_t i = 0; i < contenders_.n; ++i) {
        const DocId doc = first + contenders_.places[i];
        if (at.seek(doc) != doc) continue;
        const float score = word.node->weight->score(static_cast<float>(at.tf()), word.node->field->norm(doc));
        rows_.set(w, contenders_.places[i], score);
        contenders_.sums[i] += score;
    }
}

/// Probes the non-essential terms for the contenders, by descending bound, as long as any can still win.
void Disjunction::complete(DocId first, std::uint32_t n, float threshold) {
    for (std::size_t i = essential_; i-- > 0 && contenders_.n > 0;) {
        const std::size_t w = order_[i];
        if (documents_among(words_[w], n) < 6 * contenders_.n) {
            write_row(w, first, n, &ScoreRows::write);
            for (std::uint32_t c = 0; c < contenders_.n; ++c) contenders_.sums[c] += rows_.at(w, contenders_.places[c]);
        } else {
            look_up(w, first);
        }
        contenders_.keep_above(limit(before_[i], threshold));
    }
}

void Disjunction::add_totals(DocId first, TopK& top) {
    if (!live_.is_all()) contenders_.keep_alive(first, live_);
    const DocId base = run_.base + first;
    for (const std::uint32_t place : std::span(contenders_.places).first(contenders_.n))
        top.add({in_shard(base, place), rows_.total(place)});
}

void Disjunction::collect(DocId first, std::uint32_t n, TopK& top) {
    const float threshold = top.threshold();
    split(first, first + n - 1, threshold);
    if (essential_ == words_.size()) return;
    rows_.make_room(n);
    if (essential_ + 1 == words_.size()) {
        find_by_one(first, n, threshold);
    } else {
        find_by_several(first, n, threshold);
    }
    complete(first, n, threshold);
    add_totals(first, top);
    rows_.clear();
}

std::uint32_t Disjunction::collect_and_count(DocId first, std::uint32_t n, TopK& top) {
    rows_.make_room(n);
    for (std::size_t w = 0; w < words_.size(); ++w) write_row(w, first, n, &ScoreRows::write_and_mark);
    looked_at_.resize(words_.size());
    std::iota(looked_at_.begin(), looked_at_.end(), std::size_t{0});
    rows_.find_above(looked_at_, limit(0, top.threshold()), contenders_);
    const std::uint32_t count = rows_.num_marked(first, live_);
    add_totals(first, top);
    rows_.clear();
    return count;
}

}  // namespace rescora::retrieve
