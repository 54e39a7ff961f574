/// A whole search: first pass and stages on every shard, then one page of hits.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "match/explanation.h"
#include "merge/merge.h"
#include "plan/request.h"
#include "rescore/rescore.h"

namespace rescora {
class Budget;
}

namespace rescora::merge {

/// How far a step of a search came: documents that it was asked about, and those of shards where it came to its end (of
/// the first pass: those that were visited).
struct StepDone {
    std::uint64_t asked = 0, done = 0;
    bool complete = true;
};

struct Page {
    std::vector<Hit> hits;  ///< numbered in the index
    std::int64_t total = 0;
    bool total_is_lower_bound = false;
    std::optional<float> max_score;
    std::optional<std::size_t> scored_to_end;  ///< documents that the last stage with early exit kept, of all shards
    std::vector<Explanation> explanations;     ///< one a hit, when asked for
    bool timed_out = false;
    std::optional<bool> terminated_early;  ///< where the request has terminate_after
    std::vector<StepDone> steps;           ///< the first pass, then each rescorer
    std::vector<ShardTimes> times;
    std::chrono::nanoseconds merge_time{};
};

/// The request's queries must have been prepared. threads: 0 for one a processor. budget: null where nobody stops it.
///
/// Where its time is over, the page has what was found: the best of the documents that the first pass visited, or the
/// list before the first rescorer that did not come to its end on every shard. So no list has scores of two steps.
///
/// Errors  DocumentError for a hit that cannot be scored; Stopped for other reasons to stop, and without
///         allow_partial_results for that one too.
Page search(const index::Snapshot& index, const plan::Request& request, std::size_t threads, Budget* budget = nullptr);

/// Why a document scores what it does in this request, whether or not it is among the hits.
Explanation explain(const index::Snapshot& index, const plan::Request& request, DocId doc, Budget* budget = nullptr);

/// Which of these documents match a query: 1 or 0, one a document. The query must have been prepared.
std::vector<std::uint8_t> matches(const index::Snapshot& index, const plan::QueryPtr& query,
                                  std::span<const DocId> docs, Budget* budget = nullptr);

/// A model's columns for documents of the index, as a rescorer would compute them, to train on.
///
/// Shapes  docs: n, in any order. scores: n first-pass scores, or none, which are NaN then. out: n rows of one value a
///         column.
/// Errors  InvalidArgument for a document that the index has not; DocumentError where a column cannot be computed.
void extract(const index::Snapshot& index, const std::shared_ptr<const plan::Columns>& columns,
             std::span<const DocId> docs, std::span<const float> scores, bool all_shards_statistics, float* out,
             Budget* budget = nullptr);

/// Stages for every shard: looks again at hits that come from anywhere. Immutable, for any number of threads.
///
/// What does not depend on texts that a call gives (plan/template.h) is bound once; stages with such texts are filled
/// and bound in each call.
class Rescorer {
 public:
    Rescorer(std::shared_ptr<const index::Snapshot> index, std::vector<plan::Stage> stages, bool all_shards_statistics);
    Rescorer(const Rescorer&) = delete;
    Rescorer& operator=(const Rescorer&) = delete;

    /// How many texts a call has to give.
    std::uint32_t num_texts() const { return num_texts_; }

    /// The best `size` after all stages. Hits are sorted, best first, and cut into shards before windows are taken.
    ///
    /// With `steps`, where one is noted for each stage, the list before a stage that was out of time is given, as by
    /// search(); else Stopped is thrown.
    ///
    /// Errors  InvalidArgument for a document that the index has not or that comes twice, for a score that is NaN, and
    ///         for another number of texts than num_texts().
    std::vector<Hit> operator()(std::span<const DocId> docs, std::span<const float> scores, std::size_t size,
                                std::span<const std::string_view> texts = {}, Budget* budget = nullptr,
                                std::vector<StepDone>* steps = nullptr) const;

 private:
    struct Step {
        plan::Stage stage;
        bool has_texts;
        std::vector<rescore::BoundStage> shards;  ///< empty where the stage has texts
    };

    /// What the texts of a call make of the stages that want some.
    struct Filled {
        std::vector<plan::Stage> stages;
        std::optional<plan::Collected> collected;
    };

    std::optional<plan::Collected> collect(std::span<const plan::Stage> stages, Budget* budget) const;
    Filled fill(std::span<const std::string_view> texts, const Arena& arena) const;
    std::vector<Hit> in_one_shard(std::span<const Hit> sorted, const Filled* filled, std::size_t size, Arena& arena,
                                  std::vector<StepDone>* steps) const;
    std::vector<Hit> in_shards(std::span<const Hit> sorted, const Filled* filled, std::size_t size, Arena& arena,
                               bool is_timed, std::vector<StepDone>* steps) const;
    bool try_apply(std::size_t step, const Filled* filled, std::vector<ShardHits>& shards, std::size_t size,
                   Arena& arena, StepDone& done) const;
    void apply_all(std::size_t step, const Filled* filled, std::vector<ShardHits>& shards, std::size_t size,
                   Arena& arena, StepDone& done) const;
    void apply(std::size_t step, const Filled* filled, std::uint32_t shard, std::vector<Hit>& hits, std::size_t size,
               Arena& arena) const;

    std::shared_ptr<const index::Snapshot> index_;
    std::vector<Step> steps_;
    std::optional<plan::Collected> collected_;  ///< of all stages, where none has texts
    std::uint32_t num_texts_ = 0;
    bool all_shards_statistics_;
};

/// Many windows at once: window i is [offsets[i], offsets[i + 1]) of docs and scores, and is rescored by rescorers[i],
/// or by rescorers[0] when there is but one.
struct Windows {
    std::vector<DocId> docs;
    std::vector<float> scores;
    std::vector<std::int64_t> offsets;
};

/// texts: those of the first window, then those of the second, and so on, as many as its rescorer wants.
Windows rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const DocId> docs,
                        std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                        std::size_t threads, std::span<const std::string_view> texts = {}, Budget* budget = nullptr);

}  // namespace rescora::merge
