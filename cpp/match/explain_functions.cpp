/// One function a kind of function; values come from `evaluate`.
#include "match/explain_functions.h"

#include <algorithm>
#include <cmath>

#include "plan/java_math.h"

namespace rescora::match {

namespace {

std::string name_of(plan::Modifier modifier) {
    constexpr const char* names[] = {"none", "log",  "log1p",  "log2p", "ln",
                                     "ln1p", "ln2p", "square", "sqrt",  "reciprocal"};
    return names[static_cast<std::size_t>(modifier)];
}

std::string name_of(plan::MultiValueMode mode) {
    constexpr const char* names[] = {"MIN", "MAX", "AVG", "SUM", "MEDIAN"};
    return names[static_cast<std::size_t>(mode)];
}

/// Explains one document; value is what the function gave it.
struct ExplainKind {
    DocId doc;
    float value;
    plan::FieldNames names;

    Explanation operator()(const plan::OneFunction&) const {
        return explain_match(value, "constant score 1.0 - no function provided");
    }

    Explanation operator()(const plan::FieldValueFunction& function) const {
        const plan::FieldValueFactor& asked = *function.asked;
        const std::string missing = asked.missing ? "?:" + plan::java_double(*asked.missing) : "";
        return explain_match(value, "field value function: " + name_of(asked.modifier) + "(doc['" + asked.name +
                                        "'].value" + missing + " * factor=" + plan::java_float(asked.factor) + ")");
    }

    Explanation operator()(const plan::RandomFunction& function) const {
        const plan::RandomScore& asked = *function.asked;
        const std::string field = asked.source == plan::RandomSource::document   ? "null"
                                  : asked.source == plan::RandomSource::sequence ? "_seq_no"
                                                                                 : names[asked.field];
        return explain_match(value,
                             "random score function (seed: " + std::to_string(asked.seed) + ", field: " + field + ")");
    }

    Explanation operator()(const plan::DecayFunction& function) const {
        return explain_match(value, "Function for field " + names[function.asked->field] + ":",
                             {explain_match(value, formula(function))});
    }

    std::string formula(const plan::DecayFunction& function) const {
        const std::string distance = distances(function);
        switch (function.asked->shape) {
            case plan::DecayShape::gauss:
                return "exp(-0.5*pow(" + distance + ",2.0)/" + plan::java_double(-1 * function.scale) + ")";
            case plan::DecayShape::exponential:
                return "exp(- " + distance + " * " + plan::java_double(-1 * function.scale) + ")";
            case plan::DecayShape::linear:
                break;
        }
        const std::string scale = plan::java_double(function.scale);
        return "max(0.0, ((" + scale + " - " + distance + ")/" + scale + ")";
    }

    std::string distances(const plan::DecayFunction& function) const {
        const plan::Decay& asked = *function.asked;
        std::string each;
        for (const double number : numbers_of(function.field, doc))
            each += (each.empty() ? "" : ", ") + ("Math.max(Math.abs(" + plan::java_double(number)) +
                    "(=doc value) - " + plan::java_double(asked.origin) + "(=origin))) - " +
                    plan::java_double(asked.offset) + "(=offset), 0)";
        return name_of(asked.mode) + "[" + (each.empty() ? "0.0" : each) + "]";
    }
};

}  // namespace

const char* name_of(plan::FunctionMode mode) {
    constexpr const char* names[] = {"multiply", "first", "avg", "max", "sum", "min"};
    return names[static_cast<std::size_t>(mode)];
}

Explanation explain_function(const plan::BoundFunction& function, DocId doc, float query_score, plan::FieldNames names,
                             Run& run) {
    double value = 0;
    evaluate(function.kind, {&doc, &query_score, 1}, &value, run);
    Explanation explanation = std::visit(ExplainKind{doc, static_cast<float>(value), names}, function.kind);
    if (function.weight) {
        const float weighted = explanation.value * *function.weight;
        explanation =
            explain_match(weighted, "product of:", {std::move(explanation), explain_match(*function.weight, "weight")});
    }
    return explanation;
}

Explanation explain_boost(const plan::FunctionScoreNode& node, Explanation query, Explanation factor) {
    const auto java_min = [](float a, float b) {
        return static_cast<float>(java::min(static_cast<double>(a), static_cast<double>(b)));
    };
    const float score = query.value;
    const float least = java_min(factor.value, node.max_boost);
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
            return both(std::max(score, least), "max of:");
        case plan::BoostMode::min:
            return both(java_min(score, least), "min of");
    }
    return limited;
}

}  // namespace rescora::match
