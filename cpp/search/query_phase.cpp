/// The query phase of one shard: bind the query, run the first pass, rescore.
#include "search/query_phase.h"

#include <algorithm>

#include "base/budget.h"
#include "query/bind.h"
#include "query/weigh.h"
#include "retrieve/first_pass.h"
#include "search/stopwatch.h"

namespace rescora::search {

namespace {

/// The documents of a stage's window, ascending.
std::vector<ShardDoc> window_of(std::span<const Hit> hits) {
    std::vector<ShardDoc> docs;
    for (const Hit& hit : hits) docs.push_back(hit.doc);
    std::ranges::sort(docs);
    return docs;
}

}  // namespace

std::size_t hits_needed(const plan::Request& request) {
    std::size_t needed = std::size_t{request.from} + request.size;
    if (request.size == 0) return 0;
    for (const plan::Stage& stage : request.stages) needed = std::max<std::size_t>(needed, stage.window);
    return needed;
}

QueryPhase::QueryPhase(const index::ShardReader& shard, std::uint32_t base, const plan::Request& request)
    : shard_(shard), request_(request) {
    page.base = base;
    page.steps.push_back({shard.num_docs(), 0, false});
}

void QueryPhase::bind(const plan::Statistics& statistics) {
    const plan::QueryPtr& query = request_.query_to_count ? request_.query_to_count : request_.query;
    Bound& bound = bound_.emplace();
    bound.query = query::bind(query::weigh(query, shard_, statistics));
    if (request_.post_filter)
        bound.post_filter = query::bind(query::weigh(request_.post_filter, shard_, statistics, query::Scored::no));
    for (const plan::Stage& stage : request_.stages) bound.stages.push_back(rescore::bind(stage, shard_, statistics));
}

void QueryPhase::find(const plan::Statistics& statistics, Arena& arena) {
    Stopwatch watch;
    page.out_of_time = !in_time([&] { ask(arena); });  // to bind a query takes its time, too
    if (page.out_of_time) return;
    bind(statistics);
    page.times.bind = watch.lap();
    const retrieve::FirstPass pass{bound_->query, bound_->post_filter, request_.min_score, request_.terminate_after};
    auto found = retrieve::find_candidates(pass, hits_needed(request_), request_.track_total_hits, arena);
    page.hits = std::move(found.hits);
    page.total = found.total;
    page.out_of_time = found.visited.out_of_time;
    page.terminated_early = found.visited.terminated_early;
    page.steps[0].done = found.visited.end;
    page.steps[0].complete = !page.out_of_time && !page.terminated_early;
    page.times.first_pass = watch.lap();
}

std::size_t QueryPhase::next_window() const {
    return std::min<std::size_t>(request_.stages[next_stage()].window, page.hits.size());
}

void QueryPhase::rescore(Arena& arena) {
    Stopwatch watch;
    const rescore::BoundStage& stage = bound_->stages[next_stage()];
    const std::size_t window = next_window();
    if (request_.explain) page.windows.push_back(window_of(std::span(page.hits).first(window)));
    const bool is_last = next_stage() + 1 == request_.stages.size();
    const std::size_t wanted = is_last ? std::size_t{request_.from} + request_.size : SIZE_MAX;
    if (!page.hits.empty()) page.hits.resize(rescore::apply(stage, page.hits, arena, wanted).size());
    if (rescore::exits_early(stage)) page.scored_to_end = page.hits.size();
    page.steps.push_back({window, window, true});
    page.times.stages.push_back(watch.lap());
}

void QueryPhase::run(const plan::Statistics& statistics, Arena& arena) {
    find(statistics, arena);
    for (std::size_t i = 0; i < request_.stages.size(); ++i) rescore(arena);
}

}  // namespace rescora::search
