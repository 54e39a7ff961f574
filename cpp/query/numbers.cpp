/// A test of each value.
#include "query/numbers.h"

#include <algorithm>
#include <bit>

#include "base/java_text.h"
#include "columns/ascending.h"
#include "query/constants.h"

namespace rescora::query {

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

/// Elasticsearch leaves the choice to Lucene: by the tree of points, or document by document.
std::string either(const std::string& points, const std::string& doc_values) {
    return "IndexOrDocValuesQuery(indexQuery=" + points + ", dvQuery=" + doc_values + ")";
}

template <class T, class Fits>
Scores score_numbers(const plan::NumberNode<T>& node, const columns::Column<T>& column, const Batch& batch, Run& run,
                     const Fits& fits) {
    if (const auto dense = column.dense(); !dense.empty())
        return score_where(batch, run, node.score, [&](DocId doc) { return fits(dense[doc]); });
    return score_where(batch, run, node.score,
                       [&](DocId doc) { return std::ranges::any_of(column.values(doc), fits); });
}

template <class T>
Scores score_numbers(const plan::NumberNode<T>& node, const columns::Column<T>& column, const Batch& batch, Run& run) {
    return score_numbers(node, column, batch, run, [&](T value) {
        return node.values.empty() ? node.low <= value && value <= node.high
                                   : std::ranges::binary_search(node.values, value);
    });
}

/// Whether the sign of a zero decides what matches.
bool ends_at_zero(const plan::NumberNode<double>& node) {
    return node.values.empty() ? node.low == 0 || node.high == 0 : std::ranges::binary_search(node.values, 0.0);
}

bool fits_with_signs(const plan::NumberNode<double>& node, double value) {
    constexpr columns::Ascending before;
    return node.values.empty() ? !before(value, node.low) && !before(node.high, value)
                               : std::ranges::binary_search(node.values, value, before);
}

}  // namespace

void weigh(const plan::Integers& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_numbers(query.field, segment::FieldType::integer, weighted);
}
void weigh(const plan::Reals& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_numbers(query.field, segment::FieldType::real, weighted);
}
void weigh(const plan::IntegerRange& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_numbers(query.field, segment::FieldType::integer, weighted);
}
void weigh(const plan::RealRange& query, plan::Weighted& weighted, Weigher& weigher) {
    weigher.weigh_numbers(query.field, segment::FieldType::real, weighted);
}

plan::Node bind(const plan::Integers& query, const plan::Weighted& weighted, Binder& binder) {
    return binder.numbers<std::int64_t>(query.field, 0, 0, query.values, weighted.boost);
}
plan::Node bind(const plan::Reals& query, const plan::Weighted& weighted, Binder& binder) {
    return binder.numbers<double>(query.field, 0, 0, query.values, weighted.boost);
}
plan::Node bind(const plan::IntegerRange& query, const plan::Weighted& weighted, Binder& binder) {
    return binder.numbers<std::int64_t>(query.field, query.low, query.high, {}, weighted.boost);
}
plan::Node bind(const plan::RealRange& query, const plan::Weighted& weighted, Binder& binder) {
    return binder.numbers<double>(query.field, query.low, query.high, {}, weighted.boost);
}

std::string describe(const plan::Integers& query, const Describer& describer) {
    return describer.in(query.field) +
           points(texts(query.values, [](std::int64_t value) { return std::to_string(value); }));
}
std::string describe(const plan::Reals& query, const Describer& describer) {
    return describer.in(query.field) +
           points(texts(query.values, [&](double value) { return text_of(value, query.single); }));
}
std::string describe(const plan::IntegerRange& query, const Describer& describer) {
    const std::string ends = interval(std::to_string(query.low), std::to_string(query.high));
    return either(describer.in(query.field) + ends, by_doc_values(query, describer));
}
std::string describe(const plan::RealRange& query, const Describer& describer) {
    const std::string ends = interval(text_of(query.low, query.single), text_of(query.high, query.single));
    return either(describer.in(query.field) + ends, by_doc_values(query, describer));
}

std::string by_doc_values(const plan::IntegerRange& query, const Describer& describer) {
    return describer.in(query.field) + interval(std::to_string(query.low), std::to_string(query.high));
}
std::string by_doc_values(const plan::RealRange& query, const Describer& describer) {
    return describer.in(query.field) +
           interval(sortable_text(query.low, query.single), sortable_text(query.high, query.single));
}

Scores score(const plan::NumberNode<std::int64_t>& node, const Batch& batch, Run& run) {
    return score_numbers(node, node.field->integers, batch, run);
}

Scores score(const plan::NumberNode<double>& node, const Batch& batch, Run& run) {
    if (ends_at_zero(node))
        return score_numbers(node, node.field->reals, batch, run,
                             [&](double value) { return fits_with_signs(node, value); });
    return score_numbers(node, node.field->reals, batch, run);
}

float best(const plan::NumberNode<std::int64_t>& node, const Range&) {
    return node.score;
}
float best(const plan::NumberNode<double>& node, const Range&) {
    return node.score;
}

}  // namespace rescora::query
