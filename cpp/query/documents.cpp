/// A test of each document, or a search among those that are named.
#include "query/documents.h"

#include <algorithm>

#include "query/constants.h"
#include "query/describe_ids.h"

namespace rescora::query {

void weigh(const plan::Exists& query, plan::Weighted& weighted, Weigher& weigher) {
    const auto has_any = [](const segment::Field* part) { return part != nullptr && part->has_any(); };
    const auto* field = weigher.shard.field(query.field);
    if (field == nullptr || std::ranges::none_of(field->parts(), has_any)) Weigher::cannot_match(weighted);
}
void weigh(const plan::Ids&, plan::Weighted&, Weigher&) {}

plan::Node bind(const plan::Exists& query, const plan::Weighted& weighted, Binder& binder) {
    const auto* field = binder.segment.field(query.field);
    return field != nullptr ? plan::Node{plan::ExistsNode{field, weighted.boost}, nullptr} : Binder::nothing();
}
plan::Node bind(const plan::Ids& query, const plan::Weighted& weighted, Binder& binder) {
    plan::DocumentsNode node{{}, weighted.boost};
    const segment::Segment& segment = binder.segment;
    for (const std::string& id : query.ids)
        if (const DocId doc = segment.find_id(id); doc < segment.num_docs()) node.docs.push_back(doc);
    std::ranges::sort(node.docs);
    return {std::move(node), nullptr};
}

std::string describe(const plan::Exists& query, const Describer& describer) {
    return "FieldExistsQuery [field=" + describer.names[query.field] + "]";
}
std::string describe(const plan::Ids& query, const Describer&) {
    return describe_ids(query.ids);
}

Scores score(const plan::ExistsNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [&](DocId doc) { return node.field->has(doc); });
}
Scores score(const plan::DocumentsNode& node, const Batch& batch, Run& run) {
    return score_where(batch, run, node.score, [&](DocId doc) { return std::ranges::binary_search(node.docs, doc); });
}

float best(const plan::ExistsNode& node, const Range&) {
    return node.score;
}
float best(const plan::DocumentsNode& node, const Range&) {
    return node.score;
}

DocId next(const plan::DocumentsNode& node, DocId from, Run&) {
    const auto at = std::ranges::lower_bound(node.docs, from);
    return at == node.docs.end() ? no_doc : *at;
}

}  // namespace rescora::query
