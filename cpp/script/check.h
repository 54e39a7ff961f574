/// The verifier of programs: after it the interpreter needs no bounds checks.
#pragma once
#include "plan/program.h"

namespace rescora::script {

/// Errors  InvalidArgument naming the instruction; Unsupported for an operation that nothing runs.
void check(const plan::Program& program, const std::vector<plan::InputValue>& inputs, std::size_t num_constants);

/// Registers that some way through the code may read before it writes them.
std::vector<plan::Register> read_before_written(const plan::Program& program);

}  // namespace rescora::script
