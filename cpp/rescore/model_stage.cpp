/// The learning-to-rank rescorer: the model library's arithmetic, Elasticsearch's explanations and errors.
#include "rescore/model_stage.h"

#include <charconv>
#include <cmath>
#include <string>

#include "forest/model.h"
#include "plan/fault.h"

namespace rescora::rescore {

namespace {

[[noreturn]] void raise_not_a_number(const BoundModelStage& bound, ShardDoc doc) {
    plan::Fault fault;
    fault.doc = static_cast<DocId>(doc);
    fault.code = plan::FaultCode::model_score;
    fault.text = bound.stage->model_id;
    throw plan::DocumentError(std::move(fault), std::string(bound.shard->id(doc)));
}

/// Columns of a window, one after another.
forest::Rows rows_of(const BoundModelStage& bound, std::span<const Hit> head, Arena& arena) {
    const std::size_t n = head.size();
    auto* docs = arena.take<ShardDoc>(n);
    float* scores = arena.take<float>(n);
    for (std::size_t i = 0; i < n; ++i) {
        docs[i] = head[i].doc;
        scores[i] = head[i].score;
    }
    float* columns = arena.take<float>(bound.columns.size() * n);
    bound.columns.extract({docs, n}, scores, columns, arena);
    forest::Rows rows;
    rows.narrow = columns;
    rows.row_stride = 1;
    rows.column_stride = static_cast<std::ptrdiff_t>(n);
    rows.n = n;
    return rows;
}

/// The shortest decimal that parses back to this number.
std::string number(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

/// The path through one tree, as an explanation.
Explanation explain_tree(const BoundModelStage& bound, const forest::Rows& row, std::size_t tree) {
    const forest::Forest::Path path = bound.stage->model->forest()->path(row, tree);
    std::string way;
    for (const auto& step : path.steps)
        way += bound.columns.name(step.feature) + " = " + number(step.value) + (step.right ? " right, " : " left, ");
    return explain_match(static_cast<float>(path.value),
                         "tree " + std::to_string(tree) + ": " + way + "leaf " + std::to_string(path.leaf));
}

}  // namespace

std::size_t rescore(const BoundModelStage& bound, std::span<Hit> head, Arena& arena) {
    const plan::ModelStage& stage = *bound.stage;
    const forest::Rows rows = rows_of(bound, head, arena);
    double* scores = arena.take<double>(head.size());
    std::size_t kept = head.size();
    if (stage.early_exit) {
        const forest::EarlyExit exit{stage.early_exit->after_trees, stage.early_exit->keep};
        const auto best = stage.model->score_best(rows, exit, scores, arena);
        for (std::size_t i = 0; i < best.size(); ++i) head[i] = head[best[i]];
        kept = best.size();
    } else {
        stage.model->score(rows, forest::Scores::output, scores, arena);
    }
    for (std::size_t i = 0; i < kept; ++i) {
        head[i].score = static_cast<float>(scores[i]);
        if (std::isnan(head[i].score)) raise_not_a_number(bound, head[i].doc);
    }
    return kept;
}

Explanation explain(const BoundModelStage& bound, ShardDoc doc, bool, query::FieldNames, Explanation before,
                    Arena& arena) {
    if (!before.is_match) return explain_no_match("no match found", {std::move(before)});
    const Arena::Scope scope(arena);
    const Hit hit{doc, before.value};
    const forest::Rows row = rows_of(bound, {&hit, 1}, arena);
    double score = 0;
    bound.stage->model->score(row, forest::Scores::output, &score, arena);

    std::vector<Explanation> columns, trees;
    for (std::size_t c = 0; c < bound.columns.size(); ++c)
        if (const float value = row.narrow[c]; !std::isnan(value))
            columns.push_back(explain_match(value, "feature value for [" + bound.columns.name(c) + "]"));
    for (std::size_t t = 0; t < bound.stage->model->num_trees(); ++t) trees.push_back(explain_tree(bound, row, t));
    const float first = before.value;
    std::vector<Explanation> details = {explain_match(first, "first pass query score", {std::move(before)}),
                                        explain_match(0, "extracted features", std::move(columns))};
    if (!trees.empty()) details.push_back(explain_match(0, "leaves, tree by tree", std::move(trees)));
    return explain_match(static_cast<float>(score), "rescored using LTR model " + bound.stage->model_id,
                         std::move(details));
}

}  // namespace rescora::rescore
