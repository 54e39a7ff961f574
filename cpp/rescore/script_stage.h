/// The script rescorer: the script's result replaces the score.
#pragma once
#include <span>
#include <vector>

#include "base/arena.h"
#include "plan/request.h"
#include "query/describe.h"
#include "query/explanation.h"
#include "retrieve/hit.h"
#include "script/bound.h"

namespace rescora::rescore {

struct BoundScriptStage {
    std::vector<script::BoundScript> script;  ///< in each segment
    const index::ShardReader* shard;
};

/// head[i].score becomes what the script gives for the document, whose `_score` is the score before. Throws
/// DocumentError when it fails, or gives a negative score or NaN.
std::size_t rescore(const BoundScriptStage& stage, std::span<Hit> head, Arena& arena);

/// Hits beyond the window keep their scores.
inline bool keep_tail(const BoundScriptStage&, std::span<Hit>) {
    return true;
}

Explanation explain(const BoundScriptStage& stage, ShardDoc doc, bool in_window, query::FieldNames names,
                    Explanation before, Arena& arena);

}  // namespace rescora::rescore
