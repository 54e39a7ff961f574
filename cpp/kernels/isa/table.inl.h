/// Included by each instruction set's file after it has named itself: the bodies, and the table that offers them.
/// Bodies are static and use pointers only, so nothing compiled here for a new processor can be linked into code
/// that runs on an old one.
#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace rescora::kernels::RESCORA_ISA_NAME {
#include "kernels/bm25.inl.h"
#include "kernels/find_word.inl.h"

extern const Table table;
const Table table = {RESCORA_ISA_STRING, &bm25, &find_word};
}  // namespace rescora::kernels::RESCORA_ISA_NAME
