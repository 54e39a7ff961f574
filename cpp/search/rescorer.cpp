/// Rescores hits of any engine: checks and sorts them, splits them by shard, applies the stages, merges.
#include "search/rescorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "plan/template.h"
#include "retrieve/order.h"
#include "search/lengths.h"
#include "search/reduce.h"
#include "search/statistics.h"

namespace rescora::search {

namespace {

[[noreturn]] void refuse_hit(const index::Snapshot& index, std::size_t place, std::uint32_t number) {
    index.checked(place, number);
    throw InvalidArgument("scores[" + std::to_string(place) + "] is NaN");
}

/// Every hit, checked. They are read but once, for another thread may be writing into the caller's arrays.
///
/// AnyHit: of the index; or, in an index of one shard, of that shard, whose numbers are the same.
template <class AnyHit>
std::span<AnyHit> checked_hits(const index::Snapshot& index, std::span<const std::uint32_t> docs,
                               std::span<const float> scores, Arena& arena) {
    check_lengths(docs, scores);
    auto* const hits = arena.take<AnyHit>(docs.size());
    const std::uint32_t end = index.num_docs();
    for (std::size_t i = 0; i < docs.size(); ++i) {
        const std::uint32_t number = docs[i];
        const float score = scores[i];
        if (number >= end || std::isnan(score)) refuse_hit(index, i, number);
        hits[i] = {decltype(AnyHit::doc){number}, score};
    }
    return {hits, docs.size()};
}

template <class AnyHit>
void refuse_duplicates(const index::Snapshot& index, std::span<const AnyHit> by_doc) {
    const auto twice = std::ranges::adjacent_find(by_doc, {}, &AnyHit::doc);
    if (twice == by_doc.end()) return;
    const auto number = static_cast<std::uint32_t>(twice->doc);
    throw InvalidArgument("document " + std::to_string(number) + ", [" + std::string(index.id(IndexDoc{number})) +
                          "], is given twice");
}

/// Best first, for windows to be cut. As numbers 0.0 and -0.0 are equal, and the document decides.
/// By document if every first window takes all hits: a stage wants them so, and nothing else depends on their order.
template <class AnyHit>
std::span<AnyHit> sorted_hits(const index::Snapshot& index, std::span<const std::uint32_t> docs,
                              std::span<const float> scores, bool windows_take_all, Arena& arena) {
    const std::span<AnyHit> hits = checked_hits<AnyHit>(index, docs, scores, arena);
    if (windows_take_all) {
        sort_by_doc(hits, arena);
        refuse_duplicates<AnyHit>(index, hits);
        return hits;
    }
    const auto better = [](const AnyHit& a, const AnyHit& b) {
        return a.score != b.score ? a.score > b.score : a.doc < b.doc;
    };
    const std::span<AnyHit> by_doc{arena.take<AnyHit>(hits.size()), hits.size()};
    std::ranges::copy(hits, by_doc.begin());
    sort_by_doc(by_doc, arena);
    refuse_duplicates<AnyHit>(index, by_doc);
    if (std::ranges::is_sorted(hits, better)) return hits;  // as a first pass gives them
    sort_by_score(by_doc, Zeros::equal, arena);
    return by_doc;
}

/// The best `size` of the only shard, by the numbers of the index, which are the same.
std::vector<IndexHit> page_of_one_shard(std::span<const Hit> hits, std::size_t size) {
    std::vector<IndexHit> page(std::min(size, hits.size()));
    static_assert(sizeof(IndexHit) == sizeof(Hit) && std::is_trivially_copyable_v<Hit>);
    void* const to = page.data();
    if (!page.empty()) std::memcpy(to, hits.data(), page.size() * sizeof(Hit));
    return page;
}

/// The hits of each shard, in the same order.
std::vector<ShardPage> by_shard(const index::Snapshot& index, std::span<const IndexHit> hits) {
    std::vector<ShardPage> shards(index.num_shards());
    for (std::size_t s = 0; s < shards.size(); ++s) shards[s].base = index.base(s);
    for (const IndexHit& hit : hits) {
        const std::size_t s = index.shard_of(hit.doc);
        shards[s].hits.emplace_back(in_shard(index.base(s), hit.doc), hit.score);
    }
    return shards;
}

}  // namespace

Rescorer::Rescorer(std::shared_ptr<const index::Snapshot> index, std::vector<plan::Stage> stages,
                   plan::StatisticsOf statistics_of)
    : index_(std::move(index)), statistics_of_(statistics_of) {
    for (const plan::Stage& stage : stages) num_texts_ = std::max(num_texts_, plan::num_texts(stage));
    // statistics of all shards are of all stages: where one has texts, none is bound before they are known
    const bool bind_all = num_texts_ == 0 || statistics_of_ == plan::StatisticsOf::shard;
    const plan::Statistics all = bind_all ? statistics(stages, nullptr) : plan::Statistics();
    steps_.reserve(stages.size());  // what is bound points at its stage
    for (plan::Stage& stage : stages) {
        const bool has_texts = !bind_all || plan::num_texts(stage) > 0;
        Step& step = steps_.emplace_back(std::move(stage), has_texts, std::vector<rescore::BoundStage>());
        if (step.has_texts) continue;
        for (std::uint32_t s = 0; s < index_->num_shards(); ++s)
            step.shards.push_back(rescore::bind(step.stage, index_->shard(s), all));
    }
}

plan::Statistics Rescorer::statistics(std::span<const plan::Stage> stages, Budget* budget) const {
    return statistics_for(statistics_of_, stages, *index_, budget);
}

Rescorer::Filled Rescorer::fill(std::span<const std::string_view> texts, const Arena& arena) const {
    Filled filled;
    filled.stages.resize(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i)
        if (steps_[i].has_texts) filled.stages[i] = plan::fill(steps_[i].stage, texts);
    filled.statistics = statistics(filled.stages, arena.budget());
    return filled;
}

std::span<Hit> Rescorer::apply(std::size_t step, const Filled* filled, std::uint32_t shard, std::span<Hit> hits,
                               std::size_t size, Arena& arena) const {
    if (hits.empty()) return hits;
    const std::size_t wanted = step + 1 == steps_.size() ? size : SIZE_MAX;
    if (!steps_[step].has_texts) return rescore::apply(steps_[step].shards[shard], hits, arena, wanted);
    const auto bound = rescore::bind(filled->stages[step], index_->shard(shard), filled->statistics);
    return rescore::apply(bound, hits, arena, wanted);
}

void Rescorer::apply_all(std::size_t step, const Filled* filled, std::vector<ShardPage>& shards, std::size_t size,
                         Arena& arena, StepDone& done) const {
    for (std::uint32_t s = 0; s < shards.size(); ++s) {
        const std::size_t window = std::min<std::size_t>(steps_[step].stage.window, shards[s].hits.size());
        shards[s].hits.resize(apply(step, filled, s, shards[s].hits, size, arena).size());
        done.done += window;
    }
}

/// Whether the stage came to its end on every shard; if not, the lists are as before.
bool Rescorer::try_apply(std::size_t step, const Filled* filled, std::vector<ShardPage>& shards, std::size_t size,
                         Arena& arena, StepDone& done) const {
    std::vector<ShardPage> before = shards;
    const bool came_to_its_end = in_time([&] {
        ask(arena);
        apply_all(step, filled, shards, size, arena, done);
    });
    if (!came_to_its_end) shards = std::move(before);
    return came_to_its_end;
}

/// Without copies and merges: documents are numbered in the shard as in the index.
std::vector<IndexHit> Rescorer::in_one_shard(std::span<Hit> hits, const Filled* filled, std::size_t size, Arena& arena,
                                             std::vector<StepDone>* steps) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps != nullptr) {
            const std::size_t window = std::min<std::size_t>(steps_[i].stage.window, hits.size());
            steps->push_back({window, window, true});
        }
        hits = apply(i, filled, 0, hits, size, arena);
    }
    return page_of_one_shard(hits, size);
}

/// With `is_timed`, the list before a stage that was out of time stands.
std::vector<IndexHit> Rescorer::in_shards(std::span<const IndexHit> sorted, const Filled* filled, std::size_t size,
                                          Arena& arena, bool is_timed, std::vector<StepDone>* steps) const {
    std::vector<ShardPage> shards = by_shard(*index_, sorted);
    bool goes_on = true;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        StepDone done;
        for (const ShardPage& shard : shards)
            done.asked += std::min<std::size_t>(steps_[i].stage.window, shard.hits.size());
        if (is_timed)
            goes_on = goes_on && try_apply(i, filled, shards, size, arena, done);
        else
            apply_all(i, filled, shards, size, arena, done);
        done.complete = goes_on;
        if (steps != nullptr) steps->push_back(done);
    }
    return merge(shards, 0, size);
}

std::vector<IndexHit> Rescorer::operator()(std::span<const std::uint32_t> docs, std::span<const float> scores,
                                           std::size_t size, std::span<const std::string_view> texts, Budget* budget,
                                           std::vector<StepDone>* steps) const {
    if (texts.size() != num_texts_)
        throw InvalidArgument(std::to_string(num_texts_) + " texts are wanted, not " + std::to_string(texts.size()));
    const RequestArena arena(budget);
    const bool is_timed = steps != nullptr && budget != nullptr && budget->is_timed();  // a list may stand as it is
    const bool windows_take_all = !is_timed && !steps_.empty() && steps_.front().stage.window >= docs.size();
    const auto rescored = [&](const Filled* filled) {
        if (!is_timed && index_->num_shards() == 1)
            return in_one_shard(sorted_hits<Hit>(*index_, docs, scores, windows_take_all, arena), filled, size, arena,
                                steps);
        return in_shards(sorted_hits<IndexHit>(*index_, docs, scores, windows_take_all, arena), filled, size, arena,
                         is_timed, steps);
    };
    if (num_texts_ == 0) return rescored(nullptr);
    const Filled filled = fill(texts, arena);
    return rescored(&filled);
}

}  // namespace rescora::search
