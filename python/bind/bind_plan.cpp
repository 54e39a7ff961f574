/// plan/: queries and requests, as plain data.
#include "arrays.h"
#include "base/error.h"
#include "base/shown.h"
#include "forest/model.h"
#include "query/describe.h"
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

std::vector<QueryPtr> of(const std::vector<Query>& queries) {
    std::vector<QueryPtr> all;
    for (const Query& query : queries) all.push_back(query.query);
    return all;
}

using Words = std::vector<std::string>;

Query term(FieldId field, std::string word) {
    return given(plan::Term{field, std::move(word)});
}

Query phrase(FieldId field, std::vector<Words> terms, std::vector<std::uint32_t> positions, std::uint32_t slop) {
    return given(plan::Phrase{field, std::move(terms), std::move(positions), slop});
}

Query phrase_prefix(FieldId field, std::vector<Words> terms, std::vector<std::uint32_t> positions, std::uint32_t slop,
                    std::uint32_t max_expansions) {
    return given(plan::Phrase{field, std::move(terms), std::move(positions), slop, true, max_expansions});
}

Query text(FieldId field, const text::Analyzer& analyzer, std::uint32_t number, std::optional<std::uint32_t> slop,
           bool every_word, bool all_match_without_words) {
    const auto as = slop ? plan::GivenText::As::phrase : plan::GivenText::As::match;
    return given(plan::GivenText{field, analyzer, number, as, slop.value_or(0), every_word, all_match_without_words});
}

Query term_range(FieldId field, std::optional<std::string> low, std::optional<std::string> high, bool include_low,
                 bool include_high) {
    return given(plan::TermRange{field, low.has_value(), high.has_value(), include_low, include_high,
                                 std::move(low).value_or(""), std::move(high).value_or("")});
}

/// Clauses in the order that Elasticsearch adds them in, which explanations show.
Query boolean(const std::vector<Query>& must, const std::vector<Query>& filter, const std::vector<Query>& should,
              const std::vector<Query>& must_not, std::uint32_t minimum_should_match) {
    std::vector<plan::Clause> clauses;
    const auto add = [&](plan::Occur occur, const std::vector<Query>& queries) {
        for (const Query& query : queries) clauses.push_back({occur, query.query});
    };
    add(plan::Occur::must, must);
    add(plan::Occur::must_not, must_not);
    add(plan::Occur::should, should);
    add(plan::Occur::filter, filter);
    return given(plan::Bool{std::move(clauses), minimum_should_match});
}

Query blended(const std::vector<std::pair<FieldId, std::string>>& terms, std::vector<float> boosts, float tie_breaker) {
    std::vector<plan::Term> all;
    for (const auto& [field, word] : terms) all.push_back({field, word});
    return given(plan::Blended{std::move(all), std::move(boosts), tie_breaker});
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

void bind_functions(py::module_& module, py::class_<Query>& query_class);
void bind_columns(py::module_& module);

void bind_plan(py::module_& module) {
    using py::arg;
    py::class_<Query> query_class(module, "Query", "What was asked, as plain data: plan/query.h.");
    query_class.def_static("match_all", [] { return given(plan::MatchAll{}); })
        .def_static("match_none", [] { return given(plan::MatchNone{}); })
        .def_static("term", &term, arg("field"), arg("term"))
        .def_static("phrase", &phrase, arg("field"), arg("terms"), arg("positions"), arg("slop"))
        .def_static("phrase_prefix", &phrase_prefix, arg("field"), arg("terms"), arg("positions"), arg("slop"),
                    arg("max_expansions"))
        .def_static("text", &text, arg("field"), arg("analyzer"), arg("number"), arg("slop"), arg("every_word"),
                    arg("all_match_without_words"))
        .def_static(
            "terms", [](FieldId f, Words w) { return given(plan::Terms{f, std::move(w)}); }, arg("field"), arg("terms"))
        .def_static(
            "prefix", [](FieldId f, std::string p) { return given(plan::Prefix{f, std::move(p)}); }, arg("field"),
            arg("prefix"))
        .def_static("term_range", &term_range, arg("field"), arg("low"), arg("high"), arg("include_low"),
                    arg("include_high"))
        .def_static(
            "integers", [](FieldId f, std::vector<std::int64_t> v) { return given(plan::Integers{f, std::move(v)}); },
            arg("field"), arg("values"))
        .def_static(
            "reals",
            [](FieldId f, std::vector<double> v, bool single) { return given(plan::Reals{f, std::move(v), single}); },
            arg("field"), arg("values"), arg("single"))
        .def_static(
            "integer_range",
            [](FieldId f, std::int64_t low, std::int64_t high) { return given(plan::IntegerRange{f, low, high}); },
            arg("field"), arg("low"), arg("high"))
        .def_static(
            "date_range",
            [](FieldId f, std::int64_t low, std::int64_t high) {
                return given(plan::IntegerRange{f, low, high, true});
            },
            arg("field"), arg("low"), arg("high"))
        .def_static(
            "real_range",
            [](FieldId f, double low, double high, bool single) {
                return given(plan::RealRange{f, low, high, single});
            },
            arg("field"), arg("low"), arg("high"), arg("single"))
        .def_static(
            "exists", [](FieldId f) { return given(plan::Exists{f}); }, arg("field"))
        .def_static(
            "ids", [](Words ids) { return given(plan::Ids{std::move(ids)}); }, arg("ids"))
        .def_static("boolean", &boolean, arg("must"), arg("filter"), arg("should"), arg("must_not"),
                    arg("minimum_should_match"))
        .def_static(
            "dis_max", [](const std::vector<Query>& q, float tie) { return given(plan::DisMax{of(q), tie}); },
            arg("queries"), arg("tie_breaker"))
        .def_static(
            "constant_score", [](const Query& q) { return given(plan::ConstantScore{of(q)}); }, arg("query"))
        .def_static(
            "boosting",
            [](const Query& positive, const Query& negative, float negative_boost) {
                return given(plan::Boosting{of(positive), of(negative), negative_boost});
            },
            arg("positive"), arg("negative"), arg("negative_boost"))
        .def_static(
            "boost", [](const Query& q, float boost) { return given(plan::Boost{of(q), boost}); }, arg("query"),
            arg("boost"))
        .def_static("blended", &blended, arg("terms"), arg("boosts"), arg("tie_breaker"))
        .def(
            "describe", [](const Query& q, const Words& names) { return query::describe(*plan::rewrite(of(q)), names); },
            arg("field_names"), "The rewritten query in Lucene's words.");
    bind_functions(module, query_class);

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
