/// From a document's block to a phrase's frequency; exact phrases here, sloppy ones in sloppy_frequency.cpp.
#include "query/phrase_frequency.h"

#include <algorithm>

namespace rescora::query {

float exact_frequency(std::span<const PhrasePart> parts) {
    const auto rarest = std::ranges::min_element(parts, {}, [](const PhrasePart& part) { return part.at.size(); });
    std::uint32_t frequency = 0;
    std::vector<std::size_t> next(parts.size(), 0);
    for (const std::uint32_t position : rarest->at) {
        if (position < rarest->offset) continue;
        const std::uint64_t start = position - rarest->offset;
        bool all = true;
        for (std::size_t p = 0; p < parts.size() && all; ++p) {
            const auto& at = parts[p].at;
            const std::uint64_t wanted = start + parts[p].offset;
            while (next[p] < at.size() && at[next[p]] < wanted) ++next[p];
            all = next[p] < at.size() && at[next[p]] == wanted;
        }
        frequency += all;
    }
    return static_cast<float>(frequency);
}

PhraseFrequency::PhraseFrequency(const plan::PhraseNode& node, const kernels::Table& kernels)
    : node_(node), kernels_(kernels), places_(node.terms.size()), sloppy_(node.terms, node.positions, node.slop) {
    for (const std::uint32_t offset : node.positions) parts_.push_back({offset, {}});
}

/// Whether every part has a word here; no position is read before that is known.
bool PhraseFrequency::find_words(const postings::WordList& words) {
    for (std::size_t p = 0; p < places_.size(); ++p) {
        places_[p].clear();
        for (const TermId term : node_.terms[p])
            if (const std::uint32_t place = words.find(term, kernels_); place < words.size())
                places_[p].push_back(place);
        if (places_[p].empty()) return false;
    }
    return true;
}

void PhraseFrequency::read_positions(const postings::WordList& words) {
    for (std::size_t p = 0; p < places_.size(); ++p) {
        auto& at = parts_[p].at;
        at.clear();
        for (const std::uint32_t place : places_[p]) {
            const postings::Positions positions = words.positions(place);
            for (std::uint32_t i = 0; i < positions.size(); ++i) at.push_back(positions[i]);
        }
        if (places_[p].size() > 1) std::ranges::sort(at);
    }
}

float PhraseFrequency::operator()(const postings::WordList& words) {
    if (!find_words(words)) return 0;
    read_positions(words);
    return node_.slop == 0 ? exact_frequency(parts_) : sloppy_(parts_);
}

}  // namespace rescora::query
