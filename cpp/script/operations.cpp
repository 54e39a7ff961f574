/// The table of all operations that run lane by lane.
#include "script/operations.h"

namespace rescora::script {

namespace {

/// To fail is an operation of its own, for what a script throws.
void fail(const Lane& lane) {
    lane.fail(static_cast<plan::FaultCode>(lane.instruction.aux));
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
