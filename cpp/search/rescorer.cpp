/// Hits that come from anywhere: checked, sorted, cut into shards, rescored, merged.
#include <algorithm>
#include <cmath>
#include <string>

#include "base/budget.h"
#include "base/error.h"
#include "base/parallel.h"
#include "merge/search.h"
#include "merge/statistics.h"
#include "plan/template.h"
#include "retrieve/order.h"

namespace rescora::merge {

namespace {

void check_lengths(std::span<const DocId> docs, std::span<const float> scores) {
    if (docs.size() != scores.size())
        throw InvalidArgument("docs has " + std::to_string(docs.size()) + " entries, scores has " +
                              std::to_string(scores.size()));
}

[[noreturn]] void refuse_hit(const index::Snapshot& index, std::size_t i, Hit hit) {
    const std::string place = "[" + std::to_string(i) + "] is ";
    if (hit.doc < index.num_docs()) throw InvalidArgument("scores" + place + "NaN");
    throw InvalidArgument("docs" + place + std::to_string(hit.doc) + ", the index has documents 0 to " +
                          std::to_string(std::int64_t{index.num_docs()} - 1));
}

/// Every hit, checked. They are read but once, for another thread may be writing into the caller's arrays.
std::span<Hit> checked_hits(const index::Snapshot& index, std::span<const DocId> docs, std::span<const float> scores,
                            Arena& arena) {
    check_lengths(docs, scores);
    Hit* const hits = arena.take<Hit>(docs.size());
    const std::uint32_t end = index.num_docs();
    for (std::size_t i = 0; i < docs.size(); ++i) {
        const Hit hit{docs[i], scores[i]};
        if (hit.doc >= end || std::isnan(hit.score)) refuse_hit(index, i, hit);
        hits[i] = hit;
    }
    return {hits, docs.size()};
}

void refuse_duplicates(const index::Snapshot& index, std::span<const Hit> by_doc) {
    const auto twice = std::ranges::adjacent_find(by_doc, {}, &Hit::doc);
    if (twice != by_doc.end())
        throw InvalidArgument("document " + std::to_string(twice->doc) + ", [" + std::string(index.id(twice->doc)) +
                              "], is given twice");
}

/// Best first, for windows to be cut. As numbers 0.0 and -0.0 are equal, and the document decides.
/// By document if every first window takes all hits: a stage wants them so, and nothing else depends on their order.
std::span<const Hit> sorted_hits(const index::Snapshot& index, std::span<const DocId> docs,
                                 std::span<const float> scores, bool windows_take_all, Arena& arena) {
    const std::span<Hit> hits = checked_hits(index, docs, scores, arena);
    if (windows_take_all) {
        sort_by_doc(hits, arena);
        refuse_duplicates(index, hits);
        return hits;
    }
    const auto better = [](const Hit& a, const Hit& b) {
        return a.score != b.score ? a.score > b.score : a.doc < b.doc;
    };
    const std::span<Hit> by_doc{arena.take<Hit>(hits.size()), hits.size()};
    std::ranges::copy(hits, by_doc.begin());
    sort_by_doc(by_doc, arena);
    refuse_duplicates(index, by_doc);
    if (std::ranges::is_sorted(hits, better)) return hits;  // as a first pass gives them
    sort_by_score(by_doc, Zeros::equal, arena);
    return by_doc;
}

/// The hits of each shard, in the same order.
std::vector<ShardHits> by_shard(const index::Snapshot& index, std::span<const Hit> hits) {
    std::vector<ShardHits> shards(index.num_shards());
    for (const Hit& hit : hits) {
        const std::size_t s = index.shard_of(hit.doc);
        shards[s].hits.push_back({hit.doc - index.base(s), hit.score});
    }
    return shards;
}

}  // namespace

Rescorer::Rescorer(std::shared_ptr<const index::Snapshot> index, std::vector<plan::Stage> stages,
                   bool all_shards_statistics)
    : index_(std::move(index)), all_shards_statistics_(all_shards_statistics) {
    for (const plan::Stage& stage : stages) num_texts_ = std::max(num_texts_, plan::num_texts(stage));
    const bool bind_all = num_texts_ == 0 || !all_shards_statistics_;  // statistics of all shards are of all stages
    if (num_texts_ == 0) collected_ = collect(stages, nullptr);
    steps_.reserve(stages.size());  // what is bound points at its stage
    for (plan::Stage& stage : stages) {
        const bool has_texts = !bind_all || plan::num_texts(stage) > 0;
        Step& step = steps_.emplace_back(std::move(stage), has_texts, std::vector<rescore::BoundStage>());
        if (step.has_texts) continue;
        for (std::uint32_t s = 0; s < index_->num_shards(); ++s)
            step.shards.push_back(rescore::bind(step.stage, index_->shard(s), statistics_for(*index_, s, collected_)));
    }
}

std::optional<plan::Collected> Rescorer::collect(std::span<const plan::Stage> stages, Budget* budget) const {
    if (!all_shards_statistics_) return std::nullopt;
    return collect_from_shards(*index_, plan::queries_of(stages), budget);
}

Rescorer::Filled Rescorer::fill(std::span<const std::string_view> texts, const Arena& arena) const {
    Filled filled;
    filled.stages.resize(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i)
        if (steps_[i].has_texts) filled.stages[i] = plan::fill(steps_[i].stage, texts);
    filled.collected = collect(filled.stages, arena.budget());
    return filled;
}

void Rescorer::apply(std::size_t step, const Filled* filled, std::uint32_t shard, std::vector<Hit>& hits,
                     std::size_t size, Arena& arena) const {
    if (hits.empty()) return;
    const std::size_t wanted = step + 1 == steps_.size() ? size : SIZE_MAX;
    if (!steps_[step].has_texts) return rescore::apply(steps_[step].shards[shard], hits, arena, wanted);
    const plan::Statistics statistics = statistics_for(*index_, shard, filled->collected);
    rescore::apply(rescore::bind(filled->stages[step], index_->shard(shard), statistics), hits, arena, wanted);
}

void Rescorer::apply_all(std::size_t step, const Filled* filled, std::vector<ShardHits>& shards, std::size_t size,
                         Arena& arena, StepDone& done) const {
    for (std::uint32_t s = 0; s < shards.size(); ++s) {
        const std::size_t window = std::min<std::size_t>(steps_[step].stage.window, shards[s].hits.size());
        apply(step, filled, s, shards[s].hits, size, arena);
        done.done += window;
    }
}

/// Whether the stage came to its end on every shard; if not, the lists are as before.
bool Rescorer::try_apply(std::size_t step, const Filled* filled, std::vector<ShardHits>& shards, std::size_t size,
                         Arena& arena, StepDone& done) const {
    std::vector<ShardHits> before = shards;
    const bool came_to_its_end = in_time([&] {
        ask(arena);
        apply_all(step, filled, shards, size, arena, done);
    });
    if (!came_to_its_end) shards = std::move(before);
    return came_to_its_end;
}

/// Without copies and merges: documents are numbered in the shard as in the index.
std::vector<Hit> Rescorer::in_one_shard(std::span<const Hit> sorted, const Filled* filled, std::size_t size,
                                        Arena& arena, std::vector<StepDone>* steps) const {
    std::vector<Hit> hits(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps != nullptr) {
            const std::size_t window = std::min<std::size_t>(steps_[i].stage.window, hits.size());
            steps->push_back({window, window, true});
        }
        apply(i, filled, 0, hits, size, arena);
    }
    if (hits.size() > size) hits.resize(size);
    return hits;
}

/// With `is_timed`, the list before a stage that was out of time stands.
std::vector<Hit> Rescorer::in_shards(std::span<const Hit> sorted, const Filled* filled, std::size_t size, Arena& arena,
                                     bool is_timed, std::vector<StepDone>* steps) const {
    std::vector<ShardHits> shards = by_shard(*index_, sorted);
    bool goes_on = true;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        StepDone done;
        for (const ShardHits& shard : shards)
            done.asked += std::min<std::size_t>(steps_[i].stage.window, shard.hits.size());
        if (is_timed)
            goes_on = goes_on && try_apply(i, filled, shards, size, arena, done);
        else
            apply_all(i, filled, shards, size, arena, done);
        done.complete = goes_on;
        if (steps != nullptr) steps->push_back(done);
    }
    return merge(*index_, shards, 0, size);
}

std::vector<Hit> Rescorer::operator()(std::span<const DocId> docs, std::span<const float> scores, std::size_t size,
                                      std::span<const std::string_view> texts, Budget* budget,
                                      std::vector<StepDone>* steps) const {
    if (texts.size() != num_texts_)
        throw InvalidArgument(std::to_string(num_texts_) + " texts are wanted, not " + std::to_string(texts.size()));
    Arena& arena = Arena::of_thread();
    const Arena::Budgeted budgeted(arena, budget);
    const bool is_timed = steps != nullptr && budget != nullptr && budget->is_timed();  // a list may stand as it is
    const bool windows_take_all = !is_timed && !steps_.empty() && steps_.front().stage.window >= docs.size();
    const std::span<const Hit> sorted = sorted_hits(*index_, docs, scores, windows_take_all, arena);
    const auto rescored = [&](const Filled* filled) {
        if (!is_timed && index_->num_shards() == 1) return in_one_shard(sorted, filled, size, arena, steps);
        return in_shards(sorted, filled, size, arena, is_timed, steps);
    };
    if (num_texts_ == 0) return rescored(nullptr);
    const Filled filled = fill(texts, arena);
    return rescored(&filled);
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
                        std::size_t threads, std::span<const std::string_view> texts, Budget* budget) {
    const std::vector<std::int64_t> bounds(offsets.begin(), offsets.end());  // another thread may write into offsets
    check_offsets(bounds, docs.size());
    check_lengths(docs, scores);
    const std::size_t n = bounds.size() - 1;
    if (rescorers.size() != 1 && rescorers.size() != n)
        throw InvalidArgument("params must be one for each of the " + std::to_string(n) + " windows, not " +
                              std::to_string(rescorers.size()));
    const auto rescorer = [&](std::size_t i) -> const Rescorer& { return *rescorers[rescorers.size() == 1 ? 0 : i]; };
    std::vector<std::size_t> first_text(n + 1, 0);
    for (std::size_t i = 0; i < n; ++i) first_text[i + 1] = first_text[i] + rescorer(i).num_texts();
    if (first_text.back() != texts.size())
        throw InvalidArgument(std::to_string(first_text.back()) + " texts are wanted, not " +
                              std::to_string(texts.size()));
    std::vector<std::vector<Hit>> windows(n);
    const auto rescore = [&](std::size_t i) {
        ask_after(16, i, budget);   // small windows do not ask
        std::optional<Budget> own;  // its scripts are not those of other windows
        if (budget != nullptr) own.emplace(*budget);
        const auto begin = static_cast<std::size_t>(bounds[i]), count = static_cast<std::size_t>(bounds[i + 1]) - begin;
        try {
            windows[i] = rescorer(i)(docs.subspan(begin, count), scores.subspan(begin, count), size,
                                     texts.subspan(first_text[i], rescorer(i).num_texts()), own ? &*own : nullptr);
        } catch (const InvalidArgument& error) {
            throw InvalidArgument("window " + std::to_string(i) + ": " + error.what());
        }
    };
    parallel_for(n, thread_count(threads, n), rescore, budget);

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
