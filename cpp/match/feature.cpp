/// As Lucene's queries of the same names.
#include "match/feature.h"

#include <algorithm>
#include <limits>

#include "base/java_math.h"
#include "columns/feature.h"

namespace rescora::match {

namespace {

/// As an unsigned number, for which the difference of any two longs has room.
std::uint64_t apart(std::int64_t a, std::int64_t b) {
    return static_cast<std::uint64_t>(std::max(a, b)) - static_cast<std::uint64_t>(std::min(a, b));
}

Nearest nearest_to(std::int64_t origin, std::span<const std::int64_t> values) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();  // Lucene's, for what does not fit a long
    const auto at = [&](std::int64_t value) {
        return Nearest{value, static_cast<double>(std::min(apart(value, origin), most))};
    };
    const auto above = std::ranges::lower_bound(values, origin);
    if (above == values.begin()) return at(*above);
    const std::int64_t below = *(above - 1);
    return at(above == values.end() || apart(origin, below) < apart(origin, *above) ? below : *above);
}

Nearest nearest_to(const columns::GeoPoint& origin, std::span<const std::int64_t> values) {
    Nearest found{0, std::numeric_limits<double>::infinity()};
    for (const std::int64_t value : values) {
        const columns::GeoPoint point = columns::decode_geo(value);
        const double distance = columns::arc_distance(origin.lat, origin.lon, point.lat, point.lon);
        if (distance < found.distance) found = {value, distance};
    }
    return found;
}

/// value(doc) gives an optional, of which score makes the score.
template <class Value, class Score>
Scores score_values(const Batch& batch, Run& run, const Value& value, const Score& score) {
    const Scores scores = no_match(batch, run);
    for (std::uint32_t i = 0; i < batch.n; ++i) {
        const auto found = value(batch[i]);
        if (!found) continue;
        scores.matched[i] = 1;
        scores.score[i] = score(*found);
    }
    return scores;
}

}  // namespace

std::optional<float> feature_value(const plan::RankFeatureNode& node, DocId doc) {
    const auto codes = node.field->integers.values(doc);
    return codes.empty() ? std::nullopt : std::optional(columns::decode_feature(codes.front()));
}

float feature_score(const plan::RankFeatureNode& node, float value) {
    const plan::RankFeature& asked = *node.asked;
    const float scale = asked.scale.value_or(1.0f);
    const auto boost = static_cast<double>(node.boost);
    switch (asked.function) {
        case plan::FeatureFunction::saturation:  // in this form it does not fall when the value grows
            return node.boost * (1.0f - scale / (value + scale));
        case plan::FeatureFunction::log:
            return static_cast<float>(boost * java::log(static_cast<double>(scale + value)));
        case plan::FeatureFunction::sigmoid: {
            const double power = java::pow(static_cast<double>(value), static_cast<double>(asked.exponent));
            return static_cast<float>(boost * (1.0 - node.power / (power + node.power)));
        }
        case plan::FeatureFunction::linear:
            break;
    }
    return node.boost * value;
}

Scores score_node(const plan::RankFeatureNode& node, const Batch& batch, Run& run) {
    return score_values(
        batch, run, [&](DocId doc) { return feature_value(node, doc); },
        [&](float value) { return feature_score(node, value); });
}

std::optional<Nearest> nearest(const plan::DistanceFeatureNode& node, DocId doc) {
    const auto values = node.field->integers.values(doc);
    if (values.empty()) return std::nullopt;
    return std::visit([&](const auto& origin) { return nearest_to(origin, values); }, node.asked->origin);
}

float distance_score(const plan::DistanceFeatureNode& node, double distance) {
    const double pivot = node.asked->pivot;
    return static_cast<float>(static_cast<double>(node.boost) * (pivot / (pivot + distance)));
}

Scores score_node(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run) {
    return score_values(
        batch, run, [&](DocId doc) { return nearest(node, doc); },
        [&](const Nearest& found) { return distance_score(node, found.distance); });
}

}  // namespace rescora::match
