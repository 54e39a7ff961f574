/// Feature extraction in one shard: each feature is bound once and computed for the whole window.
#pragma once
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "plan/model.h"
#include "plan/node.h"
#include "plan/statistics.h"
#include "query/memo.h"
#include "script/bound.h"
#include "segment/segment.h"

namespace rescora::features {

/// A term statistic bound to a shard: the terms, and the value of statistics that depend on no document.
struct BoundStatistic {
    const plan::TermStatisticColumn* column;
    const segment::Field* field;
    std::vector<TermId> words;  ///< those that the shard has; of `tf` alone
    float value;                ///< of the others: the same for all documents
};

using BoundColumn = std::variant<plan::Plan, plan::FieldColumn, script::BoundScript, plan::FirstPassColumn,
                                 plan::ConstantColumn, BoundStatistic>;

class BoundColumns {
 public:
    /// Columns that are one query, or one script, are computed once; so are terms and phrases that several queries
    /// have in common. The shard must outlive them.
    BoundColumns(std::shared_ptr<const plan::Columns> columns, const index::ShardReader& shard,
                 const plan::Statistics& statistics);

    std::size_t size() const { return place_.size(); }
    const std::string& name(std::size_t column) const { return (*columns_)[column].name; }

    /// out[c * n + i] = column c of document i.
    ///
    /// Shapes  docs, ascending, and scores: n each. out: size() * n.
    /// Errors  DocumentError for a document that a query or script fails on.
    void extract(std::span<const ShardDoc> docs, const float* scores, float* out, Arena& arena) const;

 private:
    /// The columns of one segment: bound_[place_[c]] is column c.
    using InSegment = std::vector<BoundColumn>;

    void extract_in(std::size_t segment, std::span<const DocId> docs, const float* scores, float* out,
                    std::size_t stride, Arena& arena) const;
    void compute(const BoundColumn& column, const segment::Segment& segment, std::span<const DocId> docs,
                 const float* scores, float* out, query::Memo& memo, Arena& arena) const;

    std::shared_ptr<const plan::Columns> columns_;
    const index::ShardReader* shard_;
    std::vector<InSegment> bound_;
    std::vector<std::uint32_t> place_;  ///< in bound_, of each column
};

}  // namespace rescora::features
