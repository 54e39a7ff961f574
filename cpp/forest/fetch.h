/// Memory that will be read soon, asked for early.
#pragma once
#include <cstddef>

namespace rescora::forest {

/// For what is read in no order that the processor could guess: a model that other work has driven out of the caches
/// otherwise waits for memory at each leaf.
inline void fetch_ahead(const void* begin, std::size_t bytes) {
    constexpr std::size_t cache_line = 64;
    for (std::size_t at = 0; at < bytes; at += cache_line) __builtin_prefetch(static_cast<const char*>(begin) + at);
}

}  // namespace rescora::forest
