/// Sends each kind of node to the function that scores it. A new kind of node is added to plan/node.h, and here it
/// finds its score_node by itself.
#include "match/match.h"

#include "match/compound.h"
#include "match/leaves.h"
#include "match/phrase.h"

namespace rescora::match {

Scores score(const plan::Node& node, const Batch& batch, Run& run) {
    return std::visit([&](const auto& kind) { return score_node(kind, batch, run); }, node.kind);
}

}  // namespace rescora::match
