/// What of a request wants statistics of terms.
#pragma once
#include <span>
#include <vector>

#include "plan/request.h"

namespace rescora::plan {

/// It must not outlive the request.
struct WantsStatistics {
    std::vector<QueryPtr> queries;
    std::vector<const TermStatisticColumn*> columns;

    void add(const QueryPtr& query) { queries.push_back(query); }
    void add(const Columns& columns);
    void add(std::span<const Stage> stages);
};

/// Of a request's query and its stages; or of its stages or columns alone.
WantsStatistics wants_statistics(const Request& request);
template <class Some>
WantsStatistics wants_statistics(const Some& some) {
    WantsStatistics wants;
    wants.add(some);
    return wants;
}

}  // namespace rescora::plan
