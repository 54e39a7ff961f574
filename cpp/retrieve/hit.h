/// A hit, and the order of hits: by score descending, of equal scores the lower document first.
#pragma once
#include <bit>
#include <cstdint>

#include "base/types.h"

namespace rescora {

/// A document and its score.
template <class Doc>
struct HitOf {
    Doc doc;
    Score score;

    HitOf() {}  // NOLINT(modernize-use-equals-default): a list that is filled at once need not be zeroed before
    constexpr HitOf(Doc its_doc, Score its_score) : doc(its_doc), score(its_score) {}
};
using Hit = HitOf<ShardDoc>;       ///< of a shard
using IndexHit = HitOf<IndexDoc>;  ///< of a page, and what comes from elsewhere

/// A float's bits as an integer that grows as the float does; -0 below 0, NaN above everything.
constexpr std::uint32_t ordered_bits(float value) {
    if (value != value) return 0xFFC00000u;  // x86 makes NaN with the sign bit set; Java knows but one
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

constexpr float from_ordered_bits(std::uint32_t bits) {
    return std::bit_cast<float>(bits & 0x80000000u ? bits & 0x7FFFFFFFu : ~bits);
}

/// A hit packed into one integer that orders as hits do: they are compared, sorted and kept as this.
template <class Doc>
constexpr std::uint64_t rank_key(HitOf<Doc> hit) {
    return std::uint64_t{ordered_bits(hit.score)} << 32 | ~static_cast<std::uint32_t>(hit.doc);
}

constexpr Hit hit_of(std::uint64_t key) {
    return {ShardDoc{~static_cast<std::uint32_t>(key)}, from_ordered_bits(static_cast<std::uint32_t>(key >> 32))};
}

}  // namespace rescora
