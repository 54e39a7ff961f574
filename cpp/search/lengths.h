/// Checks that parallel arrays have one length.
#pragma once
#include <span>
#include <string>

#include "base/error.h"
#include "base/types.h"

namespace rescora::search {

/// InvalidArgument unless there is a score for each document.
inline void check_lengths(std::span<const std::uint32_t> docs, std::span<const float> scores) {
    if (docs.size() != scores.size())
        throw InvalidArgument("docs has " + std::to_string(docs.size()) + " entries, scores has " +
                              std::to_string(scores.size()));
}

}  // namespace rescora::search
