/// plan/request.h: stages and requests, as plain data.
#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "forest/model.h"
#include "plan/prepare.h"
#include "plan/request.h"
#include "plan/template.h"
#include "query.h"

namespace rescora::bind {

namespace {

using plan::QueryPtr;

QueryPtr of(const Query& query) {
    return query.query;
}

plan::ScoreMode mode_named(std::string_view name) {
    if (name == "total") return plan::ScoreMode::total;
    if (name == "multiply") return plan::ScoreMode::multiply;
    if (name == "avg") return plan::ScoreMode::avg;
    if (name == "max") return plan::ScoreMode::max;
    if (name == "min") return plan::ScoreMode::min;
    throw InvalidArgument("illegal score_mode [" + shown(name) + "]");
}

plan::Stage query_stage(std::uint32_t window, const Query& query, float query_weight, float rescore_query_weight,
                        std::string_view mode) {
    const QueryPtr asked = plan::prepare_unless_template(of(query));
    return {window, plan::QueryStage{asked, query_weight, rescore_query_weight, mode_named(mode)}};
}

plan::Stage model_stage(std::uint32_t window, std::string model_id, std::shared_ptr<forest::Model> model,
                        const Columns& columns, std::optional<std::pair<std::uint32_t, std::uint32_t>> early_exit) {
    plan::ModelStage stage{std::move(model_id), std::move(model), columns.columns, {}};
    if (early_exit) stage.early_exit = {early_exit->first, early_exit->second};
    if (early_exit && stage.model->num_groups() != 1)
        throw InvalidArgument("early exit needs a model of one ensemble of trees");
    if (stage.columns->size() != stage.model->num_features())
        throw InvalidArgument("the model has " + std::to_string(stage.model->num_features()) + " features, not " +
                              std::to_string(stage.columns->size()));
    return {window, std::move(stage)};
}

plan::Request request(const Query& query, const std::optional<Query>& post_filter, std::optional<float> min_score,
                      std::vector<plan::Stage> stages, std::uint32_t from, std::uint32_t size,
                      std::int64_t track_total_hits, bool all_shards_statistics, bool explain,
                      std::uint32_t terminate_after, bool allow_partial_results) {
    const bool only_counted = size == 0 && !min_score && plan::has_functions(of(query));
    const auto prepared = [](const QueryPtr& asked) { return plan::prepare_unless_template(asked); };
    return {prepared(of(query)),
            only_counted ? prepared(plan::make(plan::ConstantScore{of(query)})) : nullptr,
            post_filter ? prepared(of(*post_filter)) : nullptr,
            min_score,
            std::move(stages),
            from,
            size,
            track_total_hits,
            statistics_of(all_shards_statistics),
            explain,
            terminate_after,
            allow_partial_results};
}

}  // namespace

void bind_query(py::module_& module);
void bind_functions(py::module_& module);
void bind_columns(py::module_& module);

void bind_plan(py::module_& module) {
    using py::arg;
    bind_query(module);
    bind_functions(module);
    bind_columns(module);

    py::class_<plan::Stage>(module, "Stage", "One rescorer: plan/request.h.")
        .def_static(
            "script",
            [](std::uint32_t window, const std::shared_ptr<plan::Script>& script) {
                return plan::Stage{window, plan::ScriptStage{script}};
            },
            arg("window"), arg("script").none(false))
        .def_static("model", &model_stage, arg("window"), arg("model_id"), arg("model").none(false), arg("columns"),
                    arg("early_exit"))
        .def_static("query", &query_stage, arg("window"), arg("query"), arg("query_weight"),
                    arg("rescore_query_weight"), arg("score_mode"));
    py::class_<plan::Request>(module, "Request", "A whole search: plan/request.h.")
        .def(py::init(&request), arg("query"), arg("post_filter"), arg("min_score"), arg("stages"), arg("from_"),
             arg("size"), arg("track_total_hits"), arg("all_shards_statistics"), arg("explain"),
             arg("terminate_after") = 0, arg("allow_partial_results") = true)
        .def_property_readonly(
            "num_texts", [](const plan::Request& request) { return plan::num_texts(request); },
            "How many texts a search has to give: plan/template.h.");
}

}  // namespace rescora::bind
