/// The table of all operations that run lane by lane.
#include "script/operations.h"

#include <string>

namespace rescora::script {

namespace {

/// To fail is an operation of its own, for what is known to be wrong before it is reached.
void fail(const Lane& lane, const plan::Text* said) {
    lane.fail(static_cast<plan::FaultCode>(lane.instruction.aux), 0, said == nullptr ? "" : std::string(said->view()));
}

Functions all() {
    Functions functions;
    functions[plan::Operation::fail] = each_lane<&fail>;
    add_numbers(functions);
    add_columns(functions);
    add_texts(functions);
    add_constants(functions);
    add_defs(functions);
    add_dates(functions);
    add_randoms(functions);
    add_geo(functions);
    add_vectors(functions);
    return functions;
}

}  // namespace

const Functions& functions() {
    static const Functions made = all();
    return made;
}

}  // namespace rescora::script
