/// Score accumulators of several terms over a range of documents: one row per term.
#pragma once
#include <cstdint>
#include <vector>

#include "base/types.h"
#include "index/live.h"
#include "kernels/table.h"

namespace rescora::retrieve {

/// Places of a range that can still get into the top k, ascending, with their partial scores, added in float and in
/// any order.
struct Contenders {
    std::vector<std::uint32_t> places;
    std::vector<float> sums;
    std::uint32_t n = 0;

    /// None yet, and room for n.
    void begin(std::uint32_t n);
    void add(std::uint32_t place, float sum) {
        places[n] = place;
        sums[n++] = sum;
    }
    /// Branch-free, for the outcome cannot be predicted.
    void add_if_above(float limit, std::uint32_t place, float sum) {
        places[n] = place;
        sums[n] = sum;
        n += sum > limit;
    }
    /// Adds those of some documents whose score is above; `first` is the range's first.
    void add_above(float limit, DocId first, const DocId* docs, const float* scores, std::uint32_t count);
    /// Leaves those whose sum is above.
    void keep_above(float limit);
    /// Leaves those that are alive; `first` is the range's first document.
    void keep_alive(DocId first, const index::Live& live);
};

/// Rows are zero between ranges. Dirty groups of 64 places are scanned and cleared; sparse ones place by place.
class ScoreRows {
 public:
    ScoreRows(const kernels::Table& kernels, std::size_t num_rows) : kernels_(kernels), num_rows_(num_rows) {}

    static constexpr std::uint32_t group = kernels::summed_places;

    /// Room for a range of n documents.
    void make_room(std::uint32_t n);
    /// All rows are zero again.
    void clear();

    float at(std::size_t row, std::uint32_t place) const { return scores_[row * room_ + place]; }
    /// Writes one score, for the total alone.
    void set(std::size_t row, std::uint32_t place, float score) {
        scores_[row * room_ + place] = score;
        set_[num_set_++] = static_cast<std::uint32_t>(row * room_ + place);
    }

    /// Writes one row's scores of n documents of the range, which begins at `first`, for the totals alone.
    void write(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n);
    /// The same for find_above() too, with the groups marked as dirty.
    void write_full(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n);
    /// The same for find_above() too, with each place marked: for groups where few places have a score.
    void write_and_mark(std::size_t row, DocId first, const DocId* docs, const float* scores, std::uint32_t n);

    /// Finds the places where some rows together give more than `limit`: marked ones, and any of full groups.
    void find_above(const std::vector<std::size_t>& rows, float limit, Contenders& found);
    /// Of documents that are alive; `first` is the range's first.
    std::uint32_t num_marked(DocId first, const index::Live& live) const;

    /// One place's scores added as a query adds them: in the order of the rows.
    float total(std::uint32_t place) const;

 private:
    const kernels::Table& kernels_;
    std::size_t num_rows_;
    std::size_t room_ = 0;            ///< places of a row, a multiple of 64
    std::vector<float> scores_;       ///< row by row
    std::vector<float> sums_;         ///< of what was written with marks, until it is looked at
    std::vector<std::uint32_t> set_;  ///< where single scores stand, num_set_ of them
    std::size_t num_set_ = 0;
    std::vector<std::size_t> written_;   ///< rows with more than those
    std::vector<std::uint8_t> full_;     ///< dirty groups: any place may have been written to
    std::vector<std::uint64_t> marked_;  ///< one bit a place
    std::vector<const float*> summed_;   ///< the rows at hand
};

}  // namespace rescora::retrieve
