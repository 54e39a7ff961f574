/// plan/query.h: one way from Python to every kind of query. A kind is made of its name and of its fields, as it
/// declares them; those below are made of other values than these.
#include "makers.h"
#include "query/describe.h"

namespace rescora::bind {

bool read(py::handle from, plan::QueryPtr& value) {
    if (!py::isinstance<Query>(from)) return false;
    value = from.cast<const Query&>().query;
    return true;
}

bool read(py::handle from, plan::ScriptPtr& value) {
    if (!py::isinstance<plan::Script>(from)) return false;
    value = from.cast<std::shared_ptr<plan::Script>>();
    return true;
}

bool read(py::handle from, plan::Function& value) {
    if (!py::isinstance<Function>(from)) return false;
    value = from.cast<const Function&>().function;
    return true;
}

/// A tuple whose filter may be None.
bool read(py::handle from, plan::ScoreFunction& value) {
    if (!PyTuple_Check(from.ptr())) return false;
    Values values("a function", from);
    values.take("function", value.function);
    values.take("weight", value.weight);
    const auto filter = values.take<std::optional<Query>>("filter");
    if (filter) value.filter = filter->query;
    values.demand_end();
    return true;
}

bool read(py::handle from, columns::GeoPoint& value) {
    std::pair<double, double> point;
    if (!read(from, point)) return false;
    value = {point.first, point.second};
    return true;
}

bool read(py::handle from, const text::Analyzer*& value) {
    if (!py::isinstance<text::Analyzer>(from)) return false;
    value = from.cast<const text::Analyzer*>();
    return true;
}

namespace {

using plan::QueryPtr;
using Words = std::vector<std::string>;

plan::Phrase phrase(Values& values) {
    plan::Phrase made{};
    values.take("field", made.field);
    values.take("terms", made.terms);
    values.take("positions", made.positions);
    values.take("slop", made.slop);
    return made;
}

plan::Phrase phrase_prefix(Values& values) {
    plan::Phrase made = phrase(values);
    made.prefix = true;
    values.take("max_expansions", made.max_expansions);
    return made;
}

/// With a slop, a phrase.
plan::GivenText text(Values& values) {
    const auto field = values.take<FieldId>("field");
    const auto* analyzer = values.take<const text::Analyzer*>("analyzer");
    plan::GivenText made{field, *analyzer, values.take<std::uint32_t>("number")};
    const auto slop = values.take<std::optional<std::uint32_t>>("slop");
    made.as = slop ? plan::GivenText::As::phrase : plan::GivenText::As::match;
    made.slop = slop.value_or(0);
    values.take("every_word", made.every_word);
    values.take("all_match_without_words", made.all_match_without_words);
    return made;
}

plan::TermRange term_range(Values& values) {
    plan::TermRange made{};
    values.take("field", made.field);
    auto low = values.take<std::optional<std::string>>("low"), high = values.take<std::optional<std::string>>("high");
    made.has_low = low.has_value();
    made.has_high = high.has_value();
    made.low = std::move(low).value_or("");
    made.high = std::move(high).value_or("");
    values.take("include_low", made.include_low);
    values.take("include_high", made.include_high);
    return made;
}

template <bool of_dates>
plan::IntegerRange integer_range(Values& values) {
    plan::IntegerRange made{};
    values.take("field", made.field);
    values.take("low", made.low);
    values.take("high", made.high);
    made.of_dates = of_dates;
    return made;
}

/// Clauses in the order that Elasticsearch adds them in, which explanations show.
plan::Bool boolean(Values& values) {
    using Queries = std::vector<QueryPtr>;
    const auto must = values.take<Queries>("must"), filter = values.take<Queries>("filter"),
               should = values.take<Queries>("should"), must_not = values.take<Queries>("must_not");
    plan::Bool made;
    const auto add = [&](plan::Occur occur, const Queries& queries) {
        for (const QueryPtr& query : queries) made.clauses.push_back({occur, query});
    };
    add(plan::Occur::must, must);
    add(plan::Occur::must_not, must_not);
    add(plan::Occur::should, should);
    add(plan::Occur::filter, filter);
    values.take("minimum_should_match", made.minimum_should_match);
    return made;
}

Query query(std::string_view kind, const py::args& fields) {
    static const auto all =
        makers<Query, decltype(plan::Query::node)>({{"phrase", made_by<Query, &phrase>},
                                                    {"phrase_prefix", made_by<Query, &phrase_prefix>},
                                                    {"text", made_by<Query, &text>},
                                                    {"term_range", made_by<Query, &term_range>},
                                                    {"integer_range", made_by<Query, &integer_range<false>>},
                                                    {"date_range", made_by<Query, &integer_range<true>>},
                                                    {"boolean", made_by<Query, &boolean>}});
    return made_of(all, kind, fields);
}

}  // namespace

void bind_query(py::module_& module) {
    using py::arg;
    py::class_<Query>(module, "Query", "What was asked, as plain data: plan/query.h.")
        .def(
            "describe",
            [](const Query& q, const Words& names) { return query::describe(*plan::rewrite(q.query), names); },
            arg("field_names"), "The rewritten query in Lucene's words.");
    module.def("query", &query, arg("kind"), "A query of a kind's name and its fields, in the order of plan/query.h.");
}

}  // namespace rescora::bind
