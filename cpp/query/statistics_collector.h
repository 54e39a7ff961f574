/// What one shard tells of the terms that queries score. Queries of which only the documents count tell nothing,
/// whatever is in them.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "query/collect.h"
#include "query/weigh.h"

namespace rescora::query {

class StatisticsCollector {
 public:
    explicit StatisticsCollector(const index::ShardReader& asked) : shard(asked) {}

    const index::ShardReader& shard;

    /// The whole query: its kind's `collect`.
    void visit(const plan::QueryPtr& query, Scored scored);

    void tell(FieldId field) { fields_.insert(field); }
    void tell(FieldId field, std::string term, std::uint64_t document_frequency) {
        frequencies_[{field, std::move(term)}] = document_frequency;
    }

    void add_to(plan::Statistics& statistics) const {
        for (const FieldId field : fields_) statistics.add(field, shard.field(field)->statistics());
        for (const auto& [word, document_frequency] : frequencies_)
            statistics.add(word.first, word.second, document_frequency);
    }

 private:
    std::set<FieldId> fields_;
    std::map<std::pair<FieldId, std::string>, std::uint64_t> frequencies_;
};

/// Kinds without words tell nothing.
template <class Kind>
void collect(const Kind&, Scored, StatisticsCollector&) {}

}  // namespace rescora::query
