/// As Lucene's queries of the same names.
#include "query/feature.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/java_math.h"
#include "base/java_text.h"
#include "columns/feature.h"
#include "columns/geo.h"

namespace rescora::query {

namespace {

/// What a document has nearest to the origin: the value as it is kept, and how far it is away.
struct Nearest {
    std::int64_t value;
    double distance;
};

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

std::optional<float> feature_value(const plan::RankFeatureNode& node, DocId doc) {
    const auto codes = node.field->integers.values(doc);
    return codes.empty() ? std::nullopt : std::optional(columns::decode_feature(codes.front()));
}

/// The function of plan/functions.h, times the boost: Lucene's FeatureField, float by float.
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

std::optional<Nearest> nearest(const plan::DistanceFeatureNode& node, DocId doc) {
    const auto values = node.field->integers.values(doc);
    if (values.empty()) return std::nullopt;
    return std::visit([&](const auto& origin) { return nearest_to(origin, values); }, node.asked->origin);
}

/// boost * pivot / (pivot + distance) in double, rounded once, as Lucene's queries of long and of point distances.
float distance_score(const plan::DistanceFeatureNode& node, double distance) {
    const double pivot = node.asked->pivot;
    return static_cast<float>(static_cast<double>(node.boost) * (pivot / (pivot + distance)));
}

/// SaturationFunction(pivot=2.0)
std::string describe_function(const plan::RankFeature& query) {
    const std::string scale = query.scale ? java_float(*query.scale) : "null";
    switch (query.function) {
        case plan::FeatureFunction::saturation:
            return "SaturationFunction(pivot=" + scale + ")";
        case plan::FeatureFunction::log:
            return "LogFunction(scalingFactor=" + scale + ")";
        case plan::FeatureFunction::sigmoid:
            return "SigmoidFunction(pivot=" + scale + ", a=" + java_float(query.exponent) + ")";
        case plan::FeatureFunction::linear:
            break;
    }
    return "LinearFunction";
}

Explanation explain_feature(const plan::RankFeatureNode& node, float value, const std::string& feature) {
    const plan::RankFeature& asked = *node.asked;
    const auto score = [&](const char* name, const char* formula, std::vector<Explanation> details) {
        details.insert(details.begin(), explain_match(node.boost, "w, weight of this function"));
        details.push_back(explain_match(value, "S, feature value"));
        return explain_match(feature_score(node, value),
                             std::string(name) + " function on the _feature field for the " + feature +
                                 " feature, computed as " + formula + " from:",
                             std::move(details));
    };
    const auto pivot = [&] {
        return explain_match(*asked.scale, "k, pivot feature value that would give a score contribution equal to w/2");
    };
    switch (asked.function) {
        case plan::FeatureFunction::saturation:
            return score("Saturation", "w * S / (S + k)", {pivot()});
        case plan::FeatureFunction::log:
            return score("Log", "w * log(a + S)", {explain_match(*asked.scale, "a, scaling factor")});
        case plan::FeatureFunction::sigmoid:
            return score("Sigmoid", "w * S^a / (S^a + k^a)",
                         {pivot(), explain_match(*asked.scale,  // Lucene 9.9.1 shows the pivot twice
                                                 "a, exponent, higher values make the function grow slower before k "
                                                 "and faster after k")});
        case plan::FeatureFunction::linear:
            break;
    }
    return score("Linear", "w * S", {});
}

Explanation explain_distance(const plan::DistanceFeatureNode& node, const Nearest& found) {
    const plan::DistanceFeature& asked = *node.asked;
    const float score = distance_score(node, found.distance);
    const std::string formula = "Distance score, computed as weight * pivotDistance / (pivotDistance + abs(";
    const auto real = [](double value, const char* name) { return explain_match(static_cast<float>(value), name); };
    if (const auto* origin = std::get_if<columns::GeoPoint>(&asked.origin)) {
        const columns::GeoPoint point = columns::decode_geo(found.value);
        return explain_match(
            score, formula + "distance)) from:",
            {explain_match(node.boost, "weight"), real(asked.pivot, "pivotDistance"), real(origin->lat, "originLat"),
             real(origin->lon, "originLon"), real(point.lat, "current lat"), real(point.lon, "current lon"),
             real(found.distance, "distance")});
    }
    return explain_match(
        score, formula + "value - origin)) from:",
        {explain_match(node.boost, "weight"), explain_whole(static_cast<std::int64_t>(asked.pivot), "pivotDistance"),
         explain_whole(std::get<std::int64_t>(asked.origin), "origin"), explain_whole(found.value, "current value")});
}

Explanation no_feature(const plan::RankFeature& feature, const plan::QueryPtr& self, const char* why,
                       const Explainer& explainer) {
    return explain_no_match("weight(" + explainer.describe(self) + " in " + std::to_string(explainer.doc_in_shard()) +
                            ") [" + describe_function(feature) + "]. Feature " + explainer.names()[feature.field] +
                            why);
}

Explanation no_value(FieldId field, const Explainer& explainer) {
    return explain_no_match("Document " + std::to_string(explainer.doc()) + " doesn't have a value for field " +
                            explainer.names()[field]);
}

}  // namespace

void weigh(const plan::RankFeature& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_values(query.field, weighted);
}
void weigh(const plan::DistanceFeature& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_values(query.field, weighted);
}

plan::Node bind(const plan::RankFeature& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.segment.field(query.field);
    if (field == nullptr || field->record.value_count == 0) return Binder::nothing();
    const bool sigmoid = query.function == plan::FeatureFunction::sigmoid;
    const auto scale = static_cast<double>(query.scale.value_or(1.0f));
    const double power = sigmoid ? java::pow(scale, static_cast<double>(query.exponent)) : 0;
    return {plan::RankFeatureNode{field, &query, power, weighted.boost}, nullptr};
}
plan::Node bind(const plan::DistanceFeature& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.segment.field(query.field);
    if (field == nullptr || field->record.value_count == 0) return Binder::nothing();
    return {plan::DistanceFeatureNode{field, &query, weighted.boost}, nullptr};
}

std::string describe(const plan::RankFeature& query, const Describer& describer) {
    return "FeatureQuery(field=_feature, feature=" + describer.names[query.field] +
           ", function=" + describe_function(query) + ")";
}
/// Lucene leaves the field's name out.
std::string describe(const plan::DistanceFeature& query, const Describer&) {
    if (const auto* point = std::get_if<columns::GeoPoint>(&query.origin))
        return "LatLonPointDistanceFeatureQuery(field=,originLat=" + java_double(point->lat) +
               ",originLon=" + java_double(point->lon) + ",pivotDistance=" + java_double(query.pivot) + ")";
    return "LongDistanceFeatureQuery(field=,origin=" + std::to_string(std::get<0>(query.origin)) +
           ",pivotDistance=" + std::to_string(static_cast<std::int64_t>(query.pivot)) + ")";
}

Scores score(const plan::RankFeatureNode& node, const Batch& batch, Run& run) {
    return score_values(
        batch, run, [&](DocId doc) { return feature_value(node, doc); },
        [&](float value) { return feature_score(node, value); });
}

Scores score(const plan::DistanceFeatureNode& node, const Batch& batch, Run& run) {
    return score_values(
        batch, run, [&](DocId doc) { return nearest(node, doc); },
        [&](const Nearest& found) { return distance_score(node, found.distance); });
}

Explanation explain(const plan::RankFeatureNode& feature, const plan::Node& node, Scoring, Explainer& explainer) {
    const auto value = feature_value(feature, explainer.doc());
    if (!value) return no_feature(*feature.asked, node.origin, " isn't set.", explainer);
    return explain_feature(feature, *value, explainer.names()[feature.asked->field]);
}
Explanation explain(const plan::DistanceFeatureNode& feature, const plan::Node&, Scoring, Explainer& explainer) {
    const auto found = nearest(feature, explainer.doc());
    return found ? explain_distance(feature, *found) : no_value(feature.asked->field, explainer);
}

Explanation explain_none(const plan::RankFeature& query, const plan::QueryPtr& self, Scoring, Explainer& explainer) {
    return no_feature(query, self, " doesn't exist.", explainer);
}
Explanation explain_none(const plan::DistanceFeature& query, const plan::QueryPtr&, Scoring, Explainer& explainer) {
    return no_value(query.field, explainer);
}

/// Saturation and sigmoid stay below the boost; rounded, they reach it.
float best(const plan::RankFeatureNode& node, const Range&) {
    const bool bounded_above = node.asked->function == plan::FeatureFunction::saturation ||
                               node.asked->function == plan::FeatureFunction::sigmoid;
    return bounded_above ? node.boost : unbounded;
}
/// What stands at the origin gets the whole boost.
float best(const plan::DistanceFeatureNode& node, const Range&) {
    return node.boost;
}

}  // namespace rescora::query
