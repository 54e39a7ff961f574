/// The path of a request, in one function.
#include "merge/search.h"

#include <algorithm>

#include "base/budget.h"
#include "base/parallel.h"
#include "match/explain.h"
#include "match/match.h"
#include "merge/statistics.h"
#include "plan/bind.h"
#include "plan/weigh.h"
#include "retrieve/first_pass.h"

namespace rescora::merge {

namespace {

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

std::vector<rescore::BoundStage> bind_stages(std::span<const plan::Stage> stages, const index::ShardReader& shard,
                                             const plan::Statistics& statistics) {
    std::vector<rescore::BoundStage> bound;
    for (const plan::Stage& stage : stages) bound.push_back(rescore::bind(stage, shard, statistics));
    return bound;
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
std::optional<plan::Collected> collect_for(const index::Snapshot& index, const plan::Request& request, Budget* budget) {
    if (!request.all_shards_statistics) return std::nullopt;
    return collect_from_shards(index, plan::queries_of(request), budget);
}

/// The queries of a request bound to one shard.
struct BoundRequest {
    std::vector<plan::Plan> query, post_filter;
    std::vector<rescore::BoundStage> stages;
};

BoundRequest bind_request(const index::Snapshot& index, std::size_t number, const plan::Request& request,
                          const std::optional<plan::Collected>& collected) {
    const index::ShardReader& shard = index.shard(number);
    const plan::Statistics statistics = statistics_for(index, number, collected);
    const plan::QueryPtr& query = request.query_to_count ? request.query_to_count : request.query;
    BoundRequest bound{plan::bind(plan::weigh(query, shard, statistics)), {}, {}};
    if (request.post_filter)
        bound.post_filter = plan::bind(plan::weigh(request.post_filter, shard, statistics, plan::Scored::no));
    bound.stages = bind_stages(request.stages, shard, statistics);
    return bound;
}

/// The steps of a search over all shards.
class Steps {
 public:
    Steps(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget)
        : index_(index),
          request_(request),
          threads_(thread_count(threads, index.num_shards())),
          budget_(budget),
          bound_(index.num_shards()),
          found_(index.num_shards()) {}

    /// Each shard on its own, from the first step to the last.
    void run() {
        collect();
        for_each_shard([&](std::size_t s) {
            find(s);
            for (std::size_t i = 0; i < request_.stages.size(); ++i) {
                ask_for(s, i);
                rescore(s, i);
            }
        });
    }

    /// Each step on all shards, until the time is over.
    void run_in_time() {
        if (in_time([&] { collect(); }))
            for_each_shard([&](std::size_t s) { find(s); });
        else
            for (ShardHits& found : found_) found.out_of_time = true;
        timed_out_ = std::ranges::any_of(found_, &ShardHits::out_of_time);
        for (std::size_t i = 0; i < request_.stages.size(); ++i) {
            for (std::size_t s = 0; s < found_.size(); ++s) ask_for(s, i);
            timed_out_ = timed_out_ || !try_rescore(i);
            if (!timed_out_) complete_ = i + 1;
        }
    }

    bool timed_out() const { return timed_out_; }

    std::span<const ShardHits> found() const { return found_; }
    const std::optional<plan::Collected>& collected() const { return collected_; }

    /// What was done, the first pass first.
    std::vector<StepDone> done() const {
        std::vector<StepDone> all(1 + request_.stages.size());
        for (std::size_t i = 0; timed_out_ && i < request_.stages.size(); ++i) all[1 + i].complete = i < complete_;
        for (std::size_t s = 0; s < found_.size(); ++s) {
            all[0].asked += index_.shard(s).num_docs();
            all[0].done += found_[s].visited;
            all[0].complete = all[0].complete && !found_[s].out_of_time && !found_[s].terminated_early;
            for (std::size_t i = 0; i < found_[s].asked.size(); ++i) {
                all[1 + i].asked += found_[s].asked[i];
                all[1 + i].done += found_[s].done[i];
            }
        }
        return all;
    }

 private:
    template <class Work>
    void for_each_shard(const Work& work) {
        const auto with_budget = [&](std::size_t s) {
            const Arena::Budgeted budgeted(Arena::of_thread(), budget_);
            work(s);
        };
        parallel_for(found_.size(), threads_, with_budget, budget_);
    }

    void collect() { collected_ = collect_for(index_, request_, budget_); }

    void find(std::size_t s) {
        Stopwatch watch;
        if (!in_time([] { ask(Arena::of_thread()); })) {  // to bind a query takes its time, too
            found_[s].out_of_time = true;
            return;
        }
        const BoundRequest& bound = bound_[s].emplace(bind_request(index_, s, request_, collected_));
        ShardHits& found = found_[s];
        found.times.bind = watch.lap();
        const retrieve::FirstPass pass{bound.query,           bound.post_filter,         request_.min_score,
                                       hits_needed(request_), request_.track_total_hits, request_.terminate_after};
        auto candidates = retrieve::find_candidates(pass, Arena::of_thread());
        found.hits = std::move(candidates.hits);
        found.total = candidates.total;
        found.visited = candidates.visited;
        found.out_of_time = candidates.out_of_time;
        found.terminated_early = candidates.terminated_early;
        found.times.first_pass = watch.lap();
    }

    /// Notes that a stage is to come.
    void ask_for(std::size_t s, std::size_t i) {
        found_[s].asked.push_back(std::min<std::size_t>(request_.stages[i].window, found_[s].hits.size()));
        found_[s].done.push_back(0);
    }

    void rescore(std::size_t s, std::size_t i) {
        Stopwatch watch;
        ShardHits& found = found_[s];
        const rescore::BoundStage& stage = bound_[s]->stages[i];
        if (request_.explain) found.heads.push_back(window_of(stage, found.hits));
        const bool is_last = i + 1 == request_.stages.size();
        const std::size_t wanted = is_last ? std::size_t{request_.from} + request_.size : SIZE_MAX;
        if (!found.hits.empty()) rescore::apply(stage, found.hits, Arena::of_thread(), wanted);
        if (rescore::exits_early(stage)) found.scored_to_end = found.hits.size();
        found.done.back() = found.asked.back();
        found.times.stages.push_back(watch.lap());
    }

    /// Whether the stage came to its end on every shard; if not, all is as before.
    bool try_rescore(std::size_t i) {
        std::vector<ShardHits> before = found_;
        try {
            for_each_shard([&](std::size_t s) {
                if (budget_ != nullptr) budget_->ask();
                rescore(s, i);
            });
            return true;
        } catch (...) {
            // a document that could not be scored is of no account where others were not asked about
            if (budget_->reason() != StopReason::deadline) throw;
        }
        for (std::size_t s = 0; s < before.size(); ++s) {
            before[s].done = std::move(found_[s].done);
            found_[s] = std::move(before[s]);
        }
        return false;
    }

    const index::Snapshot& index_;
    const plan::Request& request_;
    const std::size_t threads_;
    Budget* const budget_;
    std::optional<plan::Collected> collected_;  ///< from all shards, where their statistics count together
    std::vector<std::optional<BoundRequest>> bound_;
    std::vector<ShardHits> found_;
    bool timed_out_ = false;
    std::size_t complete_ = 0;  ///< stages that all shards have done, where the time matters
};

/// Takes the steps of a search. Afterwards its time is over or of no account.
Steps run_steps(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget) {
    Steps steps(index, request, threads, budget);
    if (budget == nullptr || !budget->is_timed()) {
        steps.run();
        return steps;
    }
    steps.run_in_time();
    if (steps.timed_out() && !request.allow_partial_results) throw Stopped(StopReason::deadline);
    budget->forget_deadline();
    return steps;
}

/// Explains one document by the query, then lets each stage wrap it.
Explanation explain_hit(const index::Snapshot& index, const plan::Request& request,
                        const std::optional<plan::Collected>& collected, std::span<const ShardHits> shards, DocId doc,
                        Budget* budget) {
    const Arena::Budgeted budgeted(Arena::of_thread(), budget);
    ask(Arena::of_thread());
    const std::size_t number = index.shard_of(doc);
    const plan::Statistics statistics = statistics_for(index, number, collected);
    const index::ShardReader& shard = index.shard(number);
    const DocId in_shard = doc - index.base(number);
    const std::size_t segment = shard.segment_of(in_shard);
    const plan::Plan query = plan::bind(plan::weigh(request.query, shard, statistics), segment);
    Explanation explanation = match::explain(query, in_shard - query.base(), index.field_names(), Arena::of_thread());
    if (request.size == 0) return explanation;
    const auto stages = bind_stages(request.stages, shard, statistics);
    const std::size_t complete = shards.empty() ? 0 : shards[number].heads.size();
    for (std::size_t i = 0; i < complete; ++i) {
        const bool in_window = std::ranges::binary_search(shards[number].heads[i], in_shard);
        explanation = std::visit(
            [&](const auto& stage) {
                return rescore::explain(stage, in_shard, in_window, index.field_names(), std::move(explanation),
                                        Arena::of_thread());
            },
            stages[i].kind);
    }
    return explanation;
}

void count_total(const plan::Request& request, std::span<const ShardHits> shards, Page& page) {
    for (const ShardHits& shard : shards) {
        page.total += shard.total;
        page.total_is_lower_bound |= shard.out_of_time;
    }
    if (page.total <= request.track_total_hits) return;
    page.total = std::max<std::int64_t>(request.track_total_hits, 0);
    page.total_is_lower_bound = true;
}

}  // namespace

Page search(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget) {
    Page page;
    const Steps steps = run_steps(index, request, threads, budget);
    const std::span<const ShardHits> shards = steps.found();
    Stopwatch watch;
    page.hits = merge(index, shards, request.from, request.size);
    count_total(request, shards, page);
    page.steps = steps.done();
    page.timed_out = steps.timed_out();
    if (request.terminate_after != 0) page.terminated_early = std::ranges::any_of(shards, &ShardHits::terminated_early);
    for (const ShardHits& shard : shards) {
        if (!shard.hits.empty())
            page.max_score = std::max(page.max_score.value_or(shard.hits[0].score), shard.hits[0].score);
        if (shard.scored_to_end) page.scored_to_end = page.scored_to_end.value_or(0) + *shard.scored_to_end;
        page.times.push_back(shard.times);
    }
    if (request.explain)
        for (const Hit& hit : page.hits)
            page.explanations.push_back(explain_hit(index, request, steps.collected(), shards, hit.doc, budget));
    page.merge_time = watch.lap();
    return page;
}

Explanation explain(const index::Snapshot& index, const plan::Request& request, DocId doc, Budget* budget) {
    if (request.stages.empty())  // no windows: nothing to search
        return explain_hit(index, request, collect_for(index, request, budget), {}, doc, budget);
    plan::Request with_windows = request;
    with_windows.explain = true;
    with_windows.allow_partial_results = false;
    const Steps steps = run_steps(index, with_windows, 1, budget);
    return explain_hit(index, with_windows, steps.collected(), steps.found(), doc, budget);
}

std::vector<std::uint8_t> matches(const index::Snapshot& index, const plan::QueryPtr& query,
                                  std::span<const DocId> docs, Budget* budget) {
    const Arena::Budgeted budgeted(Arena::of_thread(), budget);
    std::vector<std::uint8_t> matched(docs.size());
    for (std::size_t s = 0; s < index.num_shards(); ++s) {
        const index::ShardReader& shard = index.shard(s);
        const auto weighted = plan::weigh(query, shard, plan::Statistics(index.one(s)), plan::Scored::no);
        const std::vector<plan::Plan> plans = plan::bind(weighted);
        for (std::size_t i = 0; i < docs.size(); ++i) {
            if (index.shard_of(docs[i]) != s) continue;
            if (i % 64 == 63) ask(Arena::of_thread());
            const plan::Plan& plan = plans[shard.segment_of(docs[i] - index.base(s))];
            const Arena::Scope scope(Arena::of_thread());
            match::Run run(plan, Arena::of_thread());
            const DocId doc = docs[i] - index.base(s) - plan.base();
            matched[i] = match::matches(plan.root, {&doc, 0, 1}, run)[0];
        }
    }
    return matched;
}

}  // namespace rescora::merge
