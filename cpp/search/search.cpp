/// The steps of a search: statistics, query phases, reduce, fetch.
#include "search/search.h"

#include <algorithm>

#include "base/budget.h"
#include "base/parallel.h"
#include "search/fetch.h"
#include "search/query_phase.h"
#include "search/reduce.h"
#include "search/statistics.h"
#include "search/stopwatch.h"

namespace rescora::search {

namespace {

/// The query phases of some shards, one after another.
class QueryPhases {
 public:
    QueryPhases(const index::Snapshot& index, std::size_t first_shard, std::size_t num_shards,
                const plan::Request& request, std::size_t threads, Budget* budget)
        : index_(index), request_(request), threads_(thread_count(threads, num_shards)), budget_(budget) {
        phases_.reserve(num_shards);
        for (std::size_t s = first_shard; s < first_shard + num_shards; ++s)
            phases_.emplace_back(index.shard(s), index.base(s), request);
    }

    void collect() { statistics_ = statistics_for(request_.statistics, request_, index_, budget_); }

    /// Afterwards the request's deadline has passed or does not matter.
    void run() {
        if (budget_ == nullptr || !budget_->is_timed()) {
            collect();
            for_each_shard([&](QueryPhase& phase, Arena& arena) { phase.run(statistics_, arena); });
            return;
        }
        const bool in_time = run_in_time();
        if (!in_time && !request_.allow_partial_results) throw Stopped(StopReason::deadline);
        budget_->forget_deadline();
    }

    std::vector<ShardPage> take_pages() {
        std::vector<ShardPage> pages;
        pages.reserve(phases_.size());
        for (QueryPhase& phase : phases_) pages.push_back(std::move(phase.page));
        return pages;
    }
    const plan::Statistics& statistics() const { return statistics_; }

 private:
    template <class Work>
    void for_each_shard(const Work& work) {
        const auto with_budget = [&](std::size_t s) {
            const RequestArena arena(budget_);
            work(phases_[s], arena);
        };
        parallel_for(phases_.size(), threads_, with_budget, budget_);
    }

    /// Each step on all shards before the next is begun. Whether all steps came to their end in time.
    bool run_in_time() {
        if (in_time([&] { collect(); }))
            for_each_shard([&](QueryPhase& phase, Arena& arena) { phase.find(statistics_, arena); });
        else
            for (QueryPhase& phase : phases_) phase.page.out_of_time = true;
        bool goes_on = std::ranges::none_of(phases_, [](const QueryPhase& phase) { return phase.page.out_of_time; });
        for (std::size_t i = 0; i < request_.stages.size(); ++i) {
            if (goes_on)
                goes_on = try_rescore();
            else
                for (QueryPhase& phase : phases_) phase.page.steps.push_back({phase.next_window(), 0, false});
        }
        return goes_on;
    }

    /// Whether the stage came to its end on every shard; if not, the lists are those before it.
    bool try_rescore() {
        std::vector<ShardPage> before;
        for (const QueryPhase& phase : phases_) before.push_back(phase.page);
        try {
            for_each_shard([&](QueryPhase& phase, Arena& arena) {
                ask(arena);
                phase.rescore(arena);
            });
            return true;
        } catch (...) {
            // a document that could not be scored does not matter where others were not scored
            if (budget_->reason() != StopReason::deadline) throw;
        }
        for (std::size_t s = 0; s < phases_.size(); ++s) discard_stage(phases_[s], std::move(before[s]));
        return false;
    }

    static void discard_stage(QueryPhase& phase, ShardPage before) {
        const bool done = phase.page.steps.size() > before.steps.size();
        const std::uint64_t documents = done ? phase.page.steps.back().done : 0;
        phase.page = std::move(before);
        phase.page.steps.push_back({phase.next_window(), documents, false});
    }

    const index::Snapshot& index_;
    const plan::Request& request_;
    const std::size_t threads_;
    Budget* const budget_;
    plan::Statistics statistics_;
    std::vector<QueryPhase> phases_;
};

}  // namespace

Page search(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget) {
    QueryPhases phases(index, 0, index.num_shards(), request, threads, budget);
    phases.run();
    Stopwatch watch;
    const std::vector<ShardPage> shards = phases.take_pages();
    Page page = reduce(request, shards);
    if (request.explain) {
        const RequestArena arena(budget);
        for (const IndexHit& hit : page.hits)
            page.explanations.push_back(
                explain_hit(index, request, phases.statistics(), shards[index.shard_of(hit.doc)], hit.doc, arena));
    }
    page.reduce_time = watch.lap();
    return page;
}

Explanation explain(const index::Snapshot& index, const plan::Request& request, std::uint32_t number, Budget* budget) {
    const IndexDoc doc = index.checked(0, number);
    plan::Request with_windows = request;
    with_windows.explain = true;
    with_windows.allow_partial_results = false;
    QueryPhases phases(index, index.shard_of(doc), 1, with_windows, 1, budget);
    if (request.stages.empty())  // no windows: nothing to search
        phases.collect();
    else
        phases.run();
    const RequestArena arena(budget);
    return explain_hit(index, with_windows, phases.statistics(), phases.take_pages().front(), doc, arena);
}

}  // namespace rescora::search
