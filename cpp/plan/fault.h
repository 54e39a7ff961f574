/// Why one document cannot be scored, and the error that this becomes when the document would be a hit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/types.h"

namespace rescora::plan {

enum class FaultCode : std::uint8_t {
    // of scripts while they run
    missing_value,     ///< doc['f'].value of a document without one
    division_by_zero,  ///< whole numbers alone
    index,             ///< beyond a list or a text; `number` is the index
    null,              ///< something was asked of null
    cast,              ///< a def of a kind that this cannot be done with
    number_format,     ///< Integer.parseInt and its kin; `text` is what was to be parsed
    overflow,          ///< Math.addExact and its kin
    argument,          ///< a value that a function does not take; `text` says which
    missing_vector,    ///< a vector function on a document without one
    loop_limit,        ///< more steps in loops than a document may take
    work_limit,        ///< more work than all scripts of a request may do: no document's fault, so none is named
    size_limit,        ///< a text grew too long
    recursion,         ///< a function called itself too often
    // of scores
    script_score,         ///< a script's score is negative or NaN; `number` is the score
    script_function,      ///< the same of script_score as a function of function_score: negative
    field_value,          ///< field_value_factor gave a negative number; `number` is it
    missing_field_value,  ///< field_value_factor on a document without a value and no `missing`
    function_score,       ///< function_score's final score is negative or NaN; `number` is it
    model_score,          ///< a model's score is NaN; `text` is the model's name
};

/// The code's own name, by which Python words it.
constexpr const char* name_of(FaultCode code) {
    constexpr const char* names[] = {"missing_value",
                                     "division_by_zero",
                                     "index",
                                     "null",
                                     "cast",
                                     "number_format",
                                     "overflow",
                                     "argument",
                                     "missing_vector",
                                     "loop_limit",
                                     "work_limit",
                                     "size_limit",
                                     "recursion",
                                     "script_score",
                                     "script_function",
                                     "field_value",
                                     "missing_field_value",
                                     "function_score",
                                     "model_score"};
    return names[static_cast<std::size_t>(code)];
}

/// What went wrong with one document, kept small: most faults are of documents that are no hits.
struct Fault {
    DocId doc = 0;  ///< in its segment; of a DocumentError, in its shard
    FaultCode code = FaultCode::argument;
    std::uint32_t place = 0;  ///< of a script: the instruction's place in the source
    double number = 0;
    std::string text = {};
    std::shared_ptr<const std::string> source = {};  ///< of a script
};

/// Thrown when a document with a fault would be a hit, and at once for a fault of the whole request.
struct DocumentError : std::runtime_error {
    explicit DocumentError(Fault what, std::string document)
        : std::runtime_error("document [" + document + "] cannot be scored"),
          fault(std::move(what)),
          id(std::move(document)) {}

    Fault fault;
    std::string id;
};

}  // namespace rescora::plan
