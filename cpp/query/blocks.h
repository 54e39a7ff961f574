/// The forward side's blocks of some documents, fetched ahead.
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/arena.h"
#include "postings/forward.h"

namespace rescora::query {

/// The blocks of some documents, one after another. Where all of them stand is read first, while nothing waits for it,
/// and blocks are asked for some documents ahead: they arrive while others are read.
class Blocks {
 public:
    template <class DocAt>
    Blocks(const postings::Forward& forward, std::uint32_t n, Arena& arena, const DocAt& doc_at)
        : forward_(forward), n_(n), extents_(arena.take<postings::Forward::Extent>(n)) {
        for (std::uint32_t i = 0; i < n; ++i) extents_[i] = forward.extent(doc_at(i));
        for (std::uint32_t i = 0; i < std::min(look_ahead, n); ++i) forward.prefetch(extents_[i]);
    }

    postings::WordList operator[](std::uint32_t i) const {
        if (i + look_ahead < n_) forward_.prefetch(extents_[i + look_ahead]);
        return forward_.words(extents_[i]);
    }

 private:
    static constexpr std::uint32_t look_ahead = 4;

    const postings::Forward& forward_;
    std::uint32_t n_;
    postings::Forward::Extent* extents_;
};

}  // namespace rescora::query
