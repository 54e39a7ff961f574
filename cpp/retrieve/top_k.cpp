/// Selection of the k best keys by a branch-free radix select.
#include "retrieve/top_k.h"

#include <array>
#include <functional>
#include <span>

#include "retrieve/order.h"

namespace rescora::retrieve {

namespace {

/// Keys from which on radix select is faster than comparing.
constexpr std::size_t few = 512;

/// To Lucene's collector 0 and -0 are equal, to their bits they are not.
struct EqualZeros {
    static constexpr std::uint64_t negative_zero = ordered_bits(-0.0f);
    std::uint64_t operator()(std::uint64_t key) const {
        return key + (std::uint64_t{key >> 32 == negative_zero} << 32);
    }
};

/// The k-th greatest of some ranks, which it leaves in any order: a histogram of their first digits, then comparisons
/// of those only that share the k-th's.
std::uint64_t kth_greatest(std::span<std::uint64_t> ranks, std::size_t k) {
    std::array<std::uint32_t, 1024> counts{};
    const auto [least, greatest] = std::ranges::minmax(ranks);
    const auto open = static_cast<unsigned>(std::bit_width(greatest - least));
    const unsigned shift = open > 10 ? open - 10 : 0;
    for (const std::uint64_t rank : ranks) ++counts[(rank - least) >> shift];
    std::size_t digit = (greatest - least) >> shift;
    for (; counts[digit] < k; --digit) k -= counts[digit];
    std::size_t sharing = 0;
    for (const std::uint64_t rank : ranks) {
        ranks[sharing] = rank;
        sharing += (rank - least) >> shift == digit;
    }
    const auto at = ranks.begin() + static_cast<std::ptrdiff_t>(k - 1);
    std::ranges::nth_element(ranks.begin(), at, ranks.begin() + static_cast<std::ptrdiff_t>(sharing), std::greater{});
    return *at;
}

/// Leaves the k keys whose ranks are the greatest, and gives the least of these ranks.
template <class Rank>
std::uint64_t keep_greatest(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& ranks, std::size_t k,
                            Rank rank) {
    if (keys.size() < few) {
        const auto last = keys.begin() + static_cast<std::ptrdiff_t>(k - 1);
        std::ranges::nth_element(keys, last, std::greater{}, rank);
        keys.resize(k);
        return rank(keys.back());
    }
    ranks.resize(keys.size());
    std::ranges::transform(keys, ranks.begin(), rank);
    const std::uint64_t worst = kth_greatest(ranks, k);
    std::size_t kept = 0;
    for (const std::uint64_t key : keys) {
        keys[kept] = key;
        kept += rank(key) >= worst;
    }
    keys.resize(k);
    return worst;
}

}  // namespace

void TopK::shrink() {
    const std::uint64_t worst = negative_zeros_ ? keep_greatest(keys_, ranks_, k_, EqualZeros{})
                                                : keep_greatest(keys_, ranks_, k_, std::identity{});
    threshold_ = hit_of(worst).score;
    full_ = true;
}

std::vector<Hit> TopK::take(Arena& arena) {
    if (keys_.size() > k_) shrink();
    std::vector<Hit> hits;
    hits.reserve(keys_.size());
    for (const std::uint64_t key : keys_) hits.push_back(hit_of(key));
    keys_.clear();
    sort_by_doc(hits, arena);
    sort_by_score(hits, Zeros::equal, arena);
    return hits;
}

}  // namespace rescora::retrieve
