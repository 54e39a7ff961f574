/// Binds a script to a segment: its columns, and its code without checks that hold for every document.
#include "script/bound.h"

#include "script/operands.h"
#include "script/vectors.h"

namespace rescora::script {

namespace {

using plan::Instruction;
using plan::Operation;

/// A field of another type than the program wants has none of the views that are asked here: no document has a value.
BoundColumn bind_column(const plan::ProgramColumn& column, const segment::Segment& segment) {
    BoundColumn bound{segment.field(column.field), {}, {}, {}};
    if (bound.field == nullptr) return bound;
    const auto whole = [&](auto values) { return values.size() >= segment.num_docs() ? values : decltype(values){}; };
    switch (column.kind) {
        case plan::ColumnKind::integer:
            bound.dense_integers = whole(bound.field->integers.dense());
            break;
        case plan::ColumnKind::real:
            bound.dense_reals = whole(bound.field->reals.dense());
            break;
        case plan::ColumnKind::keyword:
            bound.dense_ordinals = whole(bound.field->ordinals.dense());
            break;
        case plan::ColumnKind::vector:
            break;
    }
    return bound;
}

/// The code without the instructions at `dropped`; jumps lead to where their targets went.
std::vector<Instruction> without(const std::vector<Instruction>& code, const std::vector<bool>& dropped) {
    std::vector<std::uint32_t> moved(code.size() + 1);
    std::uint32_t kept = 0;
    for (std::size_t i = 0; i < code.size(); ++i) {
        moved[i] = kept;
        kept += dropped[i] ? 0 : 1;
    }
    moved.back() = kept;

    std::vector<Instruction> left;
    left.reserve(kept);
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (dropped[i]) continue;
        left.push_back(code[i]);
        if (is_jump(code[i].operation)) left.back().aux = moved[code[i].aux];
    }
    return left;
}

}  // namespace

BoundScript::BoundScript(plan::ScriptPtr script, const index::ShardReader& shard, std::size_t segment,
                         const kernels::Table& table)
    : script_(std::move(script)),
      kernels_(&table),
      salt_(script_->index_salt | shard.number()),
      base_(shard.base(segment)) {
    columns_.reserve(program().columns.size());
    for (const auto& column : program().columns) columns_.push_back(bind_column(column, shard.segment(segment)));
    code_ = program().code;
    for (const Instruction& instruction : code_)
        if (const auto* field = has_query_vector(instruction.operation) ? columns_[instruction.aux].field : nullptr)
            check_query_vector(instruction.operation, field->vectors, script_->constants[instruction.constant].vector);
    leave_out_what_dense_columns_have();
}

/// `present` holds in a column where every document has a value; then a count that nobody reads is left out too.
void BoundScript::leave_out_what_dense_columns_have() {
    std::vector<bool> dropped(code_.size()), read(program().num_registers);
    bool any = false;
    for (std::size_t i = 0; i < code_.size(); ++i) {
        dropped[i] = code_[i].operation == Operation::present && columns_[code_[i].aux].is_dense();
        any |= dropped[i];
        if (!dropped[i]) for_each_read(code_[i], [&](plan::Register r) { read[r] = true; });
    }
    if (!any) return;
    read[program().result] = true;
    for (std::size_t i = 0; i < code_.size(); ++i)
        if (code_[i].operation == Operation::count && !read[code_[i].out]) dropped[i] = true;
    code_ = without(code_, dropped);
}

}  // namespace rescora::script
