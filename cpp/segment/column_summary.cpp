/// Minimum and maximum, and the documents that have 0 or 1.
#include "segment/column_summary.h"

#include <algorithm>

namespace rescora::segment {

namespace {

ColumnSummary summarize(const columns::Column<std::int64_t>& column, DocId num_docs) {
    ColumnSummary summary;
    for (DocId doc = 0; doc < num_docs; ++doc) {
        bool has[2] = {false, false};
        const auto values = column.values(doc);
        for (const std::int64_t value : values) {
            summary.least = std::min(summary.least, value);
            summary.most = std::max(summary.most, value);
            if (value == 0 || value == 1) has[value] = true;
        }
        summary.documents += !values.empty();
        for (std::size_t flag = 0; flag < 2; ++flag) summary.having[flag] += has[flag];
    }
    return summary;
}

}  // namespace

const ColumnSummary& LazySummary::of(const columns::Column<std::int64_t>& column, DocId num_docs) {
    std::call_once(once_, [&] { summary_ = summarize(column, num_docs); });
    return summary_;
}

}  // namespace rescora::segment
