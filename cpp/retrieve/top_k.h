/// The top k of the hits seen so far.
#pragma once
#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "base/arena.h"
#include "retrieve/hit.h"

namespace rescora::retrieve {

/// Keeps up to 1.5 k keys and drops the worst third when full: cheaper than a heap when most hits lose.
class TopK {
 public:
    explicit TopK(std::size_t k) : k_(k) { keys_.reserve(std::min<std::size_t>(k + k / 2 + 1, 1 << 16)); }

    std::size_t k() const { return k_; }

    /// A hit can only get in with a score above this; of equals the lower document came first, and stays.
    float threshold() const { return threshold_; }

    void add(Hit hit) {
        if (k_ == 0 || (full_ && !(hit.score > threshold_))) return;
        keys_.push_back(rank_key(hit));
        negative_zeros_ |= std::bit_cast<std::uint32_t>(hit.score) == 0x80000000u;
        if (keys_.size() >= k_ + (k_ + 1) / 2 || (!full_ && keys_.size() == k_)) shrink();
    }

    /// Best first. Empties the collection.
    std::vector<Hit> take(Arena& arena);

 private:
    void shrink();

    std::size_t k_;
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint64_t> ranks_;  ///< scratch
    bool full_ = false;
    bool negative_zeros_ = false;
    float threshold_ = -std::numeric_limits<float>::infinity();
};

}  // namespace rescora::retrieve
