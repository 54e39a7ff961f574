/// A branch-free radix sort for some dozens to some thousands of integers.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

#include "base/arena.h"

namespace rescora {

namespace digits {

/// Insertion sort of nearly sorted items; false if they are not, and then they are in any order.
inline bool try_insertion(std::span<std::uint64_t> items) {
    std::size_t moves = 0;
    for (std::size_t i = 1; i < items.size(); ++i) {
        const std::uint64_t item = items[i];
        if (items[i - 1] <= item) continue;
        std::size_t place = i;
        for (; place > 0 && items[place - 1] > item; --place) items[place] = items[place - 1];
        items[place] = item;
        moves += i - place;
        if (moves > 4 * items.size()) return false;
    }
    return true;
}

/// One pass of the radix sort: counts becomes where each digit's items begin.
template <class Digit>
void deal(std::span<const std::uint64_t> from, std::uint64_t* to, std::span<std::uint32_t> counts, Digit digit) {
    std::uint32_t next = 0;
    for (std::uint32_t& count : counts) next += std::exchange(count, next);
    for (const std::uint64_t item : from) to[counts[digit(item)]++] = item;
}

}  // namespace digits

/// Radix sort by the two highest digits that differ within the items' range, then insertion sort. False if that has
/// too much left to move, as where one key lies far from a crowd of others; they are in any order then.
///
/// Needs  at least one item; low and high are the least and the greatest. What it takes from the arena stays taken.
inline bool try_sort_by_two_digits(std::span<std::uint64_t> items, std::uint64_t low, std::uint64_t high,
                                   Arena& arena) {
    const auto bits = static_cast<unsigned>(std::bit_width(items.size()));
    const unsigned digit_bits = std::clamp(bits - 1, 6u, 11u), open = static_cast<unsigned>(std::bit_width(high - low));
    const unsigned shift = open > 2 * digit_bits ? open - 2 * digit_bits : 0;
    const std::size_t size = std::size_t{1} << digit_bits;
    const auto lower = [=](std::uint64_t item) { return (item - low) >> shift & (size - 1); };
    const auto upper = [=](std::uint64_t item) { return (item - low) >> shift >> digit_bits; };

    const std::span<std::uint32_t> counts{arena.take_zeroed<std::uint32_t>(2 * size), 2 * size};
    const auto uppers = counts.subspan(size);
    for (const std::uint64_t item : items) {
        ++counts[lower(item)];
        ++uppers[upper(item)];
    }
    auto* half_sorted = arena.take<std::uint64_t>(items.size());
    digits::deal(items, half_sorted, counts.first(size), lower);
    digits::deal({half_sorted, items.size()}, items.data(), uppers, upper);
    return digits::try_insertion(items);
}

}  // namespace rescora
