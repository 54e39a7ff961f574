/// Without words that collide, Lucene's queue does no more than find the least of a few numbers.
#include "query/distinct_phrase.h"

#include <algorithm>

namespace rescora::query {

namespace {

/// A walk along one part's positions, less its offset in the phrase.
template <class Width>
struct Walk {
    const std::byte *next, *end;
    std::int64_t offset, position;

    bool step() {
        if (next == end) return false;
        position = std::int64_t{load<Width>(next)} - offset;
        next += sizeof(Width);
        return true;
    }
};

/// The sum over matches of 1 / (1 + distance): SloppyFrequency's steps, for walks that never share a word.
template <class Width>
inline float sloppy(Walk<Width>* walks, std::size_t n, std::int64_t slop) {
    float frequency = 0;
    std::int64_t end = walks[0].position;
    for (std::size_t i = 1; i < n; ++i) end = std::max(end, walks[i].position);
    for (;;) {
        std::size_t least = 0;  // of equal ones the first, whose offset is less
        for (std::size_t i = 1; i < n; ++i)
            if (walks[i].position < walks[least].position) least = i;
        std::int64_t second = INT64_MAX;
        for (std::size_t i = 0; i < n; ++i)
            if (i != least) second = std::min(second, walks[i].position);

        Walk<Width>& walk = walks[least];
        std::int64_t distance = end - walk.position;
        bool more = walk.step();
        for (; more && walk.position <= second; more = walk.step()) {
            end = std::max(end, walk.position);
            distance = std::min(distance, end - walk.position);
        }
        if (distance <= slop) frequency += 1.0f / (1.0f + static_cast<float>(distance));
        if (!more) return frequency;
        end = std::max(end, walk.position);
    }
}

/// How many starts there are from which every part stands at its offset.
template <class Width>
inline float exact(Walk<Width>* walks, std::size_t n) {
    const auto shortest = std::min_element(
        walks, walks + n, [](const auto& a, const auto& b) { return a.end - a.next < b.end - b.next; });
    std::uint32_t frequency = 0;
    do {
        bool all = true;
        for (std::size_t i = 0; i < n && all; ++i) {
            while (walks[i].position < shortest->position)
                if (!walks[i].step()) return static_cast<float>(frequency);
            all = walks[i].position == shortest->position;
        }
        frequency += all;
    } while (shortest->step());
    return static_cast<float>(frequency);
}

}  // namespace

DistinctPhrase::DistinctPhrase(const plan::PhraseNode& node, const kernels::Table& kernels)
    : kernels_(kernels), size_(node.terms.size()), slop_(node.slop) {
    std::ranges::copy(node.positions, offsets_.begin());
    for (std::size_t i = 0; i < size_; ++i) {
        const TermId word = node.required[i];
        const auto part = std::ranges::find_if(node.terms, [=](const auto& terms) { return terms.front() == word; });
        sought_[i] = {word, static_cast<std::uint32_t>(part - node.terms.begin())};
    }
}

/// Of `n` words, where that many are known to the compiler; 0 for any number.
template <class Width, std::size_t n>
float DistinctPhrase::walk(const Parts<n>& parts) const {
    const std::size_t size = n == 0 ? size_ : n;
    std::array<Walk<Width>, std::tuple_size_v<Parts<n>>> walks{};
    for (std::size_t i = 0; i < size; ++i) {
        walks[i] = {parts[i].data(), parts[i].data() + parts[i].size() * sizeof(Width), offsets_[i], 0};
        walks[i].step();
    }
    return slop_ == 0 ? exact(walks.data(), size) : sloppy(walks.data(), size, slop_);
}

template <std::size_t n>
float DistinctPhrase::frequency_of(const postings::WordList& words, const Places& places) const {
    const std::size_t size = n == 0 ? size_ : n;
    Parts<n> parts;
    for (std::size_t i = 0; i < size; ++i) {
        parts[i] = words.positions(places[i]);
        if (parts[i].size() == 0) return 0;
    }
    switch (parts[0].width()) {
        case 1:
            return walk<std::uint8_t, n>(parts);
        case 2:
            return walk<std::uint16_t, n>(parts);
        default:
            return walk<std::uint32_t, n>(parts);
    }
}

bool DistinctPhrase::find(const postings::WordList& words, Places& places) const {
    for (std::size_t i = 0; i < size_; ++i) {
        const std::uint32_t place = words.find(sought_[i].word, kernels_);
        if (place >= words.size()) return false;
        places[sought_[i].part] = place;
    }
    return true;
}

float DistinctPhrase::most(const postings::WordList& words, const Places& places) const {
    std::uint64_t all = 0, least = UINT64_MAX;
    for (std::size_t i = 0; i < size_; ++i) {
        const std::uint64_t tf = words.term_frequency(places[i]);
        all += tf;
        least = std::min(least, tf);
    }
    return static_cast<float>(slop_ == 0 ? least : all - size_ + 1);
}

float DistinctPhrase::frequency(const postings::WordList& words, const Places& places) const {
    if (size_ == 2) return frequency_of<2>(words, places);
    if (size_ == 3) return frequency_of<3>(words, places);
    return frequency_of<0>(words, places);
}

}  // namespace rescora::query
