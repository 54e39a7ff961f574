/// What words and phrases scored on one batch, for several queries that ask for the same. Compound queries are made of
/// these and cheap beside them, so they are put together anew.
#pragma once
#include <cstdint>
#include <vector>

#include "query/batch.h"
#include "query/score.h"

namespace rescora::query {

/// Kept for one batch of one shard; the nodes that it is given must outlive it.
class Memo {
 public:
    explicit Memo(const Batch& batch) : batch_(batch) {}

    /// Whether what this node scores is worth keeping: it reads text, and the batch is the memo's.
    bool knows(const plan::Node& node, const Batch& batch) const;

    /// A copy of what an equal node scored, in the run's arena, for those above it change it; null where none did.
    Scores find(const plan::Node& node, Run& run) const;

    void keep(const plan::Node& node, const Scores& scores);

    std::size_t size() const { return entries_.size(); }

 private:
    struct Entry {
        const plan::Node* node;
        std::vector<std::uint8_t> matched;
        std::vector<float> score;
    };

    Batch batch_;
    std::vector<Entry> entries_;
};

}  // namespace rescora::query
