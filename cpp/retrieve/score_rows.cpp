/// Accumulator rows are summed 64 places at a time, in dirty groups only.
#include "retrieve/score_rows.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace rescora::retrieve {

namespace {

/// 64 scores; what the compiler makes of std::fill_n is a call, or slower.
void make_zero(float* scores) {
    using Four __attribute__((vector_size(16))) = float;
    const Four none = {};
    for (std::size_t i = 0; i < kernels::summed_places; i += 4) std::memcpy(scores + i, &none, sizeof none);
}

}  // namespace

void Contenders::begin(std::uint32_t room) {
    n = 0;
    if (places.size() >= room + 1) return;
    places.resize(room + 1);  // what is not kept is written behind the last
    sums.resize(room + 1);
}

void Contenders::add_above(float limit, DocId first, const DocId* docs, const float* scores, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) add_if_above(limit, docs[i] - first, scores[i]);
}

void Contenders::keep_above(float limit) {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < n; ++i) {  // branch-free, for the outcome cannot be predicted
        places[kept] = places[i];
        sums[kept] = sums[i];
        kept += sums[i] > limit;
    }
    n = kept;
}

void Contenders::keep_alive(DocId first, const index::Live& live) {
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < n; ++i) {
        places[kept] = places[i];
        sums[kept] = sums[i];
        kept += live[first + places[i]];
    }
    n = kept;
}

void ScoreRows::make_room(std::uint32_t n) {
    if (n <= room_) return;
    room_ = (std::size_t{n} + group - 1) / group * group;
    scores_.assign(num_rows_ * room_, 0);
    sums_.assign(room_, 0);
    set_.resize(num_rows_ * room_);
    full_.assign(room_ / group, 0);
    marked_.assign(room_ / group, 0);
}

void ScoreRows::clear() {
    for (std::size_t i = 0; i < num_set_; ++i) scores_[set_[i]] = 0;
    num_set_ = 0;
    std::ranges::fill(marked_, 0u);
    if (written_.empty()) return;
    for (std::size_t g = 0; g < full_.size(); ++g) {
        if (std::exchange(full_[g], 0) == 0) continue;
        for (const std::size_t row : written_) make_zero(scores_.data() + row * room_ + g * group);
    }
    written_.clear();
}

void ScoreRows::write(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n) {
    float* to = scores_.data() + row * room_;
    std::uint32_t* set = set_.data() + num_set_;
    const auto begin = static_cast<std::uint32_t>(row * room_);
    for (std::uint32_t i = 0; i < n; ++i) {
        const DocId place = docs[i] - first;
        to[place] = scores[i];
        set[i] = begin + place;
    }
    num_set_ += n;
}

void ScoreRows::write_full(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n) {
    if (written_.empty() || written_.back() != row) written_.push_back(row);
    float* to = scores_.data() + row * room_;
    std::uint8_t* full = full_.data();
    for (std::uint32_t i = 0; i < n; ++i) {
        const DocId place = docs[i] - first;
        to[place] = scores[i];
        full[place / group] = 1;
    }
}

void ScoreRows::write_and_mark(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n) {
    float* to = scores_.data() + row * room_;
    std::uint64_t* marked = marked_.data();
    std::uint32_t* set = set_.data() + num_set_;
    const auto begin = static_cast<std::uint32_t>(row * room_);
    for (std::uint32_t i = 0; i < n; ++i) {
        const DocId place = docs[i] - first;
        to[place] = scores[i];
        sums_[place] += scores[i];
        set[i] = begin + place;
        marked[place / group] |= std::uint64_t{1} << (place % group);
    }
    num_set_ += n;
}

void ScoreRows::find_above(const std::vector<std::size_t>& rows, float limit, Contenders& found) {
    found.begin(static_cast<std::uint32_t>(room_));
    summed_.clear();
    for (const std::size_t row : rows) summed_.push_back(scores_.data() + row * room_);
    std::array<float, group> sums;
    for (std::uint32_t g = 0; g < full_.size(); ++g) {
        const std::uint32_t first = g * group;
        if (full_[g] != 0) {
            std::uint64_t above = kernels_.sum_rows(summed_.data(), summed_.size(), first, limit, sums.data());
            for (; above != 0; above &= above - 1) {
                const auto p = static_cast<std::uint32_t>(std::countr_zero(above));
                found.add(first + p, sums[p]);
            }
            if (marked_[g] != 0) make_zero(sums_.data() + first);
            continue;
        }
        for (std::uint64_t marked = marked_[g]; marked != 0; marked &= marked - 1) {
            const std::uint32_t place = first + static_cast<std::uint32_t>(std::countr_zero(marked));
            found.add_if_above(limit, place, std::exchange(sums_[place], 0.0f));
        }
    }
}

std::uint32_t ScoreRows::num_marked(DocId first, const index::Live& live) const {
    std::uint32_t count = 0;
    if (live.is_all()) {
        for (const std::uint64_t marked : marked_) count += static_cast<std::uint32_t>(std::popcount(marked));
        return count;
    }
    for (std::size_t i = 0; i < marked_.size(); ++i) {
        const std::uint64_t alive = live.from(first + 64 * static_cast<DocId>(i));
        count += static_cast<std::uint32_t>(std::popcount(marked_[i] & alive));
    }
    return count;
}

float ScoreRows::total(std::uint32_t place) const {
    double sum = 0;
    for (std::size_t row = 0; row < num_rows_; ++row) sum += static_cast<double>(at(row, place));
    return static_cast<float>(sum);
}

}  // namespace rescora::retrieve
