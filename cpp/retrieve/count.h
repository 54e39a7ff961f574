/// The collector that counts hits, exactly up to a limit.
#pragma once
#include <cstdint>

#include "retrieve/collector.h"

namespace rescora::retrieve {

/// Counts exactly up to a number; beyond it the result is only known to be more.
class Count final : public Collector {
 public:
    /// up_to: -1 counts none.
    explicit Count(std::int64_t up_to) : up_to_(up_to) {}

    std::int64_t total() const { return total_; }

    Needs needs() const override { return total_ > up_to_ ? Needs::nothing : Needs::number; }
    void collect(const HitBatch& hits) override {
        for (std::uint32_t i = 0; i < hits.batch.n; ++i) total_ += hits.is_hit[i];
    }
    void collect_number(std::uint32_t number) override { total_ += number; }

 private:
    std::int64_t up_to_, total_ = 0;
};

}  // namespace rescora::retrieve
