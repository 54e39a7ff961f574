/// Many windows at once, on several threads.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "search/rescorer.h"

namespace rescora::search {

/// Window i is [offsets[i], offsets[i + 1]) of docs and scores.
struct Windows {
    std::vector<DocId> docs;
    std::vector<float> scores;
    std::vector<std::int64_t> offsets;
};

/// Window i is rescored by rescorers[i], or by rescorers[0] when there is but one. texts: those of the first window,
/// then those of the second, and so on, as many as its rescorer wants.
///
/// Errors  InvalidArgument that names the window.
Windows rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const DocId> docs,
                        std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                        std::size_t threads, std::span<const std::string_view> texts = {}, Budget* budget = nullptr);

}  // namespace rescora::search
