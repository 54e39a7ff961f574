/// The collector of the top k, and the only one that a first pass prunes for.
#pragma once
#include <vector>

#include "retrieve/collector.h"
#include "retrieve/top_k.h"

namespace rescora::retrieve {

class BestHits final : public Collector {
 public:
    explicit BestHits(std::size_t k) : top_(k) {}

    TopK& top() { return top_; }
    /// Best first. Empties the collection.
    std::vector<Hit> take(Arena& arena) { return top_.take(arena); }

    Needs needs() const override { return top_.k() > 0 ? Needs::scores : Needs::nothing; }
    void collect(const HitBatch& hits) override {
        for (std::uint32_t i = 0; i < hits.batch.n; ++i)
            if (hits.is_hit[i]) top_.add({in_shard(hits.base, hits.batch[i]), hits.score[i]});
    }
    void collect_number(std::uint32_t) override {}

 private:
    TopK top_;
};

}  // namespace rescora::retrieve
