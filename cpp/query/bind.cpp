/// Sends each kind of query to its `bind`.
#include "query/bind.h"

#include "query/kinds.h"

namespace rescora::query {

plan::Node Binder::bind(const plan::Weighted& weighted) {
    plan::Node node =
        weighted.can_match
            ? std::visit([&](const auto& kind) { return query::bind(kind, weighted, *this); }, weighted.query->node)
            : nothing();
    node.origin = weighted.query;
    return node;
}

plan::Plan bind(const plan::WeightedQuery& weighted, std::size_t segment) {
    Binder binder(*weighted.shard, segment);
    return {weighted, segment, binder};
}

std::vector<plan::Plan> bind(const plan::WeightedQuery& weighted) {
    std::vector<plan::Plan> plans;
    plans.reserve(weighted.shard->num_segments());
    for (std::size_t s = 0; s < weighted.shard->num_segments(); ++s) {
        Binder binder(*weighted.shard, s);
        plans.emplace_back(weighted, s, binder);
    }
    return plans;
}

}  // namespace rescora::query
