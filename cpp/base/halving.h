/// Branch-free binary search: which half is next cannot be predicted.
#pragma once
#include <cstddef>
#include <span>

namespace rescora {

/// How many items come before the first of which `holds` does not hold; it holds of all before that one and of none
/// behind it.
template <class T, class Holds>
std::size_t count_while(std::span<const T> items, const Holds& holds) {
    if (items.empty()) return 0;
    const T* begin = items.data();
    for (std::size_t n = items.size(); n > 1; n -= n / 2) begin += holds(begin[n / 2 - 1]) ? n / 2 : 0;
    return static_cast<std::size_t>(begin - items.data()) + holds(*begin);
}

}  // namespace rescora
