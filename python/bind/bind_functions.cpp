/// plan/functions.h: one way from Python to every kind of function of function_score, as to queries.
#include "makers.h"

namespace rescora::bind {

namespace {

/// Of a field that may not be mapped.
void take_field_or_none(Values& values, FieldId& field) {
    field = values.take<std::optional<FieldId>>("field").value_or(no_field);
}

plan::FieldValueFactor field_value_factor(Values& values) {
    plan::FieldValueFactor made{};
    take_field_or_none(values, made.field);
    values.take("name", made.name);
    values.take("factor", made.factor);
    values.take("modifier", made.modifier);
    values.take("missing", made.missing);
    return made;
}

plan::RandomScore random_score(Values& values) {
    plan::RandomScore made{};
    values.take("source", made.source);
    take_field_or_none(values, made.field);
    values.take("points", made.points);
    values.take("seed", made.seed);
    values.take("index_salt", made.index_salt);
    return made;
}

Function function(std::string_view kind, const py::args& fields) {
    static const auto all =
        makers<Function, plan::Function>({{"field_value_factor", made_by<Function, &field_value_factor>},
                                          {"random_score", made_by<Function, &random_score>}});
    return made_of(all, kind, fields);
}

}  // namespace

void bind_functions(py::module_& module) {
    py::class_<Function>(module, "Function", "A function of function_score: plan/functions.h.");
    module.def("function", &function, py::arg("kind"), "A function of a kind's name and its fields, as a query.");
}

}  // namespace rescora::bind
