/// Candidates first, positions last: in a range the rarest words' lists tell which documents to look at.
#include "match/phrase.h"

#include "base/budget.h"
#include "match/blocks.h"
#include "match/distinct_phrase.h"
#include "match/phrase_frequency.h"

namespace rescora::match {

namespace {

/// Phrases between two questions whether to go on.
constexpr std::uint32_t between_questions = 64;

/// The places in a range whose documents have every required word.
std::uint32_t find_candidates(const plan::PhraseNode& node, const Batch& batch, Run& run, std::uint32_t* places) {
    std::uint32_t count = 0;
    DocId doc = batch.first;
    while (doc - batch.first < batch.n && count < batch.n) {
        DocId reached = doc;
        for (std::size_t t = 0; t < node.required.size() && reached == doc; ++t)
            reached = run.cursor(node.cursors[t], *node.field, node.required[t]).seek(doc);
        if (reached == doc)
            places[count++] = doc++ - batch.first;
        else
            doc = reached;
    }
    return count;
}

/// Scores the documents that stand at these places of the batch.
template <class Frequency>
void score_places(const plan::PhraseNode& node, const Batch& batch, Frequency frequency, const std::uint32_t* places,
                  std::uint32_t count, Arena& arena, const Scores& scores) {
    const Blocks blocks(node.field->forward, count, arena, [&](std::uint32_t i) { return batch[places[i]]; });
    ask_before_each(between_questions, count, arena.budget(), [&](std::uint32_t i) {
        const float found = frequency(blocks[i]);
        if (found == 0) return;
        scores.matched[places[i]] = 1;
        scores.score[places[i]] = node.weight->score(found, node.field->norms[batch[places[i]]]);
    });
}

}  // namespace

Scores score_node(const plan::PhraseNode& node, const Batch& batch, Run& run) {
    const Scores scores = no_match(batch, run);
    auto* places = run.arena.take<std::uint32_t>(batch.n);
    std::uint32_t count = batch.n;
    if (batch.is_range()) {
        count = find_candidates(node, batch, run, places);
    } else {
        for (std::uint32_t i = 0; i < batch.n; ++i) places[i] = i;
    }
    if (DistinctPhrase::fits(node))
        score_places(node, batch, DistinctPhrase(node, run.kernels), places, count, run.arena, scores);
    else
        score_places(node, batch, PhraseFrequency(node, run.kernels), places, count, run.arena, scores);
    return scores;
}

bool contend(const plan::PhraseNode& node, const Batch& batch, Run& run, Contest& contest) {
    if (!DistinctPhrase::fits(node)) return false;
    const DistinctPhrase phrase(node, run.kernels);
    const Blocks blocks(node.field->forward, batch.n, run.arena, [&](std::uint32_t i) { return batch[i]; });
    DistinctPhrase::Places places;
    ask_before_each(between_questions, batch.n, run.arena.budget(), [&](std::uint32_t i) {
        const postings::WordList words = blocks[i];
        if (!phrase.find(words, places)) return contest.unmatched(i);
        const std::uint8_t norm = node.field->norms[batch[i]];
        if (!contest.may_win(i, node.weight->score(phrase.most(words, places), norm))) return;
        const float frequency = phrase.frequency(words, places);
        if (frequency == 0) return contest.unmatched(i);
        contest.matched(i, node.weight->score(frequency, norm));
    });
    return true;
}

float phrase_frequency(const plan::PhraseNode& node, DocId doc, const Run& run) {
    return PhraseFrequency(node, run.kernels)(node.field->forward.words(doc));
}

}  // namespace rescora::match
