/// A query, a function, and a model's columns, as Python holds them.
#pragma once
#include <memory>

#include "plan/model.h"
#include "plan/query.h"
#include "plan/statistics.h"

namespace rescora::bind {

struct Query {
    plan::QueryPtr query;
};

struct Function {
    plan::Function function;
};

/// Python says it by a flag.
inline plan::StatisticsOf statistics_of(bool all_shards) {
    return all_shards ? plan::StatisticsOf::all_shards : plan::StatisticsOf::shard;
}

struct Columns {
    std::shared_ptr<const plan::Columns> columns;
};

}  // namespace rescora::bind
