/// A query, and a model's columns, as Python holds them.
#pragma once
#include <memory>
#include <utility>

#include "plan/model.h"
#include "plan/query.h"

namespace rescora::bind {

struct Query {
    plan::QueryPtr query;
};

template <class Node>
Query given(Node node) {
    return {plan::make(std::move(node))};
}

struct Columns {
    std::shared_ptr<const plan::Columns> columns;
};

}  // namespace rescora::bind
