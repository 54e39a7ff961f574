/// Sends each kind of node to its `best` and `next`. Bounds of leaves come from the headers of their lists' blocks;
/// those of clauses are put together as scores are.
#include "query/bounds.h"

#include "query/kinds.h"

namespace rescora::query {

float best(const plan::Node& node, const Range& range) {
    return std::visit([&](const auto& kind) { return best(kind, range); }, node.kind);
}

DocId next(const plan::Node& node, DocId from, Run& run) {
    return std::visit([&](const auto& kind) { return next(kind, from, run); }, node.kind);
}

}  // namespace rescora::query
