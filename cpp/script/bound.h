/// A script bound to one segment: its columns are looked up, and checks that this segment makes constant are removed.
#pragma once
#include <vector>

#include "index/shard_reader.h"
#include "kernels/table.h"
#include "plan/program.h"

namespace rescora::script {

/// A column of the program in this segment. Without a field no document has a value.
struct BoundColumn {
    const segment::Field* field = nullptr;
    std::span<const std::int64_t> dense_integers;  ///< every document's one value, where each has one
    std::span<const double> dense_reals;
    std::span<const TermId> dense_ordinals;

    /// Whether every document has exactly one value.
    bool is_dense() const { return !dense_integers.empty() || !dense_reals.empty() || !dense_ordinals.empty(); }
};

class BoundScript {
 public:
    /// Errors  InvalidArgument when a query vector has not as many dimensions as the segment's vectors.
    BoundScript(plan::ScriptPtr script, const index::ShardReader& shard, std::size_t segment,
                const kernels::Table& table = kernels::active());

    const plan::Script& script() const { return *script_; }
    const plan::Program& program() const { return *script_->program; }
    const std::vector<plan::Instruction>& code() const { return code_; }
    const std::vector<BoundColumn>& columns() const { return columns_; }
    const kernels::Table& kernels() const { return *kernels_; }
    std::uint32_t salt() const { return salt_; }  ///< of random numbers; base/random_score.h
    DocId base() const { return base_; }          ///< the number in the shard of the segment's first document

 private:
    void leave_out_what_dense_columns_have();

    plan::ScriptPtr script_;
    std::vector<BoundColumn> columns_;
    std::vector<plan::Instruction> code_;
    const kernels::Table* kernels_;
    std::uint32_t salt_;
    DocId base_;
};

}  // namespace rescora::script
