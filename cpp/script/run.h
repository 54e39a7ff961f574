/// Runs a bound script over documents.
#pragma once
#include <vector>

#include "base/arena.h"
#include "plan/fault.h"
#include "script/bound.h"

namespace rescora::script {

/// n documents in any order.
struct Lanes {
    const DocId* docs;
    std::uint32_t n;
    const float* scores;         ///< one a document; null where the program does not use them
    bool stop_at_fault = false;  ///< whether documents after a block with a fault need no result
};

/// Steps in loops that one document may take.
constexpr std::int64_t most_steps = 1'000'000;

// Each appends a Fault for every document whose script fails, in any order, at most one a document; that document's
// result is then 0, false or null. DocumentError, without a document, when the scripts of the request do too much.

/// The result as a double, from a number of any kind. A result that is no number is a fault.
void run_reals(const BoundScript& script, const Lanes& lanes, double* out, Arena& arena,
               std::vector<plan::Fault>& faults);

/// The result as 0 or 1. A result that is no boolean is a fault.
void run_booleans(const BoundScript& script, const Lanes& lanes, std::uint8_t* out, Arena& arena,
                  std::vector<plan::Fault>& faults);

/// A value; of a list `items` are its items, of a map its keys and values in turn.
struct Result : plan::DefValue {
    std::vector<Result> items = {};
};

/// The result of any kind, one a document.
std::vector<Result> run_values(const BoundScript& script, const Lanes& lanes, Arena& arena,
                               std::vector<plan::Fault>& faults);

}  // namespace rescora::script
