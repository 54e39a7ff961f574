/// Verifies a program once, so that the interpreter needs no checks.
#include "script/check.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/error.h"
#include "plan/fault.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::ColumnKind;
using plan::Instruction;
using plan::Operation;
using plan::OperationClass;
using plan::Register;

/// What `aux` is the number of.
enum class Aux : std::uint8_t { nothing, column, list, instruction, fault, def_operator, kind, date_part, date_unit };

constexpr Aux aux_of(Operation operation) {
    using enum Operation;
    switch (operation) {
        case first_long:
        case first_double:
        case first_text:
        case count:
        case present:
        case value_long:
        case value_double:
        case value_text:
        case contains_long:
        case contains_double:
        case contains_text:
        case equal_ordinal:
        case cosine_similarity:
        case dot_product:
        case l1_norm:
        case l2_norm:
        case hamming:
        case vector_magnitude:
        case random_by_value:
            return Aux::column;
        case list_long:
        case list_double:
        case list_text:
        case list_def:
        case list_has_long:
        case list_has_double:
        case list_has_text:
        case map_def:
        case map_has:
            return Aux::list;
        case jump:
        case jump_if_none:
            return Aux::instruction;
        case fail:
            return Aux::fault;
        case def_binary:
        case def_unary:
        case def_compare:
            return Aux::def_operator;
        case def_cast:
        case def_convert:
            return Aux::kind;
        case date_part:
            return Aux::date_part;
        case date_plus:
        case date_between:
            return Aux::date_unit;
        default:
            return Aux::nothing;
    }
}

/// The kind of column that an operation reads; nothing where any will do.
constexpr std::optional<ColumnKind> column_kind(Operation operation) {
    using enum Operation;
    switch (operation) {
        case first_long:
        case value_long:
        case contains_long:
            return ColumnKind::integer;
        case first_double:
        case value_double:
        case contains_double:
            return ColumnKind::real;
        case first_text:
        case value_text:
        case contains_text:
        case equal_ordinal:
            return ColumnKind::keyword;
        case cosine_similarity:
        case dot_product:
        case l1_norm:
        case l2_norm:
        case hamming:
        case vector_magnitude:
            return ColumnKind::vector;
        default:
            return std::nullopt;
    }
}

/// What an operand may be: operations that only move lanes, and those of defs, take both.
enum class Operand : std::uint8_t { number, text, any };

constexpr Operand operand(Operation operation, int which) {
    using enum Operation;
    const auto text_if = [](bool is_text) { return is_text ? Operand::text : Operand::number; };
    switch (operation) {
        case copy:
            return Operand::any;
        case blend:
        case select:
            return which < 2 ? Operand::any : Operand::number;
        case text_equal:
        case text_concat:
        case text_compare:
        case text_equal_ignoring_case:
        case text_contains:
        case text_starts_with:
        case text_ends_with:
        case text_index_of:
        case text_last_index_of:
            return text_if(which < 2);
        case text_replace:
            return Operand::text;
        case text_is_null:
        case text_length:
        case text_lower:
        case text_upper:
        case text_trim:
        case text_char_at:
        case text_substring:
        case text_hash:
        case parse_int:
        case parse_long:
        case parse_double:
        case parse_float:
        case parse_boolean:
        case contains_text:
        case list_has_text:
        case map_def:
        case map_has:
        case fail:
            return text_if(which == 0);
        case equal_ordinal:
            return which == 1 ? Operand::text : Operand::any;
        default:
            return is_pair(operation, which + 1) ? Operand::any : Operand::number;
    }
}

struct Checker {
    const plan::Program& program;
    const std::vector<plan::InputValue>& inputs;
    std::size_t num_constants;

    void all() const {
        if (!program.source) throw InvalidArgument("a script needs a source");
        if (program.num_inputs > program.num_uniforms || program.num_uniforms > program.num_registers)
            throw InvalidArgument("a script has " + std::to_string(program.num_inputs) + " inputs, " +
                                  std::to_string(program.num_uniforms) + " uniforms and " +
                                  std::to_string(program.num_registers) + " registers: each must be among the next");
        if (inputs.size() != program.num_inputs)
            throw InvalidArgument("a script takes " + std::to_string(program.num_inputs) + " inputs, not " +
                                  std::to_string(inputs.size()));
        const std::size_t result_end = std::size_t{program.result} + (program.result_kind == plan::Kind::null ? 2 : 1);
        if (result_end > program.num_registers || program.result_kind > plan::Kind::text)
            throw InvalidArgument("a script's result is not among its registers");
        for (std::size_t i = 0; i < program.prologue.size(); ++i) instruction(program.prologue, i, "prologue");
        for (std::size_t i = 0; i < program.code.size(); ++i) instruction(program.code, i, "code");
    }

    void instruction(const std::vector<Instruction>& code, std::size_t number, const char* part) const {
        const Instruction& instruction = code[number];
        const bool prologue = &code == &program.prologue;
        const auto demand = [&](bool holds, const char* what) {
            if (holds) return;
            const auto at = static_cast<std::size_t>(instruction.operation);
            const std::string name(at < plan::num_operations ? plan::operation_infos[at].name : "?");
            throw InvalidArgument(std::string(part) + "[" + std::to_string(number) + "] is " + name + ": " + what);
        };
        demand(static_cast<std::size_t>(instruction.operation) < plan::num_operations, "there is no such operation");
        const OperationClass kind = info(instruction.operation).kind;
        const bool can_run = kind == OperationClass::control || functions()[instruction.operation] != nullptr ||
                             kernels::active().script[static_cast<std::size_t>(instruction.operation)] != nullptr;
        if (!can_run)
            throw Unsupported("scripts cannot do [" + std::string(info(instruction.operation).name) + "] yet");
        for_each_read(instruction, [&](Register r) {
            demand(r < (prologue ? program.num_uniforms : program.num_registers),
                   "it reads a register beyond the last");
        });
        for_each_written(instruction, [&](Register r) {
            demand(prologue ? r >= program.num_inputs && r < program.num_uniforms
                            : r >= program.num_uniforms && r < program.num_registers,
                   "it may not write that register");
        });
        demand(!prologue || ((kind == OperationClass::vector || kind == OperationClass::lane) &&
                             aux_of(instruction.operation) != Aux::column),
               "a prologue has vector and lane operations only, and no columns");
        demand(instruction.operation != Operation::score || program.uses_score,
               "the script says that it uses no score");
        demand(!has_query_vector(instruction.operation) || instruction.constant < num_constants,
               "there is no such constant");
        demand(aux_is_there(instruction), "what `aux` names is not there, or of another kind");
        demand(inputs_are_right(instruction), "an input is of the wrong kind");
    }

    bool aux_is_there(const Instruction& instruction) const {
        switch (aux_of(instruction.operation)) {
            case Aux::nothing:
                return true;
            case Aux::column: {
                if (instruction.aux >= program.columns.size()) return false;
                const auto kind = column_kind(instruction.operation);
                return !kind || *kind == program.columns[instruction.aux].kind;
            }
            case Aux::list:
                return instruction.aux < num_constants;
            case Aux::instruction:
                return instruction.aux <= program.code.size();
            case Aux::fault:
                return instruction.aux <= static_cast<std::uint32_t>(plan::FaultCode::recursion);
            case Aux::def_operator:
                return instruction.aux <= static_cast<std::uint32_t>(plan::DefOperator::greater_equal);
            case Aux::kind:
                return instruction.aux <= static_cast<std::uint32_t>(plan::Kind::text);
            case Aux::date_part:
                return instruction.aux <= static_cast<std::uint32_t>(plan::DatePart::second_of_day);
            case Aux::date_unit:
                return instruction.aux <= static_cast<std::uint32_t>(plan::DateUnit::years);
        }
        return false;
    }

    bool inputs_are_right(const Instruction& instruction) const {
        const Register operands[] = {instruction.a, instruction.b, instruction.c};
        for (int i = 0; i < info(instruction.operation).operands; ++i) {
            const Operand wanted = operand(instruction.operation, i);
            if (wanted == Operand::any || operands[i] >= program.num_inputs) continue;
            const plan::InputValue& value = inputs[operands[i]];
            const bool is_null_text = value == plan::InputValue(std::int64_t{0}) && wanted == Operand::text;
            if (!is_null_text && std::holds_alternative<std::string>(value) != (wanted == Operand::text)) return false;
        }
        return true;
    }
};

}  // namespace

void check(const plan::Program& program, const std::vector<plan::InputValue>& inputs, std::size_t num_constants) {
    Checker{program, inputs, num_constants}.all();
}

/// A write is certain up to the nearest target of the forward jumps that may skip it.
std::vector<Register> read_before_written(const plan::Program& program) {
    constexpr std::size_t always = std::numeric_limits<std::size_t>::max();
    std::vector<std::size_t> certain_until(program.num_registers, 0);
    std::fill_n(certain_until.begin(), program.num_uniforms, always);
    std::vector<std::size_t> targets;  // of the jumps that lead past the instruction at hand
    std::vector<bool> cleared(program.num_registers);
    const auto read = [&](Register r, std::size_t at) {
        if (certain_until[r] <= at) cleared[r] = true;
    };
    for (std::size_t i = 0; i < program.code.size(); ++i) {
        const Instruction& instruction = program.code[i];
        std::erase_if(targets, [&](std::size_t target) { return target <= i; });
        for_each_read(instruction, [&](Register r) { read(r, i); });
        const std::size_t until = targets.empty() ? always : *std::ranges::min_element(targets);
        for_each_written(instruction, [&](Register r) { certain_until[r] = std::max(certain_until[r], until); });
        if (is_jump(instruction.operation)) targets.push_back(instruction.aux);
    }
    read(program.result, program.code.size());
    if (program.result_kind == plan::Kind::null) read(static_cast<Register>(program.result + 1), program.code.size());

    std::vector<Register> registers;
    for (std::size_t r = 0; r < cleared.size(); ++r)
        if (cleared[r]) registers.push_back(static_cast<Register>(r));
    return registers;
}

}  // namespace rescora::script
