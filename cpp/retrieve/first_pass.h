/// First pass: the best k documents of one shard by their score, without scoring what cannot be among them.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "match/batch.h"
#include "retrieve/hit.h"

namespace rescora::retrieve {

/// What the first pass looks for in one shard.
struct FirstPass {
    const plan::Plan& query;
    const plan::Plan* post_filter = nullptr;
    std::optional<float> min_score;
    std::size_t k = 10;
    std::int64_t count_up_to = 10'000;  ///< hits are counted exactly up to here; -1 counts none
};

/// total: hits counted; where it exceeds count_up_to, there may be more.
struct Candidates {
    std::vector<Hit> hits;  ///< best first
    std::int64_t total = 0;
};

Candidates find_candidates(const FirstPass& pass, Arena& arena);

}  // namespace rescora::retrieve
