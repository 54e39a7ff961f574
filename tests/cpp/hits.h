/// Hits as tests write them: a number and a score.
#pragma once
#include <initializer_list>
#include <utility>
#include <vector>

#include "retrieve/hit.h"

inline rescora::Hit hit(std::uint32_t number, float score) {
    return {rescora::ShardDoc{number}, score};
}

inline std::vector<rescora::Hit> hits_of(std::initializer_list<std::pair<std::uint32_t, float>> written) {
    std::vector<rescora::Hit> hits;
    for (const auto& [number, score] : written) hits.push_back(hit(number, score));
    return hits;
}

template <class Doc>
std::uint32_t number_of(Doc doc) {
    return static_cast<std::uint32_t>(doc);
}
