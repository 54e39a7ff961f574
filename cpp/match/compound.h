/// Scores nodes that are made of others.
#pragma once
#include "match/match.h"

namespace rescora::match {

Scores score_node(const plan::ConstantNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::BoolNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::DisMaxNode& node, const Batch& batch, Run& run);
Scores score_node(const plan::BoostingNode& node, const Batch& batch, Run& run);

}  // namespace rescora::match
