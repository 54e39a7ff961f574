/// The table of kernels of one instruction set, and run-time dispatch among those that this processor supports.
#pragma once
#include <span>
#include <string_view>

#include "kernels/bm25.h"
#include "kernels/byte_tables.h"
#include "kernels/elementary.h"
#include "kernels/find_word.h"
#include "kernels/forest.h"
#include "kernels/forest_trees.h"
#include "kernels/script.h"
#include "kernels/sum_rows.h"
#include "kernels/vectors.h"

namespace rescora::kernels {

/// One instruction set's kernels. Adding a kernel means adding one line here and one in isa/table.inl.h.
struct Table {
    std::string_view isa;  ///< "scalar", "avx2", "avx512"; what RESCORA_ISA and the tests call it
    Bm25* bm25;
    FindWord* find_word;
    SumRows* sum_rows;
    Elementary* log;
    Elementary* log10;
    Elementary* log1p;
    Elementary* exp;
    Elementary* sqrt;
    ElementaryOfTwo* pow;
    VectorSum* dot;
    VectorSum* l1;
    VectorSum* l2;
    ForestKeys* forest_keys;
    ForestKeysOfEight* forest_keys_of_eight;
    ForestOrder* forest_order;
    const std::uint8_t* forest_places;  ///< where the keys of 32 documents stand
    ForestConditions* forest_conditions;
    ForestSelects* forest_selects;
    ForestNumbers* forest_numbers;
    ForestPerfect* forest_perfect;
    ForestAddLeaves* forest_add_leaves;
    ScriptKernel* const* script;  ///< by plan::Operation; null for those that are no vector operation
};

/// The tables that this processor can run, fastest first; "scalar" is always last.
std::span<const Table* const> runnable();

/// The table in use: the first runnable one, or the one that the environment variable RESCORA_ISA names.
/// Throws InvalidArgument when RESCORA_ISA names one that cannot run here.
const Table& active();

}  // namespace rescora::kernels
