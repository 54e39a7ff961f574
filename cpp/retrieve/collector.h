/// Collectors: consumers of a first pass's hits, such as the top k or their count.
#pragma once
#include <cstdint>

#include "query/batch.h"

namespace rescora::retrieve {

/// What a collector still needs of the hits to come.
enum class Needs : std::uint8_t {
    nothing,
    number,     ///< how many there are
    documents,  ///< which they are
    scores,     ///< and what they score
};

/// Documents of one segment, ascending, from batch to batch and segment to segment.
struct HitBatch {
    query::Batch batch;
    const std::uint8_t* is_hit;  ///< 1 or 0 for each document of the batch
    const float* score;          ///< 0 where no collector needs scores
    DocId base;                  ///< the number in the shard of the segment's first document
};

class Collector {
 public:
    virtual ~Collector() = default;
    /// What is needed from now on. A pass may skip what no collector needs, and ends when none needs anything.
    virtual Needs needs() const = 0;
    virtual void collect(const HitBatch& hits) = 0;
    /// In place of collect() where all that is needed is their number.
    virtual void collect_number(std::uint32_t number) = 0;

 protected:
    Collector() = default;
    Collector(const Collector&) = default;
    Collector& operator=(const Collector&) = default;
};

}  // namespace rescora::retrieve
