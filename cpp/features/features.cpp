/// Feature extraction for a window, one kind of column after another.
#include "features/features.h"

#include <algorithm>
#include <limits>

#include "base/budget.h"
#include "features/statistics.h"
#include "plan/fault.h"
#include "query/bind.h"
#include "query/score.h"
#include "query/weigh.h"
#include "script/run.h"

namespace rescora::features {

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// The identity of a column's query or script: equal for columns that are the same.
const void* identity(const plan::Column& column) {
    if (const auto* query = std::get_if<plan::QueryColumn>(&column)) return query->query.get();
    if (const auto* script = std::get_if<plan::ScriptColumn>(&column)) return script->script.get();
    return &column;
}

void raise_first(const segment::Segment& segment, DocId base, std::vector<plan::Fault>& faults) {
    if (faults.empty()) return;
    plan::Fault& first = *std::ranges::min_element(faults, {}, &plan::Fault::doc);
    std::string id(segment.id(first.doc));
    first.doc += base;
    throw plan::DocumentError(std::move(first), std::move(id));
}

void run_query(const plan::Plan& plan, std::span<const DocId> docs, float* out, query::Memo& memo, Arena& arena) {
    const auto n = static_cast<std::uint32_t>(docs.size());
    query::Run run(plan, arena);
    run.memo = &memo;
    const query::Batch batch{docs.data(), 0, n};
    const query::Scores scores = query::score(plan.root, batch, run);
    run.raise_faults(batch, scores.matched);
    for (std::uint32_t i = 0; i < n; ++i) out[i] = scores.matched[i] ? scores.score[i] : missing;
}

void run_script(const script::BoundScript& script, const segment::Segment& segment, std::span<const DocId> docs,
                const float* scores, float* out, Arena& arena) {
    const auto n = static_cast<std::uint32_t>(docs.size());
    double* given = arena.take<double>(n);
    std::vector<plan::Fault> faults;
    script::run_reals(script, {docs.data(), n, scores, true}, given, arena, faults);
    raise_first(segment, script.base(), faults);
    for (std::uint32_t i = 0; i < n; ++i) out[i] = static_cast<float>(given[i]);
}

template <class T>
void first_values(const columns::Column<T>& column, std::span<const DocId> docs, float* out) {
    for (std::size_t i = 0; i < docs.size(); ++i) {
        const auto values = column.values(docs[i]);
        out[i] = values.empty() ? missing : static_cast<float>(values.front());
    }
}

void field_values(const segment::Field* field, std::span<const DocId> docs, float* out) {
    if (field == nullptr)
        std::fill_n(out, docs.size(), missing);
    else if (!field->reals.all().empty())
        first_values(field->reals, docs, out);
    else if (!field->integers.all().empty())
        first_values(field->integers, docs, out);
    else
        std::fill_n(out, docs.size(), missing);
}

/// Binds columns; what all segments of a shard share is done once.
class Binder {
 public:
    Binder(const index::ShardReader& shard, const plan::Statistics& statistics)
        : shard_(shard), statistics_(statistics), bound_(shard.num_segments()) {}

    void add(const plan::Column& column) {
        std::visit([&](const auto& kind) { add(kind); }, column);
    }

    std::vector<std::vector<BoundColumn>> take() { return std::move(bound_); }

 private:
    void add(const plan::QueryColumn& column) {
        const plan::WeightedQuery weighted = query::weigh(column.query, shard_, statistics_);
        for_each_segment([&](std::size_t s) { return query::bind(weighted, s); });
    }
    void add(const plan::ScriptColumn& column) {
        for_each_segment([&](std::size_t s) { return script::BoundScript(column.script, shard_, s); });
    }
    void add(const plan::TermStatisticColumn& column) {
        for_each_segment([&](std::size_t s) { return bind_statistic(column, shard_, s, statistics_); });
    }
    template <class Column>
    void add(const Column& column) {
        for_each_segment([&](std::size_t) { return column; });
    }

    template <class Bind>
    void for_each_segment(const Bind& bind) {
        for (std::size_t s = 0; s < bound_.size(); ++s) bound_[s].emplace_back(bind(s));
    }

    const index::ShardReader& shard_;
    const plan::Statistics& statistics_;
    std::vector<std::vector<BoundColumn>> bound_;
};

}  // namespace

BoundColumns::BoundColumns(std::shared_ptr<const plan::Columns> columns, const index::ShardReader& shard,
                           const plan::Statistics& statistics)
    : columns_(std::move(columns)), shard_(&shard) {
    std::vector<const void*> known;
    Binder binder(shard, statistics);
    for (const plan::NamedColumn& named : *columns_) {
        const void* its = identity(named.column);
        const auto found = std::ranges::find(known, its) - known.begin();
        place_.push_back(static_cast<std::uint32_t>(found));
        if (static_cast<std::size_t>(found) < known.size()) continue;
        known.push_back(its);
        binder.add(named.column);
    }
    bound_ = binder.take();
}

void BoundColumns::compute(const BoundColumn& column, const segment::Segment& segment, std::span<const DocId> docs,
                           const float* scores, float* out, query::Memo& memo, Arena& arena) const {
    const Arena::Scope scope(arena);
    ask_for_work(arena, 128 + 4 * docs.size());
    if (const auto* query = std::get_if<plan::Plan>(&column))
        run_query(*query, docs, out, memo, arena);
    else if (const auto* field = std::get_if<plan::FieldColumn>(&column))
        field_values(segment.field(field->field), docs, out);
    else if (const auto* script = std::get_if<script::BoundScript>(&column))
        run_script(*script, segment, docs, scores, out, arena);
    else if (const auto* constant = std::get_if<plan::ConstantColumn>(&column))
        std::fill_n(out, docs.size(), constant->value);
    else if (const auto* words = std::get_if<BoundStatistic>(&column))
        statistic(*words, docs, out, arena);
    else
        std::copy_n(scores, docs.size(), out);
}

/// docs: numbers in the segment. out: column after column, `stride` apart.
void BoundColumns::extract_in(std::size_t segment, std::span<const DocId> docs, const float* scores, float* out,
                              std::size_t stride, Arena& arena) const {
    const InSegment& bound = bound_[segment];
    query::Memo memo({docs.data(), 0, static_cast<std::uint32_t>(docs.size())});
    std::vector<const float*> done(bound.size(), nullptr);
    for (std::size_t c = 0; c < place_.size(); ++c) {
        float* column = out + c * stride;
        const float*& same = done[place_[c]];
        if (same != nullptr) {
            std::copy_n(same, docs.size(), column);
            continue;
        }
        compute(bound[place_[c]], shard_->segment(segment), docs, scores, column, memo, arena);
        same = column;
    }
}

void BoundColumns::extract(std::span<const ShardDoc> docs, const float* scores, float* out, Arena& arena) const {
    const auto doc_at = [&](std::size_t i) { return docs[i]; };
    shard_->for_each_segment(docs.size(), doc_at, [&](std::size_t segment, std::size_t begin, std::size_t end) {
        const Arena::Scope scope(arena);
        const DocId base = shard_->base(segment);
        const std::span<DocId> its{arena.take<DocId>(end - begin), end - begin};
        for (std::size_t i = 0; i < its.size(); ++i) its[i] = in_segment(base, docs[begin + i]);
        extract_in(segment, its, scores + begin, out + begin, docs.size(), arena);
    });
}

}  // namespace rescora::features
