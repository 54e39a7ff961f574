/// The interpreter: runs a script's instructions over a block of documents.
#pragma once
#include <span>

#include "script/frame.h"

namespace rescora::script {

/// Runs the code on the frame's block, from the first instruction to past the last.
///
/// Errors  DocumentError, without a document, when the request's scripts have done all that they may; Stopped.
void interpret(Frame& frame, std::span<const plan::Instruction> code);

}  // namespace rescora::script
