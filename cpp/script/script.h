/// Makes a runnable script of a program: verified, with the values of its inputs.
#pragma once
#include <string>
#include <vector>

#include "plan/program.h"

namespace rescora::script {

/// The script of a program: registers below `num_inputs` have these values, what the prologue makes of them is there
/// too.
///
/// Errors  InvalidArgument when the program names a register, an instruction, a column or a constant that is not there,
///         writes a uniform in its code, or when inputs are too many, too few or of the wrong kind.
plan::ScriptPtr make_script(plan::ProgramPtr program, std::vector<plan::InputValue> inputs,
                            std::vector<plan::Constant> constants, std::uint32_t index_salt = 0,
                            std::string description = {});

}  // namespace rescora::script
