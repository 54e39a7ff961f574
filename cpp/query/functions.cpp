/// One `evaluate` a kind of function.
#include "query/functions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/java_math.h"
#include "base/java_text.h"
#include "base/random_score.h"
#include "query/describe.h"
#include "query/scripts.h"

namespace rescora::query {

namespace {

/// The scale as the formula of the shape takes it.
double scale_of(const plan::Decay& asked) {
    switch (asked.shape) {
        case plan::DecayShape::gauss:
            return 0.5 * (asked.scale * asked.scale) / java::log(asked.decay);
        case plan::DecayShape::exponential:
            return java::log(asked.decay) / asked.scale;
        case plan::DecayShape::linear:
            break;
    }
    return asked.scale / (1.0 - asked.decay);
}

struct BindFunction {
    Binder& binder;

    plan::FunctionKind operator()(const plan::ScriptFunction& asked) const {
        return plan::BoundScriptFunction{&asked.script, binder.take_script()};
    }
    plan::FunctionKind operator()(const plan::One&) const { return plan::OneFunction{}; }
    plan::FunctionKind operator()(const plan::FieldValueFactor& asked) const {
        return plan::FieldValueFunction{&asked, binder.segment.field(asked.field)};
    }
    plan::FunctionKind operator()(const plan::RandomScore& asked) const {
        const auto seed = static_cast<std::uint32_t>(asked.seed);
        const std::uint32_t salted = salted_seed(seed, asked.index_salt | binder.shard.number());
        return plan::RandomFunction{&asked, binder.segment.field(asked.field), salted};
    }
    plan::FunctionKind operator()(const plan::Decay& asked) const {
        return plan::DecayFunction{&asked, binder.segment.field(asked.field), scale_of(asked)};
    }
};

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Calls `use(values)` with the document's values of a numeric field, of whatever type; none where the field is null.
template <class Use>
auto with_numbers(const segment::Field* field, DocId doc, const Use& use) {
    if (field != nullptr && field->record.type == segment::FieldType::integer) return use(field->integers.values(doc));
    if (field != nullptr && field->record.type == segment::FieldType::real) return use(field->reals.values(doc));
    return use(std::span<const double>{});
}

void evaluate(const plan::OneFunction&, const Lanes& lanes, double* out, Run&) {
    std::fill_n(out, lanes.n, 1.0);
}

double modified(plan::Modifier modifier, double x) {
    switch (modifier) {
        case plan::Modifier::none:
            break;
        case plan::Modifier::log:
            return java::log10(x);
        case plan::Modifier::log1p:
            return java::log10(x + 1);
        case plan::Modifier::log2p:
            return java::log10(x + 2);
        case plan::Modifier::ln:
            return java::log(x);
        case plan::Modifier::ln1p:
            return java::log1p(x);
        case plan::Modifier::ln2p:
            return java::log1p(x + 1);
        case plan::Modifier::square:
            return x * x;
        case plan::Modifier::sqrt:
            return std::sqrt(x);
        case plan::Modifier::reciprocal:
            return 1.0 / x;
    }
    return x;
}

/// The rest of what is said of a negative result: the value it came from, and what might be meant.
std::string advice(plan::Modifier modifier, double value) {
    std::string text = "[" + java_double(value) + "]";
    if (modifier == plan::Modifier::ln) text += "; consider using ln1p or ln2p instead of ln to avoid negative scores";
    if (modifier == plan::Modifier::log)
        text += "; consider using log1p or log2p instead of log to avoid negative scores";
    return text;
}

std::optional<double> least(const segment::Field* field, DocId doc) {
    return with_numbers(field, doc, [](auto values) {
        return values.empty() ? std::nullopt : std::optional(static_cast<double>(values.front()));
    });
}

void evaluate(const plan::FieldValueFunction& function, const Lanes& lanes, double* out, Run& run) {
    const plan::FieldValueFactor& asked = *function.asked;
    const auto factor = static_cast<double>(asked.factor);
    for (std::uint32_t i = 0; i < lanes.n; ++i) {
        const DocId doc = lanes.docs[i];
        std::optional<double> value = least(function.field, doc);
        if (!value) value = asked.missing;
        out[i] = value ? modified(asked.modifier, *value * factor) : not_a_number;
        if (!value) {
            run.fail({.doc = doc, .code = plan::FaultCode::missing_field_value, .text = asked.name});
        } else if (out[i] < 0) {
            run.fail({.doc = doc,
                      .code = plan::FaultCode::field_value,
                      .number = out[i],
                      .text = advice(asked.modifier, *value)});
            out[i] = not_a_number;
        }
    }
}

/// The first of the values' texts in the order of their bytes, as Elasticsearch sorts them.
template <class Values, class Text>
std::optional<std::string> first_text(const Values& values, const Text& text) {
    std::optional<std::string> first;
    for (const auto value : values)
        if (std::string next = text(value); !first || next < *first) first = std::move(next);
    return first;
}

std::optional<std::string> first_text(const segment::Field* field, bool points, DocId doc) {
    if (field == nullptr) return std::nullopt;
    switch (field->record.type) {
        case segment::FieldType::keyword: {
            const auto values = field->ordinals.values(doc);
            if (values.empty()) return std::nullopt;
            return std::string(field->words.word(values.front()));
        }
        case segment::FieldType::integer:
            return first_text(field->integers.values(doc), [&](std::int64_t value) {
                return points ? java_point(columns::decode_geo(value)) : std::to_string(value);
            });
        case segment::FieldType::real:
            return first_text(field->reals.values(doc), java_double);
        default:
            return std::nullopt;
    }
}

std::uint32_t random_hash(const plan::RandomFunction& function, DocId doc, const Run& run) {
    switch (function.asked->source) {
        case plan::RandomSource::document:
            return mix32((run.base + doc) ^ function.salted_seed);
        case plan::RandomSource::sequence:
            return murmur3_x86_32(std::to_string(run.base + doc), function.salted_seed);
        case plan::RandomSource::id:
            return murmur3_x86_32(run.segment.id(doc), function.salted_seed);
        case plan::RandomSource::value:
            break;
    }
    const auto text = first_text(function.field, function.asked->points, doc);
    return text ? murmur3_x86_32(*text, function.salted_seed) : function.salted_seed;
}

/// NaN is found at the end, with the final score.
void evaluate(const plan::BoundScriptFunction& function, const Lanes& lanes, double* out, Run& run) {
    run_script(*function.script, function.slot, {lanes.docs, lanes.n}, lanes.scores, out, run);
    for (std::uint32_t i = 0; i < lanes.n; ++i)
        if (out[i] < 0) run.fail(score_fault(plan::FaultCode::script_function, lanes.docs[i], out[i]));
}

void evaluate(const plan::RandomFunction& function, const Lanes& lanes, double* out, Run& run) {
    for (std::uint32_t i = 0; i < lanes.n; ++i) out[i] = random_score(random_hash(function, lanes.docs[i], run));
}

void evaluate(const plan::DecayFunction& function, const Lanes& lanes, double* out, Run&) {
    for (std::uint32_t i = 0; i < lanes.n; ++i) out[i] = decayed(function, distance(function, lanes.docs[i]));
}

/// The one distance that counts; `distances` is not empty.
double selected(plan::MultiValueMode mode, std::vector<double>& distances) {
    std::ranges::sort(distances);
    const std::size_t n = distances.size();
    const auto sum = [&] { return std::accumulate(distances.begin(), distances.end(), 0.0); };
    switch (mode) {
        case plan::MultiValueMode::min:
            break;
        case plan::MultiValueMode::max:
            return distances.back();
        case plan::MultiValueMode::avg:
            return sum() / static_cast<double>(n);
        case plan::MultiValueMode::sum:
            return sum();
        case plan::MultiValueMode::median:
            return n % 2 == 1 ? distances[n / 2] : (distances[n / 2 - 1] + distances[n / 2]) / 2;
    }
    return distances.front();
}

}  // namespace

plan::FunctionKind bind_function(const plan::Function& function, Binder& binder) {
    return std::visit(BindFunction{binder}, function);
}

double distance(const plan::DecayFunction& function, DocId doc) {
    const plan::Decay& asked = *function.asked;
    const auto* point = std::get_if<columns::GeoPoint>(&asked.origin);
    const auto away = [&](auto value) {
        if (point == nullptr) return std::abs(static_cast<double>(value) - std::get<double>(asked.origin));
        const columns::GeoPoint other = columns::decode_geo(static_cast<std::int64_t>(value));
        return columns::arc_distance(point->lat, point->lon, other.lat, other.lon);
    };
    const auto beyond = [&](auto value) { return java::max(0.0, away(value) - asked.offset); };
    return with_numbers(function.field, doc, [&](auto values) {
        if (values.empty()) return 0.0;
        if (values.size() == 1) return beyond(values.front());
        std::vector<double> distances(values.size());
        std::ranges::transform(values, distances.begin(), beyond);
        return selected(asked.mode, distances);
    });
}

double decayed(const plan::DecayFunction& function, double distance) {
    switch (function.asked->shape) {
        case plan::DecayShape::gauss:
            return java::exp(0.5 * (distance * distance) / function.scale);
        case plan::DecayShape::exponential:
            return java::exp(function.scale * distance);
        case plan::DecayShape::linear:
            break;
    }
    return java::max(0.0, (function.scale - distance) / function.scale);
}

void evaluate(const plan::FunctionKind& kind, const Lanes& lanes, double* out, Run& run) {
    std::visit([&](const auto& function) { evaluate(function, lanes, out, run); }, kind);
}

void evaluate(const plan::BoundFunction& function, const Lanes& lanes, double* out, Run& run) {
    evaluate(function.kind, lanes, out, run);
    if (!function.weight) return;
    const auto weight = static_cast<double>(*function.weight);
    for (std::uint32_t i = 0; i < lanes.n; ++i) out[i] *= weight;
}

std::string java_point(const columns::GeoPoint& point) {
    return java_double(point.lat) + ", " + java_double(point.lon);
}

}  // namespace rescora::query
