/// Score these documents: a node at a time, the whole batch at a time.
#pragma once
#include <cstdint>

#include "query/batch.h"

namespace rescora::query {

/// What a node said of a batch: matched[i] is 1 or 0, and score[i] is 0 where it is 0, so that scores add up without a
/// question.
struct Scores {
    std::uint8_t* matched;
    float* score;
};

/// Room for a batch's scores, all unmatched.
Scores no_match(const Batch& batch, Run& run);

/// Takes out what scores less than `min_score`. What has failed since there were `faults` faults stays: if nothing else
/// excludes it, that is raised.
void drop_below(float min_score, std::size_t faults, const Batch& batch, const Scores& scores, const Run& run);

/// Scores the batch: the kind's `score`. The result lives in the run's arena.
Scores score(const plan::Node& node, const Batch& batch, Run& run);

/// Only which documents match.
inline const std::uint8_t* matches(const plan::Node& node, const Batch& batch, Run& run) {
    const Run::MatchesOnly matches_only(run);
    return score(node, batch, run).matched;
}

}  // namespace rescora::query
