/// Operations on dates, which are milliseconds since 1970.
#include "script/calendar.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::Operation;
using Long = std::int64_t;

Long date_part(const Lane& lane, Long date) {
    return part(date, static_cast<plan::DatePart>(lane.instruction.aux));
}

Long date_plus(const Lane& lane, Long date, Long amount) {
    const auto sum = plus(date, amount, static_cast<plan::DateUnit>(lane.instruction.aux));
    if (!sum) return lane.fail(plan::FaultCode::overflow);
    return *sum;
}

Long date_between(const Lane& lane, Long from, Long to) {
    return between(from, to, static_cast<plan::DateUnit>(lane.instruction.aux));
}

/// `aux` 1: with all parts, as Elasticsearch's answers have dates; otherwise as ZonedDateTime.toString.
const plan::Text* date_text(const Lane& lane, Long date) {
    return lane.frame.keep(iso_text(date, lane.instruction.aux == 1 ? IsoParts::all : IsoParts::needed));
}

}  // namespace

void add_dates(Functions& functions) {
    functions[Operation::date_part] = each_lane<&date_part>;
    functions[Operation::date_plus] = each_lane<&date_plus>;
    functions[Operation::date_between] = each_lane<&date_between>;
    functions[Operation::date_text] = each_lane<&date_text>;
}

}  // namespace rescora::script
