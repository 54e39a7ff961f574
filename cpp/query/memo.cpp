/// Two nodes are the same if they score the same, whatever queries they stand in.
#include "query/memo.h"

#include <algorithm>
#include <bit>

namespace rescora::query {

namespace {

bool same_norms(const float* a, const float* b) {
    constexpr std::size_t codes = 256;
    return a == b || (a != nullptr && b != nullptr && std::equal(a, a + codes, b));
}

bool same_weight(const plan::Bm25Weight& a, const plan::Bm25Weight& b) {
    return std::bit_cast<std::uint32_t>(a.weight) == std::bit_cast<std::uint32_t>(b.weight) &&
           same_norms(a.inverse_norms, b.inverse_norms);
}

bool same(const plan::Node& a, const plan::Node& b) {
    if (const auto* term = std::get_if<plan::TermNode>(&a.kind)) {
        const auto* other = std::get_if<plan::TermNode>(&b.kind);
        return other != nullptr && term->field == other->field && term->term == other->term &&
               same_weight(*term->weight, *other->weight);
    }
    const auto* phrase = std::get_if<plan::PhraseNode>(&a.kind);
    const auto* other = std::get_if<plan::PhraseNode>(&b.kind);
    return phrase != nullptr && other != nullptr && phrase->field == other->field && phrase->slop == other->slop &&
           std::ranges::equal(phrase->positions, other->positions) && std::ranges::equal(phrase->terms, other->terms) &&
           same_weight(*phrase->weight, *other->weight);
}

}  // namespace

bool Memo::knows(const plan::Node& node, const Batch& batch) const {
    const bool reads_text =
        std::holds_alternative<plan::TermNode>(node.kind) || std::holds_alternative<plan::PhraseNode>(node.kind);
    return reads_text && batch.docs == batch_.docs && batch.first == batch_.first && batch.n == batch_.n;
}

Scores Memo::find(const plan::Node& node, Run& run) const {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return same(*entry.node, node); });
    if (found == entries_.end()) return {nullptr, nullptr};
    const Scores scores{run.arena.take<std::uint8_t>(batch_.n), run.arena.take<float>(batch_.n)};
    std::ranges::copy(found->matched, scores.matched);
    std::ranges::copy(found->score, scores.score);
    return scores;
}

void Memo::keep(const plan::Node& node, const Scores& scores) {
    entries_.push_back({&node, {scores.matched, scores.matched + batch_.n}, {scores.score, scores.score + batch_.n}});
}

}  // namespace rescora::query
