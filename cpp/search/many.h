/// Batches of searches or of rescoring windows, on several threads.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "plan/request.h"
#include "search/rescorer.h"

namespace rescora::search {

/// Lists of hits, one after another: list i is [offsets[i], offsets[i + 1]) of docs and scores.
struct HitLists {
    std::vector<std::uint32_t> docs;
    std::vector<float> scores;
    std::vector<std::int64_t> offsets;
};

/// The lists i of docs and scores rescored by rescorers[i], or by rescorers[0] when there is but one. texts: those of
/// the first list, then those of the second, and so on, as many as its rescorer wants.
///
/// Errors  InvalidArgument that names the window.
HitLists rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const std::uint32_t> docs,
                         std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                         std::size_t threads, std::span<const std::string_view> texts = {}, Budget* budget = nullptr);

/// The hits of `n` searches: of requests[i], or of requests[0] when there is but one, with texts in their places
/// (plan/template.h).
///
/// texts: those of the first search, then those of the second, and so on.
/// timeouts: how long a search of requests[i] may take, from its own beginning; -1 for ever.
/// Errors  those of search(); InvalidArgument names the search. Stopped where a time is over, for lists cannot say
///         that they are but a part.
HitLists search_all(const index::Snapshot& index, std::span<const plan::Request* const> requests, std::size_t n,
                    std::span<const std::string_view> texts, std::span<const std::int64_t> timeouts,
                    std::size_t threads, Budget& budget);

}  // namespace rescora::search
