/// Which registers an instruction reads and writes.
#pragma once
#include "plan/program.h"

namespace rescora::script {

constexpr bool is_jump(plan::Operation operation) {
    return operation == plan::Operation::jump || operation == plan::Operation::jump_if_none;
}

/// Whether operand `which` (0 is out, 1 is a, 2 is b) is a def: two registers, of which the first is named.
constexpr bool is_pair(plan::Operation operation, int which) {
    using enum plan::Operation;
    switch (operation) {
        case def_binary:
            return which <= 2;
        case def_unary:
        case def_printed:
            return which <= 1;
        case append_def:
            return which == 2;
        case def_compare:
            return which == 1 || which == 2;
        case def_cast:
        case def_convert:
        case def_text:
        case def_to_boolean:
            return which == 1;
        case list_def:
        case map_def:
            return which == 0;
        default:
            return false;
    }
}

constexpr const plan::OperationInfo& info(plan::Operation operation) {
    return plan::operation_infos[static_cast<std::size_t>(operation)];
}

/// Whether the instruction leaves something in `out`.
constexpr bool has_result(plan::Operation operation) {
    using enum plan::Operation;
    return info(operation).kind != plan::OperationClass::control && operation != present && operation != fail;
}

/// Whether the instruction compares with a query vector, its `constant`.
constexpr bool has_query_vector(plan::Operation operation) {
    return operation >= plan::Operation::cosine_similarity && operation <= plan::Operation::hamming;
}

template <class Visit>
void for_each_written(const plan::Instruction& instruction, Visit visit) {
    const plan::Operation operation = instruction.operation;
    if (operation == plan::Operation::count_step) {
        visit(instruction.a);
        visit(instruction.b);
    }
    if (!has_result(operation)) return;
    visit(instruction.out);
    if (is_pair(operation, 0)) visit(static_cast<plan::Register>(instruction.out + 1));
}

template <class Visit>
void for_each_read(const plan::Instruction& instruction, Visit visit) {
    const plan::Operation operation = instruction.operation;
    const plan::Register operands[] = {instruction.a, instruction.b, instruction.c};
    for (int i = 0; i < info(operation).operands; ++i) {
        if (operation == plan::Operation::equal_ordinal && i == 0) continue;  // the column stands for it
        // what `blend` keeps is its second operand
        const bool kept = operation == plan::Operation::blend && i == 1;
        visit(kept ? instruction.out : operands[i]);
        if (is_pair(operation, i + 1)) visit(static_cast<plan::Register>(operands[i] + 1));
    }
    if (instruction.mask != plan::no_register) visit(instruction.mask);  // what an instruction costs is counted by it
}

}  // namespace rescora::script
