/// A score taken apart, in Lucene's words.
#pragma once
#include <string>
#include <vector>

namespace rescora {

struct Explanation {
    float value = 0;
    bool is_match = false;
    std::string description;
    std::vector<Explanation> details;
};

inline Explanation explain_match(float value, std::string description, std::vector<Explanation> details = {}) {
    return {value, true, std::move(description), std::move(details)};
}

inline Explanation explain_no_match(std::string description, std::vector<Explanation> details = {}) {
    return {0, false, std::move(description), std::move(details)};
}

}  // namespace rescora
