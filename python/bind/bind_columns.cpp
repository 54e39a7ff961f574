/// plan/model.h: the columns of a model, and their values for documents.
#include <algorithm>

#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "call.h"
#include "plan/prepare.h"
#include "query.h"
#include "search/extract.h"

namespace rescora::bind {

namespace {

plan::TermStatistic statistic_named(const std::string& name) {
    using enum plan::TermStatistic;
    if (name == "count") return count;
    if (name == "tf") return tf;
    if (name == "df") return df;
    if (name == "ttf") return ttf;
    if (name == "idf") return idf;
    throw InvalidArgument("unknown statistic [" + shown(name) + "]");
}

plan::Aggregate aggregate_named(const std::string& name) {
    using enum plan::Aggregate;
    if (name == "min") return min;
    if (name == "max") return max;
    if (name == "mean") return mean;
    if (name == "sum") return sum;
    throw InvalidArgument("unknown aggregate [" + shown(name) + "]");
}

/// A column as Python holds it.
struct Column {
    plan::Column column;
};

Columns columns(const std::vector<std::pair<std::string, Column>>& named) {
    auto made = std::make_shared<plan::Columns>();
    for (const auto& [name, column] : named) made->push_back({name, column.column});
    return {std::move(made)};
}

Array<float> extract(const index::Snapshot& index, const Columns& wanted, const Array<std::uint32_t>& docs,
                     const std::optional<Array<float>>& scores, bool all_shards_statistics, Limits* limits) {
    const auto numbers = view(docs, "docs");
    const auto values = scores ? view(*scores, "scores") : std::span<const float>{};
    Array<float> out({numbers.size(), wanted.columns->size()});
    float* data = out.mutable_data();
    interruptible(limits, [&](Budget& budget) {
        budget.ask();  // few documents do not
        search::extract(index, wanted.columns, numbers, values, statistics_of(all_shards_statistics), data, &budget);
    });
    return out;
}

}  // namespace

void bind_columns(py::module_& module) {
    using py::arg;
    py::class_<Column>(module, "Column", "How one feature of a model is computed: plan/model.h.")
        .def_static(
            "query", [](const Query& query) { return Column{plan::QueryColumn{plan::prepare(query.query)}}; },
            arg("query"))
        .def_static(
            "field", [](FieldId field) { return Column{plan::FieldColumn{field}}; }, arg("field"))
        .def_static(
            "script", [](const std::shared_ptr<plan::Script>& script) { return Column{plan::ScriptColumn{script}}; },
            arg("script").none(false))
        .def_static("first_pass", [] { return Column{plan::FirstPassColumn{}}; })
        .def_static(
            "constant", [](float value) { return Column{plan::ConstantColumn{value}}; }, arg("value"))
        .def_static(
            "statistic",
            [](FieldId field, std::vector<std::string> words, const std::string& statistic,
               const std::string& aggregate) {
                return Column{plan::TermStatisticColumn{field, std::move(words), statistic_named(statistic),
                                                        aggregate_named(aggregate)}};
            },
            arg("field"), arg("words"), arg("statistic"), arg("aggregate"));
    py::class_<Columns>(module, "Columns", "The columns of a model, in order.").def(py::init(&columns), arg("named"));
    module.def("extract", &extract, arg("index"), arg("columns"), arg("docs").noconvert(), arg("scores").noconvert(),
               arg("all_shards_statistics"), arg("limits") = py::none(),
               "The columns' values for documents: search/extract.h.");
}

}  // namespace rescora::bind
