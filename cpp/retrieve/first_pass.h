/// The first pass over one shard: feeds matching documents to collectors, and prunes what none of them needs.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "query/batch.h"
#include "retrieve/best_hits.h"
#include "retrieve/count.h"

namespace rescora::retrieve {

/// What the first pass looks for in one shard. Documents that are not alive are no hits.
struct FirstPass {
    std::span<const plan::Plan> query;             ///< in each segment
    std::span<const plan::Plan> post_filter = {};  ///< in each segment, or nothing
    std::optional<float> min_score = std::nullopt;
    std::uint32_t terminate_after = 0;  ///< stop after this many hits; 0: never
};

/// How far a first pass came.
struct Visited {
    DocId end = 0;                  ///< documents before this one were looked at, or need not be
    bool out_of_time = false;       ///< what was collected is of the documents visited
    bool terminated_early = false;  ///< more hits than terminate_after were there; these are the first
};

/// Feeds every collector. Ranges are left out whose best score cannot get into `best`, once no other needs a hit.
/// Where the request's time is over it stops; for any other reason to stop it throws Stopped.
Visited run(const FirstPass& pass, BestHits& best, std::span<Collector* const> others, Arena& arena);

/// The top k, and the number of hits.
struct Candidates {
    std::vector<Hit> hits;   ///< best first, numbered in the shard
    std::int64_t total = 0;  ///< hits counted; where it exceeds count_up_to, there may be more
    Visited visited;
};

/// count_up_to: hits are counted exactly up to here; -1 counts none.
Candidates find_candidates(const FirstPass& pass, std::size_t k, std::int64_t count_up_to, Arena& arena);

}  // namespace rescora::retrieve
