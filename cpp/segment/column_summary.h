/// An integer column's minimum, maximum and counts, computed at the first use.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <mutex>

#include "base/types.h"
#include "columns/column.h"

namespace rescora::segment {

struct ColumnSummary {
    std::int64_t least = std::numeric_limits<std::int64_t>::max();  ///< above `most` when there is no value
    std::int64_t most = std::numeric_limits<std::int64_t>::min();
    std::uint32_t documents = 0;            ///< with at least one value
    std::array<std::uint32_t, 2> having{};  ///< documents with the value 0, with the value 1
};

/// One pass over the column, once, whichever thread asks first.
class LazySummary {
 public:
    const ColumnSummary& of(const columns::Column<std::int64_t>& column, DocId num_docs);

 private:
    std::once_flag once_;
    ColumnSummary summary_;
};

}  // namespace rescora::segment
