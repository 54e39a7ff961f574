/// A query as Python holds it.
#pragma once
#include "plan/query.h"

namespace rescora::bind {

struct Query {
    plan::QueryPtr query;
};

}  // namespace rescora::bind
