/// In the words of Elasticsearch's query rescorer.
#include "rescore/explain.h"

#include "match/explain.h"

namespace rescora::rescore {

namespace {

std::string name_of(plan::ScoreMode mode) {
    switch (mode) {
        case plan::ScoreMode::total:
            return "sum";
        case plan::ScoreMode::multiply:
            return "product";
        case plan::ScoreMode::avg:
            return "avg";
        case plan::ScoreMode::max:
            return "max";
        case plan::ScoreMode::min:
            return "min";
    }
    return "sum";
}

Explanation weighted(Explanation explanation, float weight, std::string name) {
    const float value = explanation.value * weight;
    return explain_match(value, "product of:", {std::move(explanation), explain_match(weight, std::move(name))});
}

}  // namespace

Explanation explain(const BoundStage& stage, DocId doc, bool in_window, plan::FieldNames names, Explanation before) {
    if (!before.is_match) return explain_no_match("First pass did not match", {std::move(before)});
    Explanation first = weighted(std::move(before), stage.stage->query_weight, "primaryWeight");
    if (!in_window) return first;
    Explanation second = match::explain(stage.query, doc, names);
    if (!second.is_match) return first;
    second = weighted(std::move(second), stage.stage->rescore_query_weight, "secondaryWeight");
    const float value = combine(stage.stage->mode, first.value, second.value);
    return explain_match(value, name_of(stage.stage->mode) + " of:", {std::move(first), std::move(second)});
}

}  // namespace rescora::rescore
