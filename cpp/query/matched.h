/// The documents of a batch that a query matched, side by side.
#pragma once
#include <cstdint>

#include "query/functions.h"
#include "query/score.h"

namespace rescora::query {

/// places[i] is where lanes.docs[i] stands in the batch.
struct Matched {
    std::uint32_t* places;
    Lanes lanes;
};

/// Lives in the run's arena.
Matched gather_matched(const Batch& batch, const Scores& scores, Run& run);

}  // namespace rescora::query
