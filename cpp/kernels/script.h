/// One instruction of a compiled script over all lanes: the operations of class `vector` in kernels/operations.inc.
#pragma once
#include <cstddef>
#include <cstdint>

namespace rescora::kernels {

/// out[i] = operation(a[i], b[i], c[i]), as kernels/operations.inc says of each.
///
/// Shapes  n lanes of 64 bits each; operands that the operation does not have may be null.
/// Needs   out is an operand itself or overlaps none. `blend` keeps what out holds where c is 0.
/// Errors  none.
/// Source  The Java Language Specification, chapter 15, and java.lang.Math.
using ScriptKernel = void(std::uint64_t* out, const std::uint64_t* a, const std::uint64_t* b, const std::uint64_t* c,
                          std::size_t n);

}  // namespace rescora::kernels
