/// Queries and columns, in the order of the request.
#include "plan/wants_statistics.h"

namespace rescora::plan {

void WantsStatistics::add(const Columns& all) {
    for (const NamedColumn& named : all) {
        if (const auto* column = std::get_if<QueryColumn>(&named.column)) queries.push_back(column->query);
        if (const auto* column = std::get_if<TermStatisticColumn>(&named.column)) columns.push_back(column);
    }
}

void WantsStatistics::add(std::span<const Stage> stages) {
    for (const Stage& stage : stages) {
        if (const auto* asked = std::get_if<QueryStage>(&stage.kind)) queries.push_back(asked->query);
        if (const auto* model = std::get_if<ModelStage>(&stage.kind)) add(*model->columns);
    }
}

WantsStatistics wants_statistics(const Request& request) {
    WantsStatistics wants;
    wants.add(request.query);
    wants.add(request.stages);
    return wants;
}

}  // namespace rescora::plan
