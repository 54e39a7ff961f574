/// The query phase: one shard's part of a search, the first pass and then each stage.
#pragma once
#include <optional>
#include <vector>

#include "base/arena.h"
#include "index/shard_reader.h"
#include "plan/node.h"
#include "plan/request.h"
#include "rescore/rescore.h"
#include "search/page.h"

namespace rescora::search {

/// As many hits of a shard as the page and every window need.
std::size_t hits_needed(const plan::Request& request);

/// The steps in one shard; run() takes all of them. What is given must outlive it, and it knows nothing else: shards
/// may be of different indexes, processes and machines. The request's queries must have been prepared.
///
/// The arena's budget may stop each step. Where the time is over the first pass gives what it has; else Stopped is
/// thrown, and the page is of no use.
///
/// Errors  DocumentError for a hit that cannot be scored; InvalidArgument where a boost makes a weight infinite.
class QueryPhase {
 public:
    /// base: the number in the index of the shard's first document.
    QueryPhase(const index::ShardReader& shard, std::uint32_t base, const plan::Request& request);

    void find(const plan::Statistics& statistics, Arena& arena);
    /// Does the next stage.
    void rescore(Arena& arena);
    void run(const plan::Statistics& statistics, Arena& arena);

    /// Hits that the next stage will look at.
    std::size_t next_window() const;

    ShardPage page;

 private:
    struct Bound {
        std::vector<plan::Plan> query, post_filter;  ///< in each segment
        std::vector<rescore::BoundStage> stages;
    };

    void bind(const plan::Statistics& statistics);
    std::size_t next_stage() const { return page.steps.size() - 1; }

    const index::ShardReader& shard_;
    const plan::Request& request_;
    std::optional<Bound> bound_;
};

}  // namespace rescora::search
