/// One function a kind of function; values come from `evaluate`.
#include "query/explain_functions.h"

#include <algorithm>
#include <cmath>

#include "base/java_math.h"
#include "base/java_text.h"
#include "query/scripts.h"

namespace rescora::query {

namespace {

std::string word_of(plan::Modifier modifier) {
    constexpr const char* names[] = {"none", "log",  "log1p",  "log2p", "ln",
                                     "ln1p", "ln2p", "square", "sqrt",  "reciprocal"};
    return names[static_cast<std::size_t>(modifier)];
}

std::string word_of(plan::MultiValueMode mode) {
    constexpr const char* names[] = {"MIN", "MAX", "AVG", "SUM", "MEDIAN"};
    return names[static_cast<std::size_t>(mode)];
}

struct DescribeFunction {
    FieldNames names;

    std::string operator()(const plan::One&) const { return "constant score 1.0"; }
    std::string operator()(const plan::FieldValueFactor& f) const { return "field_value_factor(" + f.name + ")"; }
    std::string operator()(const plan::ScriptFunction& f) const { return "script" + f.script->description; }
    std::string operator()(const plan::RandomScore& f) const { return "random_score(" + std::to_string(f.seed) + ")"; }
    std::string operator()(const plan::Decay& f) const {
        constexpr const char* shapes[] = {"gauss", "exp", "linear"};
        return shapes[static_cast<std::size_t>(f.shape)] + ("(" + names[f.field] + ")");
    }
};

/// Explains one document; value is what the function gave it.
struct ExplainKind {
    DocId doc;
    float result;
    const Explanation& query;
    FieldNames names;

    Explanation operator()(const plan::BoundScriptFunction& function) const {
        return explain_script(describe_script(**function.script), result, query);
    }

    Explanation operator()(const plan::OneFunction&) const {
        return explain_match(result, "constant score 1.0 - no function provided");
    }

    Explanation operator()(const plan::FieldValueFunction& function) const {
        const plan::FieldValueFactor& asked = *function.asked;
        const std::string missing = asked.missing ? "?:" + java_double(*asked.missing) : "";
        return explain_match(result, "field value function: " + word_of(asked.modifier) + "(doc['" + asked.name +
                                         "'].value" + missing + " * factor=" + java_float(asked.factor) + ")");
    }

    Explanation operator()(const plan::RandomFunction& function) const {
        const plan::RandomScore& asked = *function.asked;
        const std::string field = asked.source == plan::RandomSource::document   ? "null"
                                  : asked.source == plan::RandomSource::sequence ? "_seq_no"
                                  : asked.source == plan::RandomSource::id       ? "_id"
                                                                                 : names[asked.field];
        return explain_match(result,
                             "random score function (seed: " + std::to_string(asked.seed) + ", field: " + field + ")");
    }

    Explanation operator()(const plan::DecayFunction& function) const {
        return explain_match(result, "Function for field " + names[function.asked->field] + ":",
                             {explain_match(result, formula(function))});
    }

    std::string formula(const plan::DecayFunction& function) const {
        const std::string distance = distances(function);
        switch (function.asked->shape) {
            case plan::DecayShape::gauss:
                return "exp(-0.5*pow(" + distance + ",2.0)/" + java_double(-1 * function.scale) + ")";
            case plan::DecayShape::exponential:
                return "exp(- " + distance + " * " + java_double(-1 * function.scale) + ")";
            case plan::DecayShape::linear:
                break;
        }
        const std::string scale = java_double(function.scale);
        return "max(0.0, ((" + scale + " - " + distance + ")/" + scale + ")";
    }

    std::string distances(const plan::DecayFunction& function) const {
        const auto* point = std::get_if<columns::GeoPoint>(&function.asked->origin);
        std::string each;
        const auto add = [&](auto value) {
            each += (each.empty() ? "" : ", ") + (point ? away_from(*point, value) : away(function, value)) +
                    java_double(function.asked->offset) + "(=offset), 0)";
        };
        if (function.field != nullptr) {
            for (const std::int64_t value : function.field->integers.values(doc)) add(value);
            for (const double value : function.field->reals.values(doc)) add(value);
        }
        return word_of(function.asked->mode) + (point ? " of: [" : "[") + (each.empty() ? "0.0" : each) + "]";
    }

    template <class Number>
    static std::string away(const plan::DecayFunction& function, Number value) {
        return "Math.max(Math.abs(" + java_double(static_cast<double>(value)) + "(=doc value) - " +
               java_double(std::get<double>(function.asked->origin)) + "(=origin))) - ";
    }

    template <class Number>
    static std::string away_from(const columns::GeoPoint& origin, Number value) {
        const columns::GeoPoint point = columns::decode_geo(static_cast<std::int64_t>(value));
        return "Math.max(arcDistance(" + java_point(point) + "(=doc value)," + java_point(origin) + "(=origin)) - ";
    }
};

}  // namespace

std::string describe_function(const plan::Function& function, FieldNames names) {
    return std::visit(DescribeFunction{names}, function);
}

const char* name_of(plan::FunctionMode mode) {
    constexpr const char* names[] = {"multiply", "first", "avg", "max", "sum", "min"};
    return names[static_cast<std::size_t>(mode)];
}

Explanation explain_function(const plan::BoundFunction& function, DocId doc, const Explanation& query, FieldNames names,
                             Run& run) {
    double value = 0;
    evaluate(function.kind, {&doc, &query.value, 1}, &value, run);
    Explanation explanation = std::visit(ExplainKind{doc, static_cast<float>(value), query, names}, function.kind);
    if (function.weight) {
        const float weighted = explanation.value * *function.weight;
        explanation =
            explain_match(weighted, "product of:", {std::move(explanation), explain_match(*function.weight, "weight")});
    }
    return explanation;
}

Explanation explain_boost(const plan::FunctionScoreNode& node, Explanation query, Explanation factor) {
    const float score = query.value;
    const float least = java::min(factor.value, node.max_boost);
    Explanation limited =
        explain_match(least, "min of:", {std::move(factor), explain_match(node.max_boost, "maxBoost")});
    const auto both = [&](float value, const char* description) {
        return explain_match(value, description, {std::move(query), std::move(limited)});
    };
    switch (node.boost_mode) {
        case plan::BoostMode::multiply:
            return both(score * least, "function score, product of:");
        case plan::BoostMode::replace:
            break;
        case plan::BoostMode::sum:
            return both(score + least, "sum of");
        case plan::BoostMode::avg:
            return both((score + least) / 2, "avg of");
        case plan::BoostMode::max:
            return both(java::max(score, least), "max of:");
        case plan::BoostMode::min:
            return both(java::min(score, least), "min of");
    }
    return limited;
}

}  // namespace rescora::query
