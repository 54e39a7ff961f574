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
    std::optional<std::uint64_t> count = std::nullopt;  ///< the value where it is a count: Lucene writes 3, not 3.0
};

inline Explanation explain_match(float value, std::string description, std::vector<Explanation> details = {}) {
    return {value, true, std::move(description), std::move(details)};
}

inline Explanation explain_count(std::uint64_t count, std::string description) {
    return {static_cast<float>(count), true, std::move(description), {}, count};
}

inline Explanation explain_no_match(std::string description, std::vector<Explanation> details = {}) {
    return {0, false, std::move(description), std::move(details)};
}

}  // namespace rescora
