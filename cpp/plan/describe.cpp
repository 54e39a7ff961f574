/// Each query in Lucene's notation.
#include "plan/describe.h"

#include <bit>
#include <cmath>

#include "base/java_text.h"
#include "columns/ascending.h"
#include "plan/describe_ids.h"

namespace rescora::plan {

namespace {

/// A real as its field keeps it.
std::string text_of(double value, bool single) {
    return single ? java_float(static_cast<float>(value)) : java_double(value);
}

/// What Lucene's doc values keep of a real: an integer of the same order.
std::string sortable_text(double value, bool single) {
    if (!single) return std::to_string(columns::sortable(value));
    const auto bits = std::bit_cast<std::int32_t>(static_cast<float>(value));
    return std::to_string(bits ^ ((bits >> 31) & INT32_MAX));
}

std::string interval(const std::string& low, const std::string& high) {
    return "[" + low + " TO " + high + "]";
}

std::string join(const std::vector<std::string>& items) {
    std::string joined;
    for (const std::string& item : items) joined += (joined.empty() ? "" : " ") + item;
    return joined;
}

/// One value is a range from it to itself, as Lucene has it.
std::string points(const std::vector<std::string>& values) {
    return values.size() == 1 ? interval(values[0], values[0]) : "{" + join(values) + "}";
}

template <class Values, class Text>
std::vector<std::string> texts(const Values& values, const Text& text) {
    std::vector<std::string> all;
    for (const auto value : values) all.push_back(text(value));
    return all;
}

const char* sign_of(Occur occur) {
    switch (occur) {
        case Occur::must:
            return "+";
        case Occur::filter:
            return "#";
        case Occur::must_not:
            return "-";
        case Occur::should:
            break;
    }
    return "";
}

struct DescribeFunction {
    FieldNames names;

    std::string operator()(const One&) const { return "constant score 1.0"; }
    std::string operator()(const FieldValueFactor& f) const { return "field_value_factor(" + f.name + ")"; }
    std::string operator()(const ScriptFunction& f) const { return "script" + f.script->description; }
    std::string operator()(const RandomScore& f) const { return "random_score(" + std::to_string(f.seed) + ")"; }
    std::string operator()(const Decay& f) const {
        constexpr const char* shapes[] = {"gauss", "exp", "linear"};
        return shapes[static_cast<std::size_t>(f.shape)] + ("(" + names[f.field] + ")");
    }
};

struct Describe {
    FieldNames names;

    std::string operator()(const MatchAll&) const { return "*:*"; }
    std::string operator()(const MatchNone&) const { return "MatchNoDocsQuery(\"\")"; }
    std::string operator()(const Term& q) const { return in(q.field) + q.term; }
    std::string operator()(const Terms& q) const { return in(q.field) + "(" + join(q.terms) + ")"; }
    std::string operator()(const Prefix& q) const { return in(q.field) + q.prefix + "*"; }
    std::string operator()(const Integers& q) const {
        return in(q.field) + points(texts(q.values, [](std::int64_t value) { return std::to_string(value); }));
    }
    std::string operator()(const Reals& q) const {
        return in(q.field) + points(texts(q.values, [&](double value) { return text_of(value, q.single); }));
    }
    std::string operator()(const Exists& q) const { return "FieldExistsQuery [field=" + names[q.field] + "]"; }
    std::string operator()(const Ids& q) const { return describe_ids(q.ids); }
    std::string operator()(const ConstantScore& q) const { return "ConstantScore(" + of(q.query) + ")"; }
    std::string operator()(const Boost& q) const { return "(" + of(q.query) + ")^" + java_float(q.boost); }

    std::string operator()(const IntegerRange& q) const {
        return either(in(q.field) + interval(std::to_string(q.low), std::to_string(q.high)), by_doc_values(q));
    }

    std::string operator()(const RealRange& q) const {
        return either(in(q.field) + interval(text_of(q.low, q.single), text_of(q.high, q.single)), by_doc_values(q));
    }

    /// Elasticsearch leaves the choice to Lucene: by the tree of points, or document by document.
    static std::string either(const std::string& points, const std::string& doc_values) {
        return "IndexOrDocValuesQuery(indexQuery=" + points + ", dvQuery=" + doc_values + ")";
    }
    std::string by_doc_values(const IntegerRange& q) const {
        return in(q.field) + interval(std::to_string(q.low), std::to_string(q.high));
    }
    std::string by_doc_values(const RealRange& q) const {
        return in(q.field) + interval(sortable_text(q.low, q.single), sortable_text(q.high, q.single));
    }

    std::string operator()(const TermRange& q) const {
        const auto end = [](bool given, const std::string& term) { return !given ? "*" : term == "*" ? "\\*" : term; };
        return in(q.field) + (q.include_low ? "[" : "{") + end(q.has_low, q.low) + " TO " + end(q.has_high, q.high) +
               (q.include_high ? "]" : "}");
    }

    std::string operator()(const Phrase& q) const {
        std::string words;
        std::uint32_t next = 0;  // the position that has nothing written yet
        for (std::size_t i = 0; i < q.terms.size(); ++i) {
            for (; next < q.positions[i]; ++next) words += "? ";
            const bool one = q.terms[i].size() == 1;
            words += one ? q.terms[i][0] : "(" + join(q.terms[i]) + ")";
            if (q.prefix && i + 1 == q.terms.size()) words += '*';
            if (i + 1 < q.terms.size()) words += ' ';
            next = q.positions[i] + 1;
        }
        return in(q.field) + "\"" + words + "\"" + (q.slop > 0 ? "~" + std::to_string(q.slop) : "");
    }

    std::string operator()(const Bool& q) const {
        std::string clauses;
        for (const Clause& clause : q.clauses)
            clauses += (clauses.empty() ? "" : " ") + (sign_of(clause.occur) + nested(clause.query));
        return q.minimum_should_match == 0 ? clauses : "(" + clauses + ")~" + std::to_string(q.minimum_should_match);
    }

    std::string operator()(const DisMax& q) const {
        std::string any;
        for (const QueryPtr& query : q.queries) any += (any.empty() ? "" : " | ") + nested(query);
        return "(" + any + ")" + (q.tie_breaker == 0 ? "" : "~" + java_float(q.tie_breaker));
    }

    std::string operator()(const Boosting& q) const {
        return "FunctionScoreQuery(" + of(q.positive) + ", scored by boost(queryboost(score(" +
               of(q.negative_as_asked()) + "))^" + java_float(q.negative_boost) + "))";
    }

    std::string operator()(const Blended& q) const {
        std::string terms;
        for (std::size_t i = 0; i < q.terms.size(); ++i) {
            terms += (i == 0 ? "" : ", ") + (*this)(q.terms[i]);
            if (q.boosts[i] != 1) terms += "^" + java_float(q.boosts[i]);
        }
        return "blended(terms:[" + terms + "])";
    }

    std::string operator()(const ScriptScore& q) const {
        return "script_score (" + of(q.query) + ", script: {" + q.script->description + "})";
    }
    std::string operator()(const ScriptFilter& q) const { return "ScriptQuery(" + q.script->description + ")"; }

    std::string operator()(const FunctionScore& q) const {
        std::string functions;
        for (const ScoreFunction& f : q.functions) {
            std::string function = std::visit(DescribeFunction{names}, f.function);
            if (f.weight) function += " * " + java_float(*f.weight);
            if (f.filter) function.insert(0, "filter(" + of(f.filter) + "), function [").append("]");
            functions.append("{").append(function).append("}");
        }
        return "function score (" + of(q.query) + ", functions: [" + functions + "])";
    }

    std::string operator()(const DistanceFeature& q) const {
        if (const auto* point = std::get_if<columns::GeoPoint>(&q.origin))  // Lucene leaves the field's name out
            return "LatLonPointDistanceFeatureQuery(field=,originLat=" + java_double(point->lat) +
                   ",originLon=" + java_double(point->lon) + ",pivotDistance=" + java_double(q.pivot) + ")";
        return "LongDistanceFeatureQuery(field=,origin=" + std::to_string(std::get<0>(q.origin)) +
               ",pivotDistance=" + std::to_string(static_cast<std::int64_t>(q.pivot)) + ")";
    }

    std::string operator()(const GivenText& q) const { return in(q.field) + "{{" + std::to_string(q.number) + "}}"; }

    std::string operator()(const RankFeature& q) const {
        return "FeatureQuery(field=_feature, feature=" + names[q.field] + ", function=" + describe_function(q) + ")";
    }

    std::string in(FieldId field) const { return names[field] + ":"; }
    std::string of(const QueryPtr& query) const { return std::visit(*this, query->node); }

    /// A bool within another query stands in parentheses.
    std::string nested(const QueryPtr& query) const { return as<Bool>(query) ? "(" + of(query) + ")" : of(query); }
};

}  // namespace

std::string describe(const Query& query, FieldNames names) {
    return std::visit(Describe{names}, query.node);
}

std::string describe_for_document(const Query& query, FieldNames names) {
    const Describe describe{names};
    if (const auto* range = std::get_if<IntegerRange>(&query.node)) return describe.by_doc_values(*range);
    if (const auto* range = std::get_if<RealRange>(&query.node)) return describe.by_doc_values(*range);
    return std::visit(describe, query.node);
}

std::string describe_function(const RankFeature& query) {
    const std::string scale = query.scale ? java_float(*query.scale) : "null";
    switch (query.function) {
        case FeatureFunction::saturation:
            return "SaturationFunction(pivot=" + scale + ")";
        case FeatureFunction::log:
            return "LogFunction(scalingFactor=" + scale + ")";
        case FeatureFunction::sigmoid:
            return "SigmoidFunction(pivot=" + scale + ", a=" + java_float(query.exponent) + ")";
        case FeatureFunction::linear:
            break;
    }
    return "LinearFunction";
}

std::string java_point(const columns::GeoPoint& point) {
    return java_double(point.lat) + ", " + java_double(point.lon);
}

}  // namespace rescora::plan
