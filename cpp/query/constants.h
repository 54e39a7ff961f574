/// Scores of what matches by a test of each document, and scores the same wherever it does.
#pragma once
#include "query/score.h"

namespace rescora::query {

/// Constant scores where has(doc) holds.
template <class Has>
Scores score_where(const Batch& batch, Run& run, float constant, const Has& has) {
    const Scores scores{run.arena.take<std::uint8_t>(batch.n), run.arena.take<float>(batch.n)};
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.matched[i] = has(batch[i]);
    for (std::uint32_t i = 0; i < batch.n; ++i) scores.score[i] = scores.matched[i] ? constant : 0.0f;
    return scores;
}

}  // namespace rescora::query
