/// The query rescorer, with Elasticsearch's arithmetic and explanations.
#include "rescore/query_stage.h"

#include <algorithm>
#include <cmath>

#include "base/java_math.h"
#include "query/contest.h"
#include "query/explain.h"
#include "query/score.h"
#include "retrieve/top_k.h"

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

float combine(plan::ScoreMode mode, float first, float second) {
    switch (mode) {
        case plan::ScoreMode::total:
            return first + second;
        case plan::ScoreMode::multiply:
            return first * second;
        case plan::ScoreMode::avg:
            return (first + second) / 2;
        case plan::ScoreMode::max:
            return java::max(first, second);
        case plan::ScoreMode::min:
            return java::min(first, second);
    }
    return first;
}

namespace {

/// The top hits of a window, by their scores after the stage.
class Best final : public query::Contest {
 public:
    Best(const plan::QueryStage& stage, std::span<const Hit> head, std::size_t wanted)
        : stage_(stage), head_(head), top_(wanted) {}

    bool may_win(std::uint32_t place, float most) override {
        return std::max(first(place), both(place, most)) > top_.threshold();
    }
    void matched(std::uint32_t place, float score) override { top_.add({head_[place].doc, both(place, score)}); }
    void unmatched(std::uint32_t place) override { top_.add({head_[place].doc, first(place)}); }

    std::vector<Hit> take(Arena& arena) { return top_.take(arena); }

 private:
    float first(std::uint32_t place) const { return head_[place].score * stage_.query_weight; }
    float both(std::uint32_t place, float second) const {
        return combine(stage_.mode, first(place), second * stage_.rescore_query_weight);
    }

    const plan::QueryStage& stage_;
    std::span<const Hit> head_;
    retrieve::TopK top_;
};

/// Whether the combined score is monotone in the query's score and bounded: then a hit's bound follows, step by step
/// in float, from the query's bound.
bool is_bounded(const plan::QueryStage& stage, const plan::Plan& query, std::span<const Hit> head) {
    const auto* phrase = std::get_if<plan::PhraseNode>(&query.root.kind);
    if (phrase == nullptr || !(stage.rescore_query_weight >= 0)) return false;
    const float most = phrase->weight->weight * stage.rescore_query_weight;
    return std::ranges::all_of(head, [&](const Hit& hit) {
        const float first = hit.score * stage.query_weight;
        const bool grows = stage.mode != plan::ScoreMode::multiply || first >= 0;
        return grows && std::isfinite(first) && std::isfinite(combine(stage.mode, first, most)) && std::isfinite(most);
    });
}

/// The hits of one segment.
std::size_t rescore_in(const plan::Plan& query, const plan::QueryStage& stage, std::span<Hit> head, std::size_t wanted,
                       Arena& arena) {
    const auto n = static_cast<std::uint32_t>(head.size());
    query::Run run(query, arena);
    DocId* docs = arena.take<DocId>(n);
    const DocId base = run.base;  // a loop that writes numbers reads it only once
    for (std::uint32_t i = 0; i < n; ++i) docs[i] = in_segment(base, head[i].doc);
    const query::Batch batch{docs, 0, n};
    if (wanted < n && is_bounded(stage, query, head)) {
        Best best(stage, head, wanted);
        if (query::contend(query.root, batch, run, best)) {
            const std::vector<Hit> kept = best.take(arena);
            std::ranges::copy(kept, head.begin());
            return kept.size();
        }
    }
    const query::Scores second = query::score(query.root, batch, run);
    run.raise_faults(batch, second.matched);
    const float query_weight = stage.query_weight, rescore_query_weight = stage.rescore_query_weight;
    for (std::uint32_t i = 0; i < n; ++i) {
        const float first = head[i].score * query_weight;
        head[i].score = second.matched[i] ? combine(stage.mode, first, second.score[i] * rescore_query_weight) : first;
    }
    return n;
}

}  // namespace

std::size_t rescore(const BoundQueryStage& bound, std::span<Hit> head, std::size_t wanted, Arena& arena) {
    if (bound.query.size() == 1) return rescore_in(bound.query.front(), *bound.stage, head, wanted, arena);
    const auto doc_at = [&](std::size_t i) { return head[i].doc; };
    bound.shard->for_each_segment(head.size(), doc_at, [&](std::size_t segment, std::size_t begin, std::size_t end) {
        const Arena::Scope scope(arena);
        // all remain, for those that one segment could leave out are the best of its own only
        rescore_in(bound.query[segment], *bound.stage, head.subspan(begin, end - begin), SIZE_MAX, arena);
    });
    return head.size();
}

bool keep_tail(const BoundQueryStage& bound, std::span<Hit> tail) {
    for (Hit& hit : tail) hit.score *= bound.stage->query_weight;
    return true;
}

Explanation explain(const BoundQueryStage& bound, ShardDoc doc, bool in_window, query::FieldNames names,
                    Explanation before, Arena& arena) {
    const plan::QueryStage& stage = *bound.stage;
    if (!before.is_match) return explain_no_match("First pass did not match", {std::move(before)});
    Explanation first = weighted(std::move(before), stage.query_weight, "primaryWeight");
    if (!in_window) return first;
    const plan::Plan& query = bound.query[bound.shard->segment_of(doc)];
    Explanation second = query::explain(query, in_segment(query.base(), doc), names, arena);
    if (!second.is_match) return first;
    second = weighted(std::move(second), stage.rescore_query_weight, "secondaryWeight");
    const float value = combine(stage.mode, first.value, second.value);
    return explain_match(value, name_of(stage.mode) + " of:", {std::move(first), std::move(second)});
}

}  // namespace rescora::rescore
