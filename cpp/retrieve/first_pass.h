/// First pass: the best k documents of one shard by their score, without scoring what cannot be among them.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "match/batch.h"
#include "retrieve/hit.h"

namespace rescora::retrieve {

/// What the first pass looks for in one shard.
struct FirstPass {
    std::span<const plan::Plan> query;             ///< in each segment
    std::span<const plan::Plan> post_filter = {};  ///< in each segment, or nothing
    std::optional<float> min_score;
    std::size_t k = 10;
    std::int64_t count_up_to = 10'000;  ///< hits are counted exactly up to here; -1 counts none
    std::uint32_t terminate_after = 0;  ///< after so many hits no more are looked for; 0: never
};

/// Documents are numbered in the shard. total: hits counted; where it exceeds count_up_to, there may be more.
struct Candidates {
    std::vector<Hit> hits;  ///< best first
    std::int64_t total = 0;
    DocId visited = 0;              ///< documents before this one were looked at, or cannot be among the best
    bool out_of_time = false;       ///< the hits are the best of the documents visited
    bool terminated_early = false;  ///< more hits than terminate_after were there; these are the first
};

/// Where the request's time is over it gives what it has; for any other reason to stop it throws Stopped.
Candidates find_candidates(const FirstPass& pass, Arena& arena);

}  // namespace rescora::retrieve
