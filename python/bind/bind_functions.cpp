/// plan/functions.h: the functions of function_score, and the queries that use them or are like them.
#include <algorithm>
#include <array>

#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "query.h"

namespace rescora::bind {

namespace {

/// A function as Python holds it.
struct Function {
    plan::Function function;
};

/// The place of a name in a list of an enum's names.
template <class Enum, std::size_t n>
Enum named(const std::array<std::string_view, n>& names, std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw InvalidArgument("[" + shown(name) + "] is not the name of a kind");
    return static_cast<Enum>(found - names.begin());
}

using Names = std::string_view;
constexpr std::array<Names, 10> modifiers = {"none", "log",  "log1p",  "log2p", "ln",
                                             "ln1p", "ln2p", "square", "sqrt",  "reciprocal"};
constexpr std::array<Names, 4> random_sources = {"document", "sequence", "value", "id"};
constexpr std::array<Names, 3> decay_shapes = {"gauss", "exp", "linear"};
constexpr std::array<Names, 5> multi_value_modes = {"min", "max", "avg", "sum", "median"};
constexpr std::array<Names, 6> function_modes = {"multiply", "first", "avg", "max", "sum", "min"};
constexpr std::array<Names, 6> boost_modes = {"multiply", "replace", "sum", "avg", "max", "min"};
constexpr std::array<Names, 4> feature_functions = {"saturation", "log", "sigmoid", "linear"};

using Point = std::pair<double, double>;  // latitude, longitude

Function field_value_factor(std::optional<FieldId> field, std::string name, float factor, Names modifier,
                            std::optional<double> missing) {
    return {plan::FieldValueFactor{field.value_or(no_field), std::move(name), factor,
                                   named<plan::Modifier>(modifiers, modifier), missing}};
}

Function random_score(Names source, std::optional<FieldId> field, bool points, std::int32_t seed,
                      std::uint32_t index_salt) {
    return {plan::RandomScore{named<plan::RandomSource>(random_sources, source), field.value_or(no_field), points, seed,
                              index_salt}};
}

Function decay(FieldId field, Names shape, const std::variant<double, Point>& origin, double scale, double offset,
               double decay, Names mode) {
    plan::Decay made{field, named<plan::DecayShape>(decay_shapes, shape),        {}, scale, offset,
                     decay, named<plan::MultiValueMode>(multi_value_modes, mode)};
    if (const Point* point = std::get_if<Point>(&origin))
        made.origin = columns::GeoPoint{point->first, point->second};
    else
        made.origin = std::get<double>(origin);
    return {made};
}

using WeightedFunction = std::tuple<Function, std::optional<float>, std::optional<Query>>;

Query function_score(const Query& query, const std::vector<WeightedFunction>& functions, Names mode, Names boost_mode,
                     float max_boost, std::optional<float> min_score) {
    plan::FunctionScore made{query.query,
                             {},
                             named<plan::FunctionMode>(function_modes, mode),
                             named<plan::BoostMode>(boost_modes, boost_mode),
                             max_boost,
                             min_score};
    for (const auto& [function, weight, filter] : functions)
        made.functions.push_back({function.function, weight, filter ? filter->query : nullptr});
    return given(std::move(made));
}

Query rank_feature(FieldId field, Names function, std::optional<float> scale, float exponent) {
    return given(plan::RankFeature{field, named<plan::FeatureFunction>(feature_functions, function), scale, exponent});
}

Query date_distance(FieldId field, std::int64_t origin, std::int64_t pivot) {
    return given(plan::DistanceFeature{field, origin, static_cast<double>(pivot)});
}

Query point_distance(FieldId field, const Point& origin, double pivot) {
    return given(plan::DistanceFeature{field, columns::GeoPoint{origin.first, origin.second}, pivot});
}

}  // namespace

void bind_functions(py::module_& module, py::class_<Query>& query_class) {
    using py::arg;
    py::class_<Function>(module, "Function", "A function of function_score: plan/functions.h.")
        .def_static("one", [] { return Function{plan::One{}}; })
        .def_static("field_value_factor", &field_value_factor, arg("field"), arg("name"), arg("factor"),
                    arg("modifier"), arg("missing"))
        .def_static(
            "script", [](const std::shared_ptr<plan::Script>& s) { return Function{plan::ScriptFunction{s}}; },
            arg("script").none(false))
        .def_static("random_score", &random_score, arg("source"), arg("field"), arg("points"), arg("seed"),
                    arg("index_salt"))
        .def_static("decay", &decay, arg("field"), arg("shape"), arg("origin"), arg("scale"), arg("offset"),
                    arg("decay"), arg("multi_value_mode"));
    query_class
        .def_static("function_score", &function_score, arg("query"), arg("functions"), arg("score_mode"),
                    arg("boost_mode"), arg("max_boost"), arg("min_score"))
        .def_static(
            "script_score",
            [](const Query& q, const std::shared_ptr<plan::Script>& script, std::optional<float> min_score) {
                return given(plan::ScriptScore{q.query, script, min_score});
            },
            arg("query"), arg("script").none(false), arg("min_score"))
        .def_static(
            "script_filter", [](const std::shared_ptr<plan::Script>& s) { return given(plan::ScriptFilter{s}); },
            arg("script").none(false))
        .def_static("rank_feature", &rank_feature, arg("field"), arg("function"), arg("scale"), arg("exponent"))
        .def_static("date_distance", &date_distance, arg("field"), arg("origin"), arg("pivot"))
        .def_static("point_distance", &point_distance, arg("field"), arg("origin"), arg("pivot"));
}

}  // namespace rescora::bind
