/// Software prefetching.
#pragma once
#include <cstddef>

namespace rescora::forest {

/// For reads in an order that the processor cannot predict: a model that other work has evicted from the caches
/// otherwise waits for memory at each leaf.
inline void fetch_ahead(const void* begin, std::size_t bytes) {
    constexpr std::size_t cache_line = 64;
    for (std::size_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(static_cast<const char*>(begin) + at);
}

}  // namespace rescora::forest
