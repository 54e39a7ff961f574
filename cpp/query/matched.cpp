/// Functions and scripts are calculated for the documents that they are asked for, not for the batch.
#include "query/matched.h"

namespace rescora::query {

Matched gather_matched(const Batch& batch, const Scores& scores, Run& run) {
    auto* places = run.arena.take<std::uint32_t>(batch.n);
    auto* docs = run.arena.take<DocId>(batch.n);
    auto* lane_scores = run.arena.take<float>(batch.n);
    std::uint32_t n = 0;
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        if (!scores.matched[i]) continue;
        places[n] = i;
        docs[n] = batch[i];
        lane_scores[n++] = scores.score[i];
    }
    return {places, {docs, lane_scores, n}};
}

}  // namespace rescora::query
