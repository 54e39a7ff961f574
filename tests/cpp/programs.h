/// Short spellings of programs, for the tests of cpp/script.
#pragma once
#include <initializer_list>

#include "base/java_text.h"
#include "query/describe.h"
#include "random_index.h"
#include "script/run.h"
#include "script/script.h"

namespace programs {

using namespace rescora;
using plan::Instruction;
using plan::Kind;
using plan::Operation;
using plan::Register;
using enum plan::Operation;

constexpr Register none = plan::no_register;

/// out = operation(a, b, c)
inline Instruction put(Operation operation, Register out, Register a = none, Register b = none, Register c = none) {
    return {.operation = operation, .out = out, .a = a, .b = b, .c = c};
}
inline Instruction with_aux(Instruction instruction, std::uint32_t aux) {
    instruction.aux = aux;
    return instruction;
}
template <class Name>
    requires std::is_enum_v<Name>
Instruction with_aux(Instruction instruction, Name aux) {
    return with_aux(instruction, static_cast<std::uint32_t>(aux));
}
inline Instruction masked(Instruction instruction, Register mask) {
    instruction.mask = mask;
    return instruction;
}
inline Instruction at(Instruction instruction, std::uint32_t place) {
    instruction.place = place;
    return instruction;
}

/// Registers 0 to 15 and beyond are free; as many inputs as there are values, no other uniforms.
struct Source {
    std::vector<Instruction> code;
    Register result = 0;
    Kind kind = Kind::double_;
    std::vector<plan::InputValue> inputs = {};
    std::vector<plan::Constant> constants = {};
    std::vector<plan::ProgramColumn> columns = {{random_index::number, plan::ColumnKind::integer},
                                                {random_index::fraction, plan::ColumnKind::real},
                                                {random_index::tag, plan::ColumnKind::keyword}};
    std::vector<Instruction> prologue = {};
    Register num_uniforms = 0;  ///< 0: as many as inputs
};

inline plan::Program program(const Source& source) {
    plan::Program program;
    program.source = std::make_shared<const std::string>("the source");
    program.prologue = source.prologue;
    program.code = source.code;
    program.columns = source.columns;
    program.num_inputs = static_cast<Register>(source.inputs.size());
    program.num_uniforms = std::max(source.num_uniforms, program.num_inputs);
    program.num_registers = 24;
    program.result = source.result;
    program.result_kind = source.kind;
    program.uses_score = true;
    return program;
}

inline plan::ScriptPtr make(const Source& source) {
    return script::make_script(std::make_shared<const plan::Program>(program(source)), source.inputs, source.constants);
}

struct Shard {
    std::shared_ptr<const segment::Segment> segment;

    explicit Shard(std::uint32_t docs = 1000) {
        random_index::Random random(7);
        segment = random_index::make_segment(docs, random);
    }
};

struct Values {
    std::vector<script::Result> values;
    std::vector<plan::Fault> faults;
};

inline Values run(const Source& source, const segment::Segment& segment, const std::vector<DocId>& docs,
                  const std::vector<float>& scores, const kernels::Table& table = kernels::active()) {
    const index::ShardReader shard = random_index::shard_of(segment, 5);
    const script::BoundScript bound(make(source), shard, 0, table);
    Arena arena;
    Values got;
    got.values = script::run_values(bound, {docs.data(), static_cast<std::uint32_t>(docs.size()), scores.data()}, arena,
                                    got.faults);
    return got;
}

/// Of a program that looks at no document: its result, or the name of its fault.
inline std::string value(const Source& source) {
    static const Shard shard(1);
    const Values got = run(source, *shard.segment, {0}, {1.0f});
    if (!got.faults.empty()) return name_of(got.faults[0].code);
    const plan::DefValue& value = got.values[0];
    if (value.kind == Kind::null) return "null";
    if (const auto* text = std::get_if<std::string>(&value.value)) return *text;
    if (const auto* real = std::get_if<double>(&value.value)) return rescora::java_double(*real);
    return std::to_string(std::get<std::int64_t>(value.value));
}

/// The same for one operation on inputs.
inline std::string apply(Operation operation, std::vector<plan::InputValue> inputs, Kind kind, std::uint32_t aux = 0) {
    const auto input = [&](std::size_t i) { return i < inputs.size() ? static_cast<Register>(i) : none; };
    Source source{{with_aux(put(operation, 20, input(0), input(1), input(2)), aux)}, 20, kind, inputs};
    return value(source);
}

}  // namespace programs
