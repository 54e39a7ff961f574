/// Shards as lists of segments, as Python holds them.
#pragma once
#include <memory>
#include <vector>

#include "index/shard_reader.h"

namespace rescora::bind {

/// pybind11 holds no pointers to const.
using Shards = std::vector<std::vector<std::shared_ptr<segment::Segment>>>;

inline Shards mutable_shards(const std::vector<index::ShardReader::Segments>& given) {
    Shards shards(given.size());
    for (std::size_t s = 0; s < given.size(); ++s)
        for (const auto& one : given[s]) shards[s].push_back(std::const_pointer_cast<segment::Segment>(one));
    return shards;
}

}  // namespace rescora::bind
