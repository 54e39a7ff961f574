/// The functions of function_score and of features: numbers that are made of a document's values, as plain data.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/types.h"
#include "columns/geo.h"
#include "plan/fields.h"
#include "plan/program.h"

namespace rescora::plan {

/// 1 for every document; with a weight, the weight.
struct One {
    static constexpr const char* kind = "one";
    static constexpr auto fields(auto of) { return of(); }
};

/// What is done to a field's value times the factor. Logarithms of 1p and 2p add 1 and 2 first.
enum class Modifier : std::uint8_t { none, log, log1p, log2p, ln, ln1p, ln2p, square, sqrt, reciprocal };

/// modifier(value * factor) of the least value of a numeric field.
struct FieldValueFactor {
    FieldId field;     ///< no_field when it is not mapped
    std::string name;  ///< of the field
    float factor = 1;
    Modifier modifier = Modifier::none;
    std::optional<double> missing;  ///< stands for the value of a document that has none

    static constexpr const char* kind = "field_value_factor";
    static constexpr auto fields(auto of) {
        return of(named("field", &FieldValueFactor::field), named("name", &FieldValueFactor::name),
                  named("factor", &FieldValueFactor::factor), named("modifier", &FieldValueFactor::modifier),
                  named("missing", &FieldValueFactor::missing));
    }
};

/// What makes a random score the document's own.
enum class RandomSource : std::uint8_t {
    document,  ///< its number in the shard; differs from search to search, for the seed is the time
    sequence,  ///< the text of that number: _seq_no
    value,     ///< the first of its values of a field, as texts in the order of their bytes
    id,        ///< its id
};

/// A number in [0, 1) by base/random_score.h.
struct RandomScore {
    RandomSource source = RandomSource::document;
    FieldId field = no_field;  ///< for RandomSource::value
    bool points = false;       ///< whether the field's values are points
    std::int32_t seed = 0;
    std::uint32_t index_salt =
        0;  ///< Java's hashCode of the index's name << 10; the shard's number is added when bound

    static constexpr const char* kind = "random_score";
    static constexpr auto fields(auto of) {
        return of(named("source", &RandomScore::source), named("field", &RandomScore::field),
                  named("points", &RandomScore::points), named("seed", &RandomScore::seed),
                  named("index_salt", &RandomScore::index_salt));
    }
};

enum class DecayShape : std::uint8_t { gauss, exponential, linear };

/// Which of the distances of a document's several values counts.
enum class MultiValueMode : std::uint8_t { min, max, avg, sum, median };

/// `decay` at the distance `scale` beyond `offset` from the origin, 1 nearer than the offset. The origin is a number
/// (of a date: milliseconds), or for geo_point fields a point, and then distances are metres.
struct Decay {
    FieldId field;
    DecayShape shape = DecayShape::gauss;
    std::variant<double, columns::GeoPoint> origin = 0.0;
    double scale = 1, offset = 0, decay = 0.5;
    MultiValueMode mode = MultiValueMode::min;

    static constexpr const char* kind = "decay";
    static constexpr auto fields(auto of) {
        return of(named("field", &Decay::field), named("shape", &Decay::shape), named("origin", &Decay::origin),
                  named("scale", &Decay::scale), named("offset", &Decay::offset), named("decay", &Decay::decay),
                  named("mode", &Decay::mode));
    }
};

/// What a script makes of the document and of the query's score.
struct ScriptFunction {
    ScriptPtr script;

    static constexpr const char* kind = "script";
    static constexpr auto fields(auto of) { return of(named("script", &ScriptFunction::script)); }
};

/// Every kind of function. query/functions.h has an `evaluate` for each.
using Function = std::variant<One, FieldValueFactor, RandomScore, Decay, ScriptFunction>;

/// How the values of several functions become one factor.
enum class FunctionMode : std::uint8_t { multiply, first, avg, max, sum, min };

/// How the factor joins the query's score.
enum class BoostMode : std::uint8_t { multiply, replace, sum, avg, max, min };

/// boost * pivot / (pivot + distance) of the value nearest to the origin, a date in milliseconds or a point; no value,
/// no match.
struct DistanceFeature {
    FieldId field;
    std::variant<std::int64_t, columns::GeoPoint> origin = std::int64_t{0};
    double pivot = 1;  ///< milliseconds or metres

    static constexpr const char* kind = "distance_feature";
    static constexpr auto fields(auto of) {
        return of(named("field", &DistanceFeature::field), named("origin", &DistanceFeature::origin),
                  named("pivot", &DistanceFeature::pivot));
    }
};

enum class FeatureFunction : std::uint8_t { saturation, log, sigmoid, linear };

/// What a function makes of a rank_feature's value S; no value, no match.
///
///     saturation  S / (S + scale)
///     log         ln(scale + S)
///     sigmoid     S^exponent / (S^exponent + scale^exponent)
///     linear      S
struct RankFeature {
    FieldId field;
    FeatureFunction function = FeatureFunction::saturation;
    std::optional<float> scale;  ///< of a saturation without one, prepare.h finds one for each shard
    float exponent = 1;

    static constexpr const char* kind = "rank_feature";
    static constexpr auto fields(auto of) {
        return of(named("field", &RankFeature::field), named("function", &RankFeature::function),
                  named("scale", &RankFeature::scale), named("exponent", &RankFeature::exponent));
    }
};

}  // namespace rescora::plan
