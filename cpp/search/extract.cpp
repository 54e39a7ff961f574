/// Feature logging, shard by shard; rows come in the order of the documents given.
#include "search/extract.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "features/features.h"
#include "search/statistics.h"

namespace rescora::search {

namespace {

/// The places of the documents, documents ascending. A document may come twice: scored twice, it does no harm.
std::vector<std::uint32_t> places_by_doc(std::span<const IndexDoc> docs) {
    std::vector<std::uint32_t> places(docs.size());
    std::iota(places.begin(), places.end(), 0u);
    std::ranges::stable_sort(places, {}, [&](std::uint32_t place) { return docs[place]; });
    return places;
}

/// Some documents of one shard, into their rows.
void extract_some(const features::BoundColumns& bound, std::span<const std::uint32_t> places,
                  std::span<const IndexDoc> docs, std::uint32_t base, std::span<const float> scores, float* out,
                  Arena& arena) {
    const Arena::Scope scope(arena);
    const std::size_t n = places.size();
    auto* local = arena.take<ShardDoc>(n);
    float* first_pass = arena.take<float>(n);
    for (std::size_t i = 0; i < n; ++i) {
        local[i] = in_shard(base, docs[places[i]]);
        first_pass[i] = scores.empty() ? std::nanf("") : scores[places[i]];
    }
    float* by_column = arena.take<float>(bound.size() * n);
    bound.extract({local, n}, first_pass, by_column, arena);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t c = 0; c < bound.size(); ++c) out[places[i] * bound.size() + c] = by_column[c * n + i];
}

}  // namespace

void extract(const index::Snapshot& index, const std::shared_ptr<const plan::Columns>& columns,
             std::span<const std::uint32_t> numbers, std::span<const float> scores, plan::StatisticsOf statistics_of,
             float* out, Budget* budget) {
    constexpr std::size_t together = 4096;  // memory stays in bounds, however many documents a judgment has
    const RequestArena arena(budget);
    if (!scores.empty() && scores.size() != numbers.size())
        throw InvalidArgument("scores has " + std::to_string(scores.size()) + " entries, docs has " +
                              std::to_string(numbers.size()));
    std::vector<IndexDoc> docs(numbers.size());  // read once: another thread may write into the array
    for (std::size_t i = 0; i < docs.size(); ++i) docs[i] = index.checked(i, numbers[i]);
    const std::vector<std::uint32_t> places = places_by_doc(docs);
    const plan::Statistics statistics = statistics_for(statistics_of, *columns, index, budget);
    std::span<const std::uint32_t> rest = places;
    for (std::size_t s = 0; s < index.num_shards() && !rest.empty(); ++s) {
        const std::uint32_t base = index.base(s);
        const IndexDoc end_doc{base + index.shard(s).num_docs()};
        const auto end = std::ranges::find_if(rest, [&](std::uint32_t place) { return docs[place] >= end_doc; });
        std::span<const std::uint32_t> its = rest.first(static_cast<std::size_t>(end - rest.begin()));
        rest = rest.subspan(its.size());
        if (its.empty()) continue;
        const features::BoundColumns bound(columns, index.shard(s), statistics);
        for (; !its.empty(); its = its.subspan(std::min(together, its.size())))
            extract_some(bound, its.first(std::min(together, its.size())), docs, base, scores, out, arena);
    }
}

}  // namespace rescora::search
