/// k-way merge of the shards' hits; totals and steps are summed.
#include "search/reduce.h"

#include <algorithm>

namespace rescora::search {

namespace {

std::vector<IndexHit> page_of(std::span<const Hit> hits, std::uint32_t base, std::size_t from, std::size_t size) {
    from = std::min(from, hits.size());
    const auto page = hits.subspan(from, std::min(size, hits.size() - from));
    std::vector<IndexHit> numbered(page.size());
    std::ranges::transform(page, numbered.begin(),
                           [base](Hit hit) { return IndexHit{in_index(base, hit.doc), hit.score}; });
    return numbered;
}

}  // namespace

std::vector<IndexHit> merge(std::span<const ShardPage> shards, std::size_t from, std::size_t size) {
    if (shards.size() == 1) return page_of(shards.front().hits, shards.front().base, from, size);
    std::size_t all = 0;
    for (const ShardPage& shard : shards) all += shard.hits.size();
    std::vector<std::size_t> next(shards.size(), 0);
    std::vector<IndexHit> merged;
    merged.reserve(std::min(size, all - std::min(from, all)));
    for (std::size_t taken = 0; merged.size() < size; ++taken) {
        std::size_t best = shards.size();
        for (std::size_t s = 0; s < shards.size(); ++s) {
            if (next[s] == shards[s].hits.size()) continue;
            if (best == shards.size() || shards[s].hits[next[s]].score > shards[best].hits[next[best]].score) best = s;
        }
        if (best == shards.size()) break;
        const Hit hit = shards[best].hits[next[best]++];
        if (taken >= from) merged.emplace_back(in_index(shards[best].base, hit.doc), hit.score);
    }
    return merged;
}

namespace {

void add_total(const plan::Request& request, std::span<const ShardPage> shards, Page& page) {
    for (const ShardPage& shard : shards) {
        page.total += shard.total;
        page.total_is_lower_bound |= shard.out_of_time;
    }
    if (page.total <= request.track_total_hits) return;
    page.total = std::max<std::int64_t>(request.track_total_hits, 0);
    page.total_is_lower_bound = true;
}

void add_steps(const ShardPage& shard, Page& page) {
    for (std::size_t i = 0; i < shard.steps.size(); ++i) {
        page.steps[i].asked += shard.steps[i].asked;
        page.steps[i].done += shard.steps[i].done;
        page.steps[i].complete = page.steps[i].complete && shard.steps[i].complete;
    }
}

}  // namespace

Page reduce(const plan::Request& request, std::span<const ShardPage> shards) {
    Page page;
    page.hits = merge(shards, request.from, request.size);
    add_total(request, shards, page);
    page.steps.resize(1 + request.stages.size());
    for (const ShardPage& shard : shards) {
        add_steps(shard, page);
        page.timed_out |= shard.out_of_time;
        if (!shard.hits.empty())
            page.max_score = std::max(page.max_score.value_or(shard.hits[0].score), shard.hits[0].score);
        if (shard.scored_to_end) page.scored_to_end = page.scored_to_end.value_or(0) + *shard.scored_to_end;
        page.times.push_back(shard.times);
    }
    for (std::size_t i = 1; i < page.steps.size(); ++i) page.timed_out |= !page.steps[i].complete;
    if (request.terminate_after != 0) page.terminated_early = std::ranges::any_of(shards, &ShardPage::terminated_early);
    return page;
}

}  // namespace rescora::search
