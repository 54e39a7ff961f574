/// What the steps of a request did, as Python takes it.
#pragma once
#include <tuple>
#include <vector>

#include "search/page.h"

namespace rescora::bind {

/// Asked, done, complete.
using Step = std::tuple<std::uint64_t, std::uint64_t, bool>;

inline std::vector<Step> tuples_of(const std::vector<search::StepDone>& steps) {
    std::vector<Step> tuples;
    for (const search::StepDone& step : steps) tuples.emplace_back(step.asked, step.done, step.complete);
    return tuples;
}

}  // namespace rescora::bind
