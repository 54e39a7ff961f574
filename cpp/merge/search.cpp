/// The path of a request, in one function.
#include "merge/search.h"

#include <algorithm>

#include "base/parallel.h"
#include "match/explain.h"
#include "match/match.h"
#include "merge/statistics.h"
#include "plan/bind.h"
#include "retrieve/first_pass.h"

namespace rescora::merge {

namespace {

/// Warm scratch memory, one arena a thread.
Arena& scratch() {
    thread_local Arena arena;
    return arena;
}

/// Reads a clock once a step.
class Stopwatch {
 public:
    std::chrono::nanoseconds lap() {
        const auto now = std::chrono::steady_clock::now();
        return now - std::exchange(last_, now);
    }

 private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::vector<rescore::BoundStage> bind_stages(std::span<const plan::Stage> stages, const segment::Index& index,
                                             std::size_t shard, const plan::Statistics& statistics) {
    std::vector<rescore::BoundStage> bound;
    for (const plan::Stage& stage : stages)
        bound.push_back(rescore::bind(stage, index.shard(shard), statistics, static_cast<std::uint32_t>(shard)));
    return bound;
}

plan::Plan bind(const plan::QueryPtr& query, const segment::Index& index, std::size_t shard,
                const plan::Statistics& statistics, plan::Scored scored = plan::Scored::yes) {
    return plan::bind(query, index.shard(shard), statistics, static_cast<std::uint32_t>(shard), scored);
}

/// The documents of a stage's window, ascending.
std::vector<DocId> window_of(const rescore::BoundStage& stage, std::span<const Hit> hits) {
    std::vector<DocId> docs;
    for (const Hit& hit : hits.first(std::min<std::size_t>(stage.window, hits.size()))) docs.push_back(hit.doc);
    std::ranges::sort(docs);
    return docs;
}

/// As many hits as the page and every window need.
std::size_t hits_needed(const plan::Request& request) {
    std::size_t needed = std::size_t{request.from} + request.size;
    if (request.size == 0) return 0;
    for (const plan::Stage& stage : request.stages) needed = std::max<std::size_t>(needed, stage.window);
    return needed;
}

/// Of the request's words in all shards; nothing where each shard's own count.
std::optional<plan::Collected> collect_for(const segment::Index& index, const plan::Request& request) {
    if (!request.all_shards_statistics) return std::nullopt;
    return collect_from_shards(index, plan::queries_of(request));
}

ShardHits search_shard(const segment::Index& index, std::size_t number, const plan::Request& request,
                       const std::optional<plan::Collected>& collected) {
    const plan::Statistics statistics = statistics_for(index, number, collected);
    Arena& arena = scratch();
    ShardHits found;
    Stopwatch watch;

    const plan::Plan query =
        bind(request.query_to_count ? request.query_to_count : request.query, index, number, statistics);
    std::optional<plan::Plan> post_filter;
    if (request.post_filter) post_filter = bind(request.post_filter, index, number, statistics, plan::Scored::no);
    const auto stages = bind_stages(request.stages, index, number, statistics);
    found.times.bind = watch.lap();

    const retrieve::FirstPass pass{query, post_filter ? &*post_filter : nullptr, request.min_score,
                                   hits_needed(request), request.track_total_hits};
    auto candidates = retrieve::find_candidates(pass, arena);
    found.hits = std::move(candidates.hits);
    found.total = candidates.total;
    found.times.first_pass = watch.lap();

    for (const rescore::BoundStage& stage : stages) {
        if (request.explain) found.heads.push_back(window_of(stage, found.hits));
        const bool is_last = &stage == &stages.back();
        const std::size_t wanted = is_last ? std::size_t{request.from} + request.size : SIZE_MAX;
        if (!found.hits.empty()) rescore::apply(stage, found.hits, arena, wanted);
        if (rescore::exits_early(stage)) found.scored_to_end = found.hits.size();
        found.times.stages.push_back(watch.lap());
    }
    return found;
}

std::vector<ShardHits> search_shards(const segment::Index& index, const plan::Request& request,
                                     const std::optional<plan::Collected>& collected, std::size_t threads) {
    std::vector<ShardHits> shards(index.num_shards());
    parallel_for(shards.size(), thread_count(threads, shards.size()),
                 [&](std::size_t s) { shards[s] = search_shard(index, s, request, collected); });
    return shards;
}

/// Explains one document by the query, then lets each stage wrap it.
Explanation explain_hit(const segment::Index& index, const plan::Request& request,
                        const std::optional<plan::Collected>& collected, std::span<const ShardHits> shards, DocId doc) {
    const std::size_t number = index.shard_of(doc);
    const plan::Statistics statistics = statistics_for(index, number, collected);
    const DocId in_shard = doc - index.base(number);
    Explanation explanation =
        match::explain(bind(request.query, index, number, statistics), in_shard, index.field_names());
    if (request.size == 0) return explanation;
    const auto stages = bind_stages(request.stages, index, number, statistics);
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const bool in_window = std::ranges::binary_search(shards[number].heads[i], in_shard);
        explanation = std::visit(
            [&](const auto& stage) {
                return rescore::explain(stage, in_shard, in_window, index.field_names(), std::move(explanation));
            },
            stages[i].kind);
    }
    return explanation;
}

void count_total(const plan::Request& request, std::span<const ShardHits> shards, Page& page) {
    for (const ShardHits& shard : shards) page.total += shard.total;
    if (page.total <= request.track_total_hits) return;
    page.total = std::max<std::int64_t>(request.track_total_hits, 0);
    page.total_is_lower_bound = true;
}

}  // namespace

Page search(const segment::Index& index, const plan::Request& request, std::size_t threads) {
    Page page;
    const std::optional<plan::Collected> collected = collect_for(index, request);
    const std::vector<ShardHits> shards = search_shards(index, request, collected, threads);
    Stopwatch watch;
    page.hits = merge(index, shards, request.from, request.size);
    count_total(request, shards, page);
    for (const ShardHits& shard : shards) {
        if (!shard.hits.empty())
            page.max_score = std::max(page.max_score.value_or(shard.hits[0].score), shard.hits[0].score);
        if (shard.scored_to_end) page.scored_to_end = page.scored_to_end.value_or(0) + *shard.scored_to_end;
        page.times.push_back(shard.times);
    }
    if (request.explain)
        for (const Hit& hit : page.hits)
            page.explanations.push_back(explain_hit(index, request, collected, shards, hit.doc));
    page.merge_time = watch.lap();
    return page;
}

Explanation explain(const segment::Index& index, const plan::Request& request, DocId doc) {
    const std::optional<plan::Collected> collected = collect_for(index, request);
    if (request.stages.empty())
        return explain_hit(index, request, collected, {}, doc);  // no windows: nothing to search
    plan::Request with_windows = request;
    with_windows.explain = true;
    return explain_hit(index, with_windows, collected, search_shards(index, with_windows, collected, 1), doc);
}

std::vector<std::uint8_t> matches(const segment::Index& index, const plan::QueryPtr& query,
                                  std::span<const DocId> docs) {
    std::vector<std::uint8_t> matched(docs.size());
    for (std::size_t s = 0; s < index.num_shards(); ++s) {
        const plan::Statistics statistics(index.one(s));
        const plan::Plan plan = bind(query, index, s, statistics, plan::Scored::no);
        for (std::size_t i = 0; i < docs.size(); ++i) {
            if (index.shard_of(docs[i]) != s) continue;
            const Arena::Scope scope(scratch());
            match::Run run(plan, scratch());
            const DocId doc = docs[i] - index.base(s);
            matched[i] = match::matches(plan.root, {&doc, 0, 1}, run)[0];
        }
    }
    return matched;
}

}  // namespace rescora::merge
