/// Damaged programs of scripts: each is refused with InvalidArgument or runs, in bounds and to its end.
///
///     fuzz_programs [count] [seed]
///
/// What a program may not be is checked once, and then nothing looks where it reads and writes: registers, columns,
/// constants and targets. Not checked, for it is the compiler's word: that what is read as a text or a def is one,
/// and that a loop counts its steps. So both are left alone here; of programs without texts and defs all else is
/// damaged, of others what has no part in them.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>

#include "base/error.h"
#include "corpus_programs.h"
#include "index/builder.h"
#include "index/snapshot.h"
#include "plan/fault.h"
#include "script/operands.h"
#include "script/run.h"
#include "script/script.h"

namespace {

using namespace rescora;
using corpus_programs::Case;
using plan::Instruction;
using plan::Operation;
using plan::Register;
using Random = std::mt19937_64;

constexpr std::uint32_t num_documents = 20;
constexpr double slow = 60;  // seconds, under sanitizers

std::uint32_t below(Random& random, std::size_t n) {
    return n == 0 ? 0 : static_cast<std::uint32_t>(random() % n);
}

// -- documents

using Columns = std::map<FieldId, plan::ColumnKind>;

Columns columns_of(const std::vector<Case>& cases) {
    Columns columns;
    for (const Case& one : cases)
        for (const plan::ProgramColumn& column : one.program.columns) columns.emplace(column.field, column.kind);
    return columns;
}

/// Few values, so that programs meet again what they look for; none in some documents, several in others.
void add_values(index::Builder& builder, FieldId field, plan::ColumnKind kind, std::uint32_t doc) {
    constexpr std::string_view words[] = {"Hello",
                                          "apple",
                                          "pear",
                                          "",
                                          "Stra\xC3\x9F"
                                          "e",
                                          "42"};
    constexpr std::int64_t wholes[] = {0, 7, -3, 5, 1'709'210'096'789, std::numeric_limits<std::int64_t>::min()};
    constexpr double reals[] = {0.5, -1, 2.5, 1e300, 0};
    if ((doc + field) % 5 == 0) return;
    for (std::uint32_t n = 0; n <= doc % 3; ++n) {
        const std::uint32_t at = doc + field + n;
        if (kind == plan::ColumnKind::integer)
            builder.add_integers(field, std::span(&doc, 1), std::span(&wholes[at % std::size(wholes)], 1));
        if (kind == plan::ColumnKind::real)
            builder.add_reals(field, std::span(&doc, 1), std::span(&reals[at % std::size(reals)], 1));
        if (kind == plan::ColumnKind::keyword)
            builder.add_keywords(field, std::span(&doc, 1), std::span(&words[at % std::size(words)], 1));
    }
}

index::Snapshot make_index(const Columns& columns) {
    index::Builder builder(1);
    std::optional<FieldId> floats;  // the first vectors are floats, others bytes
    for (const auto& [field, kind] : columns) {
        if (kind == plan::ColumnKind::integer) builder.add_integer_field(field);
        if (kind == plan::ColumnKind::real) builder.add_real_field(field);
        if (kind == plan::ColumnKind::keyword) builder.add_keyword_field(field, 1.2f, 0.75f);
        if (kind != plan::ColumnKind::vector) continue;
        const auto element = floats ? columns::ElementType::int8 : columns::ElementType::float32;
        if (!floats) floats = field;
        builder.add_vector_field(field, {element, 3});
    }
    for (std::uint32_t doc = 0; doc < num_documents; ++doc) {
        const std::string id = std::to_string(doc);
        const std::string_view ids[] = {id};
        builder.add_documents(ids);
        const float row[] = {1, 0.5f, static_cast<float>(doc)};
        for (const auto& [field, kind] : columns) {
            add_values(builder, field, kind, doc);
            if (kind == plan::ColumnKind::vector && doc % 4 != 0)
                builder.add_vectors(field, std::span(&doc, 1),
                                    std::as_bytes(std::span(row)).first(floats == field ? sizeof(row) : 3));
        }
    }
    return {builder.finish(1), std::vector<std::string>(columns.empty() ? 0 : columns.rbegin()->first + 1u, "field")};
}

// -- what may be damaged

/// Whether lanes of numbers alone go in and come out.
bool is_of_numbers(Operation operation) {
    const std::string_view name = script::info(operation).name;
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    return !has("text") && !has("def") && !name.starts_with("parse_") && operation != Operation::equal_ordinal &&
           operation != Operation::map_has && operation != Operation::fail;
}

std::vector<Operation> operations_of_numbers() {
    std::vector<Operation> found;
    for (std::size_t i = 0; i < plan::num_operations; ++i) {
        const auto operation = static_cast<Operation>(i);
        if (is_of_numbers(operation) && script::info(operation).kind != plan::OperationClass::control)
            found.push_back(operation);
    }
    return found;
}

/// The registers that may hold a text or a part of a def, and those that loops count with.
class Held {
 public:
    explicit Held(const Case& one) : held_(one.program.num_registers) {
        for (std::size_t i = 0; i < one.inputs.size(); ++i)
            if (std::holds_alternative<std::string>(one.inputs[i])) held_.at(i) = true;
        if (one.program.result_kind == plan::Kind::null || one.program.result_kind == plan::Kind::text) {
            held_.at(one.program.result) = true;
            if (one.program.result_kind == plan::Kind::null) held_.at(one.program.result + 1u) = true;
        }
        for (bool more = true; more;) {
            more = false;
            for (const auto* code : {&one.program.prologue, &one.program.code})
                for (const Instruction& instruction : *code) more = hold(instruction) || more;
        }
        typed_ = std::ranges::find(held_, true) != held_.end();
        for (const Instruction& instruction : one.program.code)
            if (instruction.operation == Operation::count_step)
                held_.at(instruction.a) = held_.at(instruction.b) = true;
    }

    /// Whether texts or defs occur at all.
    bool typed() const { return typed_; }
    bool operator()(Register r) const { return r < held_.size() && held_[r]; }
    bool any_of(const Instruction& instruction) const {
        bool any = false;
        script::for_each_read(instruction, [&](Register r) { any = any || (*this)(r); });
        script::for_each_written(instruction, [&](Register r) { any = any || (*this)(r); });
        return any;
    }

 private:
    /// Holds what such an operation touches, and what a held register is moved to or from; true if that is new.
    bool hold(const Instruction& instruction) {
        const Operation operation = instruction.operation;
        const bool moves =
            operation == Operation::copy || operation == Operation::blend || operation == Operation::select;
        if (is_of_numbers(operation) && !(moves && any_of(instruction))) return false;
        bool more = false;
        const auto mark = [&](Register r) {
            more = more || !held_.at(r);
            held_.at(r) = true;
        };
        script::for_each_read(instruction, mark);
        script::for_each_written(instruction, mark);
        return more;
    }

    std::vector<bool> held_;
    bool typed_ = false;
};

// -- damage

/// A register that may be there, seldom one that cannot be.
Register some_register(const Case& one, const Held& held, Random& random) {
    if (below(random, 12) == 0) return static_cast<Register>(random());
    for (int tries = 0; tries < 20; ++tries) {
        const auto r = static_cast<Register>(below(random, one.program.num_registers + 2u));
        if (!held(r) && !held(static_cast<Register>(r + 1))) return r;
    }
    return plan::no_register;
}

std::uint32_t some_number(Random& random) {
    return below(random, 4) == 0 ? static_cast<std::uint32_t>(random()) : below(random, 40);
}

void change_field(Instruction& instruction, const Case& one, const Held& held, Random& random) {
    static const std::vector<Operation> operations = operations_of_numbers();
    switch (below(random, 10)) {
        case 0:
        case 1:
            instruction.operation = operations[below(random, operations.size())];
            break;
        case 2:
            instruction.out = some_register(one, held, random);
            break;
        case 3:
            instruction.a = some_register(one, held, random);
            break;
        case 4:
            instruction.b = some_register(one, held, random);
            break;
        case 5:
            instruction.c = some_register(one, held, random);
            break;
        case 6:
            instruction.mask = some_register(one, held, random);
            break;
        case 7:
        case 8:
            instruction.aux = some_number(random);
            break;
        default:
            instruction.constant = some_number(random);
    }
}

/// Jumps lead on, not back. In a program with texts they stay, lest one is read before it is there.
void change_jump(Instruction& instruction, std::size_t at, std::size_t size, bool typed, Random& random) {
    if (instruction.aux <= at || typed) return;
    instruction.aux = below(random, 8) == 0 ? static_cast<std::uint32_t>(at + 1 + random() % 1'000'000)
                                            : static_cast<std::uint32_t>(at + 1 + below(random, size - at + 2));
}

bool heads_a_loop(const std::vector<Instruction>& code, std::size_t at) {
    return code[at].operation == Operation::count_step ||
           (at + 1 < code.size() && code[at + 1].operation == Operation::count_step);
}

void change_instruction(Case& one, const Held& held, Random& random) {
    plan::Program& program = one.program;
    const bool prologue = !program.prologue.empty() && below(random, 4) == 0;
    auto& code = prologue ? program.prologue : program.code;
    if (code.empty()) return;
    const std::size_t at = below(random, code.size());
    Instruction& instruction = code[at];
    if (script::is_jump(instruction.operation)) {
        if (!heads_a_loop(code, at)) change_jump(instruction, at, code.size(), held.typed(), random);
    } else if (!held.any_of(instruction) && !heads_a_loop(code, at)) {
        change_field(instruction, one, held, random);
    }
}

/// Of programs without texts and defs: sizes, columns, inputs and constants.
void change_surroundings(Case& one, Random& random) {
    plan::Program& program = one.program;
    const auto nearby = [&](Register& r) { r = static_cast<Register>(r + 2 - below(random, 5)); };
    switch (below(random, 8)) {
        case 0:
            return nearby(program.num_inputs);
        case 1:
            return nearby(program.num_uniforms);
        case 2:
            return nearby(program.num_registers);
        case 3:
            return nearby(program.result);
        case 4:
            program.uses_score = !program.uses_score;
            return;
        case 5:
            if (!program.columns.empty()) {
                auto& column = program.columns[below(random, program.columns.size())];
                column = {static_cast<FieldId>(below(random, 24)), static_cast<plan::ColumnKind>(below(random, 4))};
            }
            return;
        case 6:
            if (!one.inputs.empty()) {
                const plan::InputValue values[] = {std::int64_t{-1}, 1e308, std::string("text")};
                one.inputs[below(random, one.inputs.size())] = values[below(random, 3)];
            }
            return;
        default:
            if (!one.constants.empty()) one.constants.pop_back();
    }
}

Case damaged(const Case& good, const Held& held, Random& random) {
    Case one = good;
    for (std::uint32_t n = 1 + below(random, 4); n > 0; --n) {
        if (!held.typed() && below(random, 6) == 0)
            change_surroundings(one, random);
        else
            change_instruction(one, held, random);
    }
    return one;
}

// -- use

/// Runs a script on one document and on all; a refusal is an answer, all else is thrown on.
std::string use(const Case& one, const index::Snapshot& index) {
    try {
        const auto script =
            script::make_script(std::make_shared<const plan::Program>(one.program), one.inputs, one.constants);
        const script::BoundScript bound(script, index.shard(0), 0);
        std::vector<DocId> docs(num_documents);
        std::vector<float> scores(num_documents, 1.5f);
        for (DocId doc = 0; doc < num_documents; ++doc) docs[doc] = doc;
        std::size_t failed = 0;
        for (const std::uint32_t n : {1u, num_documents}) {
            Arena arena;
            std::vector<plan::Fault> faults;
            script::run_values(bound, {docs.data(), n, scores.data()}, arena, faults);
            failed = faults.size();
            if (failed > n) throw std::logic_error("more documents fail than there are");
        }
        return failed == 0 ? "values" : "values and faults";
    } catch (const InvalidArgument&) {
        return "refused";
    } catch (const Unsupported&) {
        return "refused";
    } catch (const plan::DocumentError& stopped) {
        if (stopped.fault.code != plan::FaultCode::work_limit) throw;
        return "too much work";
    }
}

/// Runs one damaged program; false when it did what none may do.
bool run(const std::vector<Case>& cases, const std::vector<Held>& held, const index::Snapshot& index,
         std::uint64_t seed, std::map<std::string, int>& outcomes) {
    Random random(seed);
    const std::size_t which = below(random, cases.size());
    const Case one = damaged(cases[which], held[which], random);
    const auto began = std::chrono::steady_clock::now();
    std::string problem;
    try {
        ++outcomes[use(one, index)];
    } catch (const std::exception& error) {
        problem = error.what();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (seconds > slow) problem = "took " + std::to_string(seconds) + " seconds";
    if (!problem.empty())
        std::cerr << "FAILED seed " << seed << " (" << *cases[which].program.source << "): " << problem << '\n';
    return problem.empty();
}

}  // namespace

int main(int argc, char** argv) {
    const std::uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 5'000;
    const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const std::vector<Case> cases = corpus_programs::read(RESCORA_PROGRAMS);
    const index::Snapshot index = make_index(columns_of(cases));
    std::vector<Held> held;
    for (const Case& one : cases) {
        held.emplace_back(one);
        if (use(one, index) == "refused") {
            std::cerr << "FAILED: a program is refused as it was compiled: " << *one.program.source << '\n';
            return 1;
        }
    }
    std::map<std::string, int> outcomes;
    std::uint64_t failures = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (argc > 3) std::cerr << seed + i << '\n';  // which one it is when the process dies
        failures += !run(cases, held, index, seed + i, outcomes);
    }
    for (const auto& [outcome, times] : outcomes) std::cout << times << "  " << outcome << '\n';
    std::cout << count << " damaged programs of " << cases.size() << ": " << failures << " failures\n";
    return failures == 0 ? 0 : 1;
}
