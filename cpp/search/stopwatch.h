/// A stopwatch for the steps of a search.
#pragma once
#include <chrono>
#include <utility>

namespace rescora::search {

/// Reads a clock once a step.
class Stopwatch {
 public:
    std::chrono::nanoseconds lap() {
        const auto now = std::chrono::steady_clock::now();
        return now - std::exchange(last_, now);
    }

 private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace rescora::search
