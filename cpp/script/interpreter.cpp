/// The interpreter's loop, which also counts the work done.
#include "script/interpreter.h"

#include <algorithm>

#include "script/operations.h"
#include "script/run.h"

namespace rescora::script {

namespace {

using plan::Instruction;
using plan::Operation;

std::uint64_t count(const std::uint64_t* mask, std::uint32_t n) {
    std::uint64_t all = 0;
    for (std::uint32_t i = 0; i < n; ++i) all += mask[i];
    return all;
}

/// What an instruction costs: looking at each lane, and working on those that count.
std::uint64_t work_of(const Frame& frame, const Instruction& instruction) {
    const std::uint64_t weight = weights[static_cast<std::size_t>(instruction.operation)];
    const std::uint64_t* mask = frame.mask(instruction);
    if (mask == nullptr) return weight * frame.stride;
    return frame.stride + weight * count(mask, frame.n);
}

bool none(const std::uint64_t* mask, std::uint32_t n) {
    std::uint64_t any = 0;
    for (std::uint32_t i = 0; i < n; ++i) any |= mask[i];
    return any == 0;
}

/// One more step for each lane of the mask. A lane that may not take it fails, and a lane that has failed leaves the
/// mask, so that its loop ends.
void count_step(Frame& frame, const Instruction& instruction) {
    std::uint64_t* counters = frame.lanes(instruction.a);
    std::uint64_t* mask = frame.lanes(instruction.b);
    if (frame.any_failed)
        for (std::uint32_t i = 0; i < frame.n; ++i)
            if (frame.failed[i]) mask[i] = 0;
    // operations of class `lane` cannot fail, so a loop of them is stopped here before it fills the memory
    const bool full = frame.text_made > most_text;
    const auto code = full ? plan::FaultCode::size_limit : plan::FaultCode::loop_limit;
    for (std::uint32_t i = 0; i < frame.n; ++i) {
        counters[i] += mask[i];
        if (mask[i] == 0 || (!full && static_cast<std::int64_t>(counters[i]) <= most_steps)) continue;
        frame.fail(i, instruction, code);
        mask[i] = 0;
    }
}

/// The number of the instruction to go on with.
std::size_t control(Frame& frame, const Instruction& instruction, std::size_t next) {
    switch (instruction.operation) {
        case Operation::jump:
            return instruction.aux;
        case Operation::jump_if_none:
            return none(frame.lanes(instruction.a), frame.n) ? instruction.aux : next;
        default:
            count_step(frame, instruction);
            return next;
    }
}

}  // namespace

void interpret(Frame& frame, std::span<const Instruction> code) {
    const Functions& other = functions();
    const auto operand = [&](plan::Register r) { return r == plan::no_register ? nullptr : frame.lanes(r); };
    for (std::size_t at = 0; at < code.size();) {
        const Instruction& instruction = code[at++];
        frame.charge(work_of(frame, instruction));
        if (auto* kernel = frame.kernels.script[static_cast<std::size_t>(instruction.operation)]; kernel != nullptr) {
            kernel(operand(instruction.out), operand(instruction.a), operand(instruction.b), operand(instruction.c),
                   frame.stride);
        } else if (auto* function = other[instruction.operation]; function != nullptr) {
            function(frame, instruction);
        } else {
            at = control(frame, instruction, at);
        }
    }
}

}  // namespace rescora::script
