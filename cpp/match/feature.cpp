/// As Lucene's queries of the same names.
#include "match/feature.h"

#include <algorithm>
#include <limits>

namespace rescora::match {

namespace {

/// As an unsigned number, for which the difference of any two longs has room.
std::uint64_t apart(std::int64_t a, std::int64_t b) {
    return static_cast<std::uint64_t>(std::max(a, b)) - static_cast<std::uint64_t>(std::min(a, b));
}

}  // namespace

std::optional<std::int64_t> nearest_value(const plan::DistanceFeatureNode& node, DocId doc) {
    const auto values = node.field->integers.values(doc);
    if (values.empty()) return std::nullopt;
    const std::int64_t origin = node.asked->origin;
    const auto above = std::ranges::lower_bound(values, origin);
    if (above == values.begin()) return *above;
    const std::int64_t below = *(above - 1);
    return above == values.end() || apart(origin, below) < apart(origin, *above) ? below : *above;
}

float distance_score(const plan::DistanceFeatureNode& node, std::int64_t value) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();  // Lucene's, for what does not fit a long
    const auto distance = static_cast<double>(std::min(apart(value, node.asked->origin), most));
    const auto pivot = static_cast<double>(node.asked->pivot);
    return static_cast<float>(static_cast<double>(node.boost) * (pivot / (pivot + distance)));
}

Scores score_node(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run) {
    const Scores scores = no_match(batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        const auto value = nearest_value(node, batch[i]);
        if (!value) continue;
        scores.matched[i] = 1;
        scores.score[i] = distance_score(node, *value);
    }
    return scores;
}

}  // namespace rescora::match
