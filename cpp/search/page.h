/// From each shard's hits to one list.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "index/snapshot.h"
#include "retrieve/hit.h"

namespace rescora::merge {

/// How long one shard took, step by step.
struct ShardTimes {
    std::chrono::nanoseconds bind{}, first_pass{};
    std::vector<std::chrono::nanoseconds> stages;
};

/// What one shard found. Documents are numbered within the shard.
struct ShardHits {
    std::vector<Hit> hits;  ///< in the order of the last stage
    std::int64_t total = 0;
    std::vector<std::vector<DocId>> heads;     ///< the documents in each stage's window, ascending, when asked for
    std::optional<std::size_t> scored_to_end;  ///< hits that the last stage with early exit kept
    DocId visited = 0;                         ///< documents that the first pass has done with
    bool out_of_time = false, terminated_early = false;  ///< of the first pass: retrieve/first_pass.h
    std::vector<std::size_t> asked, done;                ///< hits in each stage's window, and those that got through it
    ShardTimes times;
};

/// The hits [from, from + size) of all shards, numbered in the index: score descending, then the lower shard, then
/// the place in the shard's list. Lists are merged by their heads, as Elasticsearch does, and not sorted anew.
std::vector<Hit> merge(const index::Snapshot& index, std::span<const ShardHits> shards, std::size_t from,
                       std::size_t size);

}  // namespace rescora::merge
