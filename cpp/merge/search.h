/// A whole search: first pass and stages on every shard, then one page of hits.
#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "match/explanation.h"
#include "merge/merge.h"
#include "plan/request.h"
#include "rescore/rescore.h"

namespace rescora::merge {

struct Page {
    std::vector<Hit> hits;  ///< numbered in the index
    std::int64_t total = 0;
    bool total_is_lower_bound = false;
    std::optional<float> max_score;
    std::optional<std::size_t> scored_to_end;  ///< documents that the last stage with early exit kept, of all shards
    std::vector<Explanation> explanations;     ///< one a hit, when asked for
    std::vector<ShardTimes> times;
    std::chrono::nanoseconds merge_time{};
};

/// The request's queries must have been prepared. threads: 0 for one a processor.
Page search(const segment::Index& index, const plan::Request& request, std::size_t threads);

/// Why a document scores what it does in this request, whether or not it is among the hits.
Explanation explain(const segment::Index& index, const plan::Request& request, DocId doc);

/// Which of these documents match a query: 1 or 0, one a document. The query must have been prepared.
std::vector<std::uint8_t> matches(const segment::Index& index, const plan::QueryPtr& query,
                                  std::span<const DocId> docs);

/// A model's columns for documents of the index, as a rescorer would compute them, to train on.
///
/// Shapes  docs: n, in any order. scores: n first-pass scores, or none, which are NaN then. out: n rows of one value a
///         column.
/// Errors  InvalidArgument for a document that the index has not; DocumentError where a column cannot be computed.
void extract(const segment::Index& index, const std::shared_ptr<const plan::Columns>& columns,
             std::span<const DocId> docs, std::span<const float> scores, bool all_shards_statistics, float* out);

/// Stages bound to every shard: looks again at hits that come from anywhere. Immutable, for any number of threads.
class Rescorer {
 public:
    Rescorer(std::shared_ptr<const segment::Index> index, std::vector<plan::Stage> stages, bool all_shards_statistics);
    Rescorer(const Rescorer&) = delete;
    Rescorer& operator=(const Rescorer&) = delete;

    /// The best `size` after all stages. Hits are sorted, best first, and cut into shards before windows are taken.
    ///
    /// Errors  InvalidArgument for a document that the index has not or that comes twice, and for a score that is NaN.
    std::vector<Hit> operator()(std::span<const DocId> docs, std::span<const float> scores, std::size_t size) const;

 private:
    std::shared_ptr<const segment::Index> index_;
    std::vector<plan::Stage> stages_;
    std::vector<std::vector<rescore::BoundStage>> shards_;  ///< shard by shard, stage by stage
};

/// Many windows at once: window i is [offsets[i], offsets[i + 1]) of docs and scores, and is rescored by rescorers[i],
/// or by rescorers[0] when there is but one.
struct Windows {
    std::vector<DocId> docs;
    std::vector<float> scores;
    std::vector<std::int64_t> offsets;
};

Windows rescore_windows(std::span<const Rescorer* const> rescorers, std::span<const DocId> docs,
                        std::span<const float> scores, std::span<const std::int64_t> offsets, std::size_t size,
                        std::size_t threads);

}  // namespace rescora::merge
