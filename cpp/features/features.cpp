/// Columns of a window, one kind after another.
#include "features/features.h"

#include <algorithm>
#include <limits>

#include "base/budget.h"
#include "features/statistics.h"
#include "match/match.h"
#include "plan/bind.h"
#include "plan/fault.h"
#include "script/run.h"

namespace rescora::features {

namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// What two columns share if they are the same.
const void* identity(const plan::Column& column) {
    if (const auto* query = std::get_if<plan::QueryColumn>(&column)) return query->query.get();
    if (const auto* script = std::get_if<plan::ScriptColumn>(&column)) return script->script.get();
    return &column;
}

void raise_first(const segment::Segment& segment, std::vector<plan::Fault>& faults) {
    if (faults.empty()) return;
    plan::Fault& first = *std::ranges::min_element(faults, {}, &plan::Fault::doc);
    std::string id(segment.id(first.doc));
    throw plan::DocumentError(std::move(first), std::move(id));
}

void run_query(const plan::Plan& plan, std::span<const DocId> docs, float* out, match::Memo& memo, Arena& arena) {
    const auto n = static_cast<std::uint32_t>(docs.size());
    match::Run run(plan, arena);
    run.memo = &memo;
    const match::Batch batch{docs.data(), 0, n};
    const match::Scores scores = match::score(plan.root, batch, run);
    run.raise_faults(batch, scores.matched);
    for (std::uint32_t i = 0; i < n; ++i) out[i] = scores.matched[i] ? scores.score[i] : missing;
}

void run_script(const script::BoundScript& script, const segment::Segment& segment, std::span<const DocId> docs,
                const float* scores, float* out, Arena& arena) {
    const auto n = static_cast<std::uint32_t>(docs.size());
    double* given = arena.take<double>(n);
    std::vector<plan::Fault> faults;
    script::run_reals(script, {docs.data(), n, scores, true}, given, arena, faults);
    raise_first(segment, faults);
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

}  // namespace

BoundColumns::BoundColumns(std::shared_ptr<const plan::Columns> columns, const segment::Segment& segment,
                           const plan::Statistics& statistics, std::uint32_t shard)
    : columns_(std::move(columns)), segment_(&segment) {
    std::vector<const void*> known;
    for (const plan::NamedColumn& named : *columns_) {
        const void* its = identity(named.column);
        const auto found = std::ranges::find(known, its) - known.begin();
        place_.push_back(static_cast<std::uint32_t>(found));
        if (static_cast<std::size_t>(found) < known.size()) continue;
        known.push_back(its);
        if (const auto* query = std::get_if<plan::QueryColumn>(&named.column))
            bound_.emplace_back(plan::bind(query->query, segment, statistics, shard));
        else if (const auto* field = std::get_if<plan::FieldColumn>(&named.column))
            bound_.emplace_back(*field);
        else if (const auto* script = std::get_if<plan::ScriptColumn>(&named.column))
            bound_.emplace_back(script::BoundScript(script->script, segment, script->script->index_salt | shard));
        else if (const auto* constant = std::get_if<plan::ConstantColumn>(&named.column))
            bound_.emplace_back(*constant);
        else if (const auto* words = std::get_if<plan::TermStatisticColumn>(&named.column))
            bound_.emplace_back(bind_statistic(*words, segment, statistics));
        else
            bound_.emplace_back(plan::FirstPassColumn{});
    }
}

void BoundColumns::compute(const BoundColumn& column, std::span<const DocId> docs, const float* scores, float* out,
                           match::Memo& memo, Arena& arena) const {
    const Arena::Scope scope(arena);
    ask_for_work(arena, 128 + 4 * docs.size());
    if (const auto* query = std::get_if<plan::Plan>(&column))
        run_query(*query, docs, out, memo, arena);
    else if (const auto* field = std::get_if<plan::FieldColumn>(&column))
        field_values(segment_->field(field->field), docs, out);
    else if (const auto* script = std::get_if<script::BoundScript>(&column))
        run_script(*script, *segment_, docs, scores, out, arena);
    else if (const auto* constant = std::get_if<plan::ConstantColumn>(&column))
        std::fill_n(out, docs.size(), constant->value);
    else if (const auto* words = std::get_if<BoundStatistic>(&column))
        statistic(*words, docs, out, arena);
    else
        std::copy_n(scores, docs.size(), out);
}

void BoundColumns::extract(std::span<const DocId> docs, const float* scores, float* out, Arena& arena) const {
    const std::size_t n = docs.size();
    match::Memo memo({docs.data(), 0, static_cast<std::uint32_t>(n)});
    std::vector<const float*> done(bound_.size(), nullptr);
    for (std::size_t c = 0; c < place_.size(); ++c) {
        float* column = out + c * n;
        const float*& same = done[place_[c]];
        if (same != nullptr) {
            std::copy_n(same, n, column);
            continue;
        }
        compute(bound_[place_[c]], docs, scores, column, memo, arena);
        same = column;
    }
}

}  // namespace rescora::features
