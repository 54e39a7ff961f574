/// The kernels' bodies and their table, included by each instruction set's file. Bodies have internal linkage and use
/// pointers only, so nothing compiled here for a new processor can be linked into code that runs on an old one.
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "kernels/table.h"

namespace rescora::kernels::RESCORA_ISA_NAME {
namespace {
#include "base/elementary.inl.h"
#include "kernels/bm25.inl.h"
#include "kernels/byte_tables.inl.h"
#include "kernels/elementary.inl.h"
#include "kernels/find_word.inl.h"
#include "kernels/forest.inl.h"
#include "kernels/forest_trees.inl.h"
#include "kernels/script.inl.h"
#include "kernels/sum_rows.inl.h"
#include "kernels/vectors.inl.h"
}  // namespace

extern const Table table;
const Table table = {RESCORA_ISA_STRING,
                     &bm25,
                     &find_word,
                     &rows::sum,
                     &log,
                     &log10,
                     &log1p,
                     &exp,
                     &sqrt,
                     &pow,
                     &vector_sums::dot,
                     &vector_sums::l1,
                     &vector_sums::l2,
                     &forest::keys,
                     &forest::keys_of_eight,
                     &forest::order,
                     forest::places.of,
                     &forest::conditions,
                     &forest::selects,
                     &forest::numbers,
                     &forest::perfect,
                     &forest::add_leaves,
                     script_operations::by_operation};
}  // namespace rescora::kernels::RESCORA_ISA_NAME
