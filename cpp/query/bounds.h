/// What a node can give at best in a range of documents, and where it can match next.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "query/batch.h"

namespace rescora::query {

/// Documents from first to last, for a run.
struct Range {
    DocId first, last;
    Run& run;
};

/// No document of the range scores above this; `out_of_reach` when none of them can match. Computed in the arithmetic
/// of the scores themselves, whose every step is monotone, so it holds in float and not just nearly. Ranges must ascend
/// within a run, unless it is new.
float best(const plan::Node& node, const Range& range);

constexpr float out_of_reach = -std::numeric_limits<float>::infinity();

/// What may score anything.
constexpr float unbounded = std::numeric_limits<float>::infinity();

/// A bound as a float; what came of an infinite one times 0 is infinite.
inline float bounded(double value) {
    return std::isnan(value) ? unbounded : static_cast<float>(value);
}

/// No document in [from, result) matches. Result is no_doc when none from `from` on does.
DocId next(const plan::Node& node, DocId from, Run& run);

/// Where the first of several can match next.
inline DocId least_next(const std::vector<plan::Node>& nodes, DocId from, Run& run) {
    DocId least = no_doc;
    for (const plan::Node& node : nodes) least = std::min(least, next(node, from, run));
    return least;
}

/// A kind of node that cannot tell more cheaply than by being scored.
template <class Kind>
DocId next(const Kind&, DocId from, Run&) {
    return from;
}

}  // namespace rescora::query
