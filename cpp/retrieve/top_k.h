/// The best k of the hits seen so far.
#pragma once
#include <algorithm>
#include <bit>
#include <functional>
#include <limits>
#include <vector>

#include "retrieve/hit.h"

namespace rescora::retrieve {

/// Keeps up to 2k keys and throws the worse half away when they are full: cheaper than a heap when most hits lose.
class TopK {
 public:
    explicit TopK(std::size_t k) : k_(k) { keys_.reserve(std::min<std::size_t>(2 * k, 1 << 16)); }

    /// A hit can only get in with a score above this; of equals the lower document came first, and stays.
    float threshold() const { return threshold_; }

    void add(Hit hit) {
        if (k_ == 0 || (full_ && !(hit.score > threshold_))) return;
        keys_.push_back(rank_key(hit));
        negative_zeros_ |= std::bit_cast<std::uint32_t>(hit.score) == 0x80000000u;
        if (keys_.size() >= 2 * k_ || (!full_ && keys_.size() == k_)) shrink();
    }

    /// Best first. Empties the collection.
    std::vector<Hit> take() {
        in_order([&](auto projection) { std::ranges::sort(keys_, std::greater{}, projection); });
        std::vector<Hit> hits;
        hits.reserve(std::min(k_, keys_.size()));
        for (std::size_t i = 0; i < std::min(k_, keys_.size()); ++i) hits.push_back(hit_of(keys_[i]));
        keys_.clear();
        return hits;
    }

 private:
    /// Runs something that orders keys. To Lucene's collector 0 and -0 are equal, to their bits they are not.
    template <class Work>
    void in_order(const Work& work) {
        constexpr std::uint64_t negative_zero = ordered_bits(-0.0f);
        if (negative_zeros_)
            work([](std::uint64_t key) { return key + (std::uint64_t{key >> 32 == negative_zero} << 32); });
        else
            work(std::identity{});
    }

    void shrink() {
        const auto worst_kept = keys_.begin() + static_cast<std::ptrdiff_t>(k_ - 1);
        in_order([&](auto projection) { std::ranges::nth_element(keys_, worst_kept, std::greater{}, projection); });
        threshold_ = hit_of(*worst_kept).score;
        keys_.resize(k_);
        full_ = true;
    }

    std::size_t k_;
    std::vector<std::uint64_t> keys_;
    bool full_ = false;
    bool negative_zeros_ = false;
    float threshold_ = -std::numeric_limits<float>::infinity();
};

}  // namespace rescora::retrieve
