/// Hits that come from anywhere: checked, sorted, cut into shards, rescored, merged.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.h"
#include "base/parallel.h"
#include "merge/search.h"

namespace rescora::merge {

namespace {

/// Keys order 0.0 before -0.0; as numbers they are equal, and the document decides.
void tie_zeros(std::span<std::uint64_t> keys) {
    const auto first = std::ranges::partition_point(keys, [](std::uint64_t key) { return hit_of(key).score > 0; });
    const auto last = std::partition_point(first, keys.end(), [](std::uint64_t key) { return hit_of(key).score == 0; });
    std::sort(first, last, [](std::uint64_t a, std::uint64_t b) { return hit_of(a).doc < hit_of(b).doc; });
}

void check_lengths(std::span<const DocId> docs, std::span<const float> scores) {
    if (docs.size() != scores.size())
        throw InvalidArgument("docs has " + std::to_string(docs.size()) + " entries, scores has " +
                              std::to_string(scores.size()));
}

/// The hits' keys, best first, after every one has been checked.
std::span<const std::uint64_t> sorted_keys(const segment::Index& index, std::span<const DocId> docs,
                                           std::span<const float> scores, Arena& arena) {
    check_lengths(docs, scores);
    auto* keys = arena.take<std::uint64_t>(docs.size());
    for (std::size_t i = 0; i < docs.size(); ++i) {
        if (docs[i] >= index.num_docs())
            throw InvalidArgument("docs[" + std::to_string(i) + "] is " + std::to_string(docs[i]) +
                                  ", the index has documents 0 to " +
                                  std::to_string(std::int64_t{index.num_docs()} - 1));
        if (std::isnan(scores[i])) throw InvalidArgument("scores[" + std::to_string(i) + "] is NaN");
        keys[i] = rank_key({docs[i], scores[i]});
    }
    std::sort(keys, keys + docs.size(), std::greater{});
    tie_zeros({keys, docs.size()});
    return {keys, docs.size()};
}

/// Looks at the keys, not at the caller's array, which another thread may be writing into.
void refuse_duplicates(const segment::Index& index, std::span<const std::uint64_t> keys, Arena& arena) {
    const Arena::Scope scope(arena);
    DocId* sorted = arena.take<DocId>(keys.size());
    std::ranges::transform(keys, sorted, [](std::uint64_t key) { return hit_of(key).doc; });
    std::sort(sorted, sorted + keys.size());
    const DocId* twice = std::adjacent_find(sorted, sorted + keys.size());
    if (twice != sorted + keys.size())
        throw InvalidArgument("document " + std::to_string(*twice) + ", [" + std::string(index.id(*twice)) +
                              "], is given twice");
}

}  // namespace

std::vector<Hit> Rescorer::operator()(std::span<const DocId> docs, std::span<const float> scores,
                                      std::size_t size) const {
    thread_local Arena arena;
    const Arena::Scope scope(arena);
    const auto keys = sorted_keys(*index_, docs, scores, arena);
    refuse_duplicates(*index_, keys, arena);
    std::vector<ShardHits> shards(shards_.size());
    for (const std::uint64_t key : keys) {
        const Hit hit = hit_of(key);
        const std::size_t s = index_->shard_of(hit.doc);
        shards[s].hits.push_back({hit.doc - index_->base(s), hit.score});
    }
    for (std::size_t s = 0; s < shards.size(); ++s)
        for (const rescore::BoundStage& stage : shards_[s])
            if (!shards[s].hits.empty()) rescore::apply(stage, shards[s].hits, arena);
    return merge(*index_, shards, 0, size);
}

namespace {

void check_offsets(std::span<const std::int64_t> offsets, std::size_t count) {
    if (offsets.empty() || offsets.front() != 0 || offsets.back() != static_cast<std::int64_t>(count))
        throw InvalidArgument("offsets must begin with 0 and end with " + std::to_string(count) +
                              ", the length of docs");
    for (std::size_t i = 1; i < offsets.size(); ++i)
        if (offsets[i] < offsets[i - 1])
            throw InvalidArgument("offsets must not descend: offsets[" + std::to_string(i) + "] is " +
                                  std::to_string(offsets[i]) + " after " + std::to_string(offsets[i - 1]));
}

}  // namespace

Windows rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const DocId> docs,
                        std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                        std::size_t threads) {
    const std::vector<std::int64_t> bounds(offsets.begin(), offsets.end());  // another thread may write into offsets
    check_offsets(bounds, docs.size());
    check_lengths(docs, scores);
    const std::size_t n = bounds.size() - 1;
    if (rescorers.size() != 1 && rescorers.size() != n)
        throw InvalidArgument("params must be one for each of the " + std::to_string(n) + " windows, not " +
                              std::to_string(rescorers.size()));
    std::vector<std::vector<Hit>> windows(n);
    parallel_for(n, thread_count(threads, n), [&](std::size_t i) {
        const auto begin = static_cast<std::size_t>(bounds[i]), count = static_cast<std::size_t>(bounds[i + 1]) - begin;
        try {
            windows[i] = (*rescorers[rescorers.size() == 1 ? 0 : i])(docs.subspan(begin, count),
                                                                     scores.subspan(begin, count), size);
        } catch (const InvalidArgument& error) {
            throw InvalidArgument("window " + std::to_string(i) + ": " + error.what());
        }
    });

    Windows all;
    all.offsets.push_back(0);
    for (const auto& window : windows) {
        for (const Hit& hit : window) {
            all.docs.push_back(hit.doc);
            all.scores.push_back(hit.score);
        }
        all.offsets.push_back(static_cast<std::int64_t>(all.docs.size()));
    }
    return all;
}

}  // namespace rescora::merge
