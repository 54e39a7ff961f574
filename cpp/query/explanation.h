/// A score taken apart, in Lucene's words.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rescora {

struct Explanation {
    float value = 0;
    bool is_match = false;
    std::string description;
    std::vector<Explanation> details;
    std::optional<std::int64_t> count = std::nullopt;  ///< the value where it is whole: Lucene writes 3, not 3.0
};

inline Explanation explain_match(float value, std::string description, std::vector<Explanation> details = {}) {
    return {value, true, std::move(description), std::move(details)};
}

inline Explanation explain_whole(std::int64_t value, std::string description) {
    return {static_cast<float>(value), true, std::move(description), {}, value};
}

inline Explanation explain_count(std::uint64_t count, std::string description) {
    return explain_whole(static_cast<std::int64_t>(count), std::move(description));
}

inline Explanation explain_no_match(std::string description, std::vector<Explanation> details = {}) {
    return {0, false, std::move(description), std::move(details)};
}

}  // namespace rescora
