/// Results as values: a shard's page of hits, and the page of the whole index.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "query/explanation.h"
#include "retrieve/hit.h"

namespace rescora::search {

/// How far a step of a search came: documents that it was asked about, and those that it has done. It is complete
/// where it came to its end on every shard.
struct StepDone {
    std::uint64_t asked = 0, done = 0;
    bool complete = true;
};

/// How long one shard took, step by step.
struct ShardTimes {
    std::chrono::nanoseconds bind{}, first_pass{};
    std::vector<std::chrono::nanoseconds> stages;
};

/// What one shard found.
struct ShardPage {
    std::uint32_t base = 0;  ///< the number in the index of the shard's first document
    std::vector<Hit> hits;   ///< in the order of the last step
    std::int64_t total = 0;
    bool out_of_time = false, terminated_early = false;  ///< of the first pass: retrieve/first_pass.h
    std::optional<std::size_t> scored_to_end;            ///< hits that the last stage with early exit kept
    std::vector<StepDone> steps;                         ///< the first pass, then each stage that was come to
    std::vector<std::vector<ShardDoc>> windows;  ///< the documents that each stage looked at, ascending, when asked for
    ShardTimes times;
};

struct Page {
    std::vector<IndexHit> hits;
    std::int64_t total = 0;
    bool total_is_lower_bound = false;
    std::optional<float> max_score;
    std::optional<std::size_t> scored_to_end;  ///< documents that the last stage with early exit kept, of all shards
    bool timed_out = false;
    std::optional<bool> terminated_early;   ///< where the request has terminate_after
    std::vector<StepDone> steps;            ///< the first pass, then each stage
    std::vector<Explanation> explanations;  ///< one a hit, when asked for
    std::vector<ShardTimes> times;
    std::chrono::nanoseconds reduce_time{};
};

}  // namespace rescora::search
