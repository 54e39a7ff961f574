/// One stage over one shard's hits.
#include "rescore/rescore.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "match/match.h"

namespace rescora::rescore {

namespace {

/// Whether -0 and 0 are one score when hits are ordered. Elasticsearch's two sorts differ in it.
enum class Zeros { equal, ordered };

void sort_hits(std::span<Hit> hits, Zeros zeros, Arena& arena) {
    const Arena::Scope scope(arena);
    struct Entry {
        std::uint64_t key;
        float score;  // kept: the key may have lost the sign of a zero
    };
    Entry* entries = arena.take<Entry>(hits.size());
    for (std::size_t i = 0; i < hits.size(); ++i) {
        Hit as_key = hits[i];
        if (zeros == Zeros::equal && as_key.score == 0) as_key.score = 0;
        entries[i] = {rank_key(as_key), hits[i].score};
    }
    std::sort(entries, entries + hits.size(), [](const Entry& a, const Entry& b) { return a.key > b.key; });
    for (std::size_t i = 0; i < hits.size(); ++i) hits[i] = {hit_of(entries[i].key).doc, entries[i].score};
}

/// Scores the head with the rescore query, in document order, and writes the combined scores.
void rescore_head(const BoundStage& bound, std::span<Hit> head, Arena& arena) {
    const Arena::Scope scope(arena);
    const auto n = static_cast<std::uint32_t>(head.size());
    const plan::Stage& stage = *bound.stage;
    std::sort(head.begin(), head.end(), [](const Hit& a, const Hit& b) { return a.doc < b.doc; });
    DocId* docs = arena.take<DocId>(n);
    for (std::uint32_t i = 0; i < n; ++i) docs[i] = head[i].doc;

    match::Run run(bound.query, arena);
    const match::Scores second = match::score(bound.query.root, {docs, 0, n}, run);
    for (std::uint32_t i = 0; i < n; ++i) {
        const float first = head[i].score * stage.query_weight;
        head[i].score =
            second.matched[i] ? combine(stage.mode, first, second.score[i] * stage.rescore_query_weight) : first;
    }
}

/// Java's Math.max and Math.min: NaN wins, and 0 is above -0.
float java_max(float a, float b) {
    if (std::isnan(a) || std::isnan(b)) return a + b;
    if (a == b) return std::signbit(a) ? b : a;
    return a > b ? a : b;
}

float java_min(float a, float b) {
    if (std::isnan(a) || std::isnan(b)) return a + b;
    if (a == b) return std::signbit(a) ? a : b;
    return a < b ? a : b;
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
            return java_max(first, second);
        case plan::ScoreMode::min:
            return java_min(first, second);
    }
    return first;
}

void apply(const BoundStage& stage, std::vector<Hit>& hits, Arena& arena) {
    const std::size_t window = std::min<std::size_t>(stage.stage->window, hits.size());
    const auto head = std::span(hits).first(window), tail = std::span(hits).subspan(window);
    rescore_head(stage, head, arena);
    sort_hits(head, Zeros::equal, arena);
    if (tail.empty()) return;
    for (Hit& hit : tail) hit.score *= stage.stage->query_weight;
    sort_hits(hits, Zeros::ordered, arena);
}

}  // namespace rescora::rescore
