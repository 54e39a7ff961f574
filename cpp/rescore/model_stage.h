/// The learning-to-rank rescorer: a model's score replaces the score before.
#pragma once
#include <span>
#include <vector>

#include "base/arena.h"
#include "features/features.h"
#include "plan/request.h"
#include "query/describe.h"
#include "query/explanation.h"
#include "retrieve/hit.h"

namespace rescora::rescore {

struct BoundModelStage {
    features::BoundColumns columns;
    const plan::ModelStage* stage;
    const index::ShardReader* shard;
};

/// head[i].score becomes what the model gives for the document's columns. With early exit only the hits that were
/// scored to the end remain, at the front, in the order of documents. Returns how many remain.
/// Throws DocumentError where the score is NaN, or a column cannot be computed.
std::size_t rescore(const BoundModelStage& stage, std::span<Hit> head, Arena& arena);

/// Hits beyond the window are dropped.
inline bool keep_tail(const BoundModelStage&, std::span<Hit>) {
    return false;
}

Explanation explain(const BoundModelStage& stage, ShardDoc doc, bool in_window, query::FieldNames names,
                    Explanation before, Arena& arena);

}  // namespace rescora::rescore
