/// The second pass alone: rescores hits of any engine.
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "index/snapshot.h"
#include "plan/request.h"
#include "rescore/rescore.h"
#include "search/page.h"

namespace rescora {
class Budget;
}

namespace rescora::search {

/// Stages for every shard. Immutable, for any number of threads.
///
/// What does not depend on texts that a call gives (plan/template.h) is bound once; stages with such texts are filled
/// and bound in each call.
class Rescorer {
 public:
    Rescorer(std::shared_ptr<const index::Snapshot> index, std::vector<plan::Stage> stages,
             plan::StatisticsOf statistics_of);
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
    std::vector<IndexHit> operator()(std::span<const std::uint32_t> docs, std::span<const float> scores,
                                     std::size_t size, std::span<const std::string_view> texts = {},
                                     Budget* budget = nullptr, std::vector<StepDone>* steps = nullptr) const;

 private:
    struct Step {
        plan::Stage stage;
        bool has_texts;
        std::vector<rescore::BoundStage> shards;  ///< empty where the stage has texts
    };

    /// What the texts of a call make of the stages that want some.
    struct Filled {
        std::vector<plan::Stage> stages;
        plan::Statistics statistics;
    };

    plan::Statistics statistics(std::span<const plan::Stage> stages, Budget* budget) const;
    Filled fill(std::span<const std::string_view> texts, const Arena& arena) const;
    std::vector<IndexHit> in_one_shard(std::span<Hit> hits, const Filled* filled, std::size_t size, Arena& arena,
                                       std::vector<StepDone>* steps) const;
    std::vector<IndexHit> in_shards(std::span<const IndexHit> sorted, const Filled* filled, std::size_t size,
                                    Arena& arena, bool is_timed, std::vector<StepDone>* steps) const;
    bool try_apply(std::size_t step, const Filled* filled, std::vector<ShardPage>& shards, std::size_t size,
                   Arena& arena, StepDone& done) const;
    void apply_all(std::size_t step, const Filled* filled, std::vector<ShardPage>& shards, std::size_t size,
                   Arena& arena, StepDone& done) const;
    std::span<Hit> apply(std::size_t step, const Filled* filled, std::uint32_t shard, std::span<Hit> hits,
                         std::size_t size, Arena& arena) const;

    std::shared_ptr<const index::Snapshot> index_;
    std::vector<Step> steps_;
    std::uint32_t num_texts_ = 0;
    plan::StatisticsOf statistics_of_;
};

}  // namespace rescora::search
