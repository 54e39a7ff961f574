/// Sends each kind of query to its `describe`.
#include "query/describe.h"

#include "query/kinds.h"

namespace rescora::query {

std::string Describer::of(const plan::Query& query) const {
    return std::visit([&](const auto& kind) { return describe(kind, *this); }, query.node);
}

std::string describe(const plan::Query& query, FieldNames names) {
    return Describer{names}.of(query);
}

std::string describe_for_document(const plan::Query& query, FieldNames names) {
    const Describer describer{names};
    if (const auto* range = std::get_if<plan::IntegerRange>(&query.node)) return by_doc_values(*range, describer);
    if (const auto* range = std::get_if<plan::RealRange>(&query.node)) return by_doc_values(*range, describer);
    return describe(query, names);
}

}  // namespace rescora::query
