/// The loop over a script's instructions.
#pragma once
#include <span>

#include "script/frame.h"

namespace rescora::script {

/// What a run has spent, over all its blocks.
struct Spent {
    std::uint64_t steps = 0;  ///< of documents in loops
    std::uint64_t work = 0;   ///< lanes times instructions
};

/// Runs the code on the frame's block, from the first instruction to past the last.
void interpret(Frame& frame, std::span<const plan::Instruction> code, Spent& spent);

}  // namespace rescora::script
