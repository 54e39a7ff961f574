/// The best head of all lists, again and again.
#include "merge/merge.h"

#include <algorithm>

namespace rescora::merge {

namespace {

std::vector<Hit> page_of(std::span<const Hit> hits, DocId base, std::size_t from, std::size_t size) {
    from = std::min(from, hits.size());
    const auto page = hits.subspan(from, std::min(size, hits.size() - from));
    std::vector<Hit> numbered(page.size());
    std::ranges::transform(page, numbered.begin(), [base](Hit hit) { return Hit{base + hit.doc, hit.score}; });
    return numbered;
}

}  // namespace

std::vector<Hit> merge(const index::Snapshot& index, std::span<const ShardHits> shards, std::size_t from,
                       std::size_t size) {
    if (shards.size() == 1) return page_of(shards.front().hits, index.base(0), from, size);
    std::size_t all = 0;
    for (const ShardHits& shard : shards) all += shard.hits.size();
    std::vector<std::size_t> next(shards.size(), 0);
    std::vector<Hit> merged;
    merged.reserve(std::min(size, all - std::min(from, all)));
    for (std::size_t taken = 0; merged.size() < size; ++taken) {
        std::size_t best = shards.size();
        for (std::size_t s = 0; s < shards.size(); ++s) {
            if (next[s] == shards[s].hits.size()) continue;
            if (best == shards.size() || shards[s].hits[next[s]].score > shards[best].hits[next[best]].score) best = s;
        }
        if (best == shards.size()) break;
        const Hit hit = shards[best].hits[next[best]++];
        if (taken >= from) merged.push_back({index.base(best) + hit.doc, hit.score});
    }
    return merged;
}

}  // namespace rescora::merge
