/// The documents of a batch that a query matched, side by side.
#pragma once
#include <cstdint>

#include "match/functions.h"
#include "match/match.h"

namespace rescora::match {

/// places[i] is where lanes.docs[i] stands in the batch.
struct Matched {
    std::uint32_t* places;
    Lanes lanes;
};

/// Lives in the run's arena.
Matched gather_matched(const Batch& batch, const Scores& scores, Run& run);

}  // namespace rescora::match
