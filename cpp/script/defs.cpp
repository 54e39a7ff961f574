/// Arithmetic, comparison and casts of dynamically typed values (def), by Java's numeric promotion.
#include "script/defs.h"

#include <algorithm>

#include "base/java_math.h"
#include "base/java_text.h"
#include "script/operations.h"
#include "script/parse.h"
#include "script/utf16.h"

namespace rescora::script {

namespace {

using plan::DefOperator;
using plan::FaultCode;
using plan::Kind;
using plan::Operation;
using plan::Text;
using Long = std::int64_t;

Kind promoted(Kind a, Kind b) {
    return std::max({a, b, Kind::int_});
}

Long whole(const Def& def) {
    return value_of<Long>(def.bits);
}

/// As the promoted kind has it: a long beside a float is rounded to one.
double real(const Def& def, Kind kind) {
    if (is_real(def.kind)) return value_of<double>(def.bits);
    return kind == Kind::float_ ? static_cast<double>(static_cast<float>(whole(def))) : static_cast<double>(whole(def));
}

/// Brought back to 32 bits where it is an int.
Def wrapped(Kind kind, std::uint64_t bits) {
    if (kind == Kind::int_) return {kind, lane_of(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits)))};
    return {kind, bits};
}

Def refuse(const Lane& lane, const Def& a, const Def& b) {
    return lane.fail(a.kind == Kind::null || b.kind == Kind::null ? FaultCode::null : FaultCode::cast);
}

// -- writing

std::string written(const Def& def) {
    switch (def.kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return def.bits != 0 ? "true" : "false";
        case Kind::char_: {
            const auto unit = static_cast<char16_t>(def.bits);
            return to_utf8({&unit, 1});
        }
        case Kind::float_:
            return java_float(value_of<float>(def.bits));
        case Kind::double_:
            return java_double(value_of<double>(def.bits));
        case Kind::text: {
            const auto* text = value_of<const Text*>(def.bits);
            return text == nullptr ? "null" : std::string(text->view());
        }
        default:
            return std::to_string(whole(def));
    }
}

Def concat(const Lane& lane, const Def& a, const Def& b) {
    const std::string left = written(a), right = written(b);
    if (!lane.may_make(left.size() + right.size())) return {};
    const std::string made = left + right;
    return {Kind::text, lane_of(lane.keep(has_open_end(left) ? to_utf8(to_utf16(made)) : made))};
}

// -- arithmetic

Def divide(const Lane& lane, DefOperator by, Kind kind, Long a, Long b) {
    if (b == 0) return lane.fail(FaultCode::division_by_zero);
    return wrapped(kind, lane_of(by == DefOperator::divide ? java::divide(a, b) : java::remainder(a, b)));
}

Def on_wholes(const Lane& lane, DefOperator by, Kind kind, Long a, Long b) {
    const std::uint64_t x = lane_of(a), y = lane_of(b);
    switch (by) {
        case DefOperator::add:
            return wrapped(kind, x + y);
        case DefOperator::subtract:
            return wrapped(kind, x - y);
        case DefOperator::multiply:
            return wrapped(kind, x * y);
        default:
            return divide(lane, by, kind, a, b);
    }
}

double on_reals(DefOperator by, double a, double b) {
    switch (by) {
        case DefOperator::add:
            return a + b;
        case DefOperator::subtract:
            return a - b;
        case DefOperator::multiply:
            return a * b;
        case DefOperator::divide:
            return a / b;
        default:
            return java::remainder(a, b);
    }
}

Def arithmetic(const Lane& lane, DefOperator by, const Def& a, const Def& b) {
    if (by == DefOperator::add && (a.kind == Kind::text || b.kind == Kind::text)) return concat(lane, a, b);
    if (!is_number(a.kind) || !is_number(b.kind)) return refuse(lane, a, b);
    const Kind kind = promoted(a.kind, b.kind);
    if (is_whole(kind)) return on_wholes(lane, by, kind, whole(a), whole(b));
    if (by == DefOperator::remainder) charge_remainder(lane, real(a, kind), real(b, kind));
    const double result = on_reals(by, real(a, kind), real(b, kind));
    return {kind, kind == Kind::float_ ? lane_of(static_cast<float>(result)) : lane_of(result)};
}

/// The kind is that of the left operand alone, as is how many bits of the right one count.
Def shift(const Lane& lane, DefOperator by, const Def& a, const Def& b) {
    if (!is_whole(a.kind) || !is_whole(b.kind)) return refuse(lane, a, b);
    const Kind kind = promoted(a.kind, Kind::int_);
    const auto count = static_cast<unsigned>(whole(b) & (kind == Kind::int_ ? 31 : 63));
    const std::uint64_t bits = kind == Kind::int_ ? a.bits & 0xFFFFFFFF : a.bits;
    if (by == DefOperator::shift_left) return wrapped(kind, a.bits << count);
    if (by == DefOperator::shift_right) return {kind, lane_of(whole(a) >> count)};
    return wrapped(kind, bits >> count);
}

std::uint64_t combined(DefOperator by, std::uint64_t a, std::uint64_t b) {
    if (by == DefOperator::and_) return a & b;
    return by == DefOperator::or_ ? a | b : a ^ b;
}

Def bitwise(const Lane& lane, DefOperator by, const Def& a, const Def& b) {
    if (a.kind == Kind::boolean && b.kind == Kind::boolean) return {Kind::boolean, combined(by, a.bits, b.bits)};
    if (!is_whole(a.kind) || !is_whole(b.kind)) return refuse(lane, a, b);
    return {promoted(a.kind, b.kind), combined(by, a.bits, b.bits)};
}

Def binary(const Lane& lane, Def a, Def b) {
    const auto by = static_cast<DefOperator>(lane.instruction.aux);
    if (by <= DefOperator::remainder) return arithmetic(lane, by, a, b);
    if (by <= DefOperator::shift_right_unsigned) return shift(lane, by, a, b);
    if (by <= DefOperator::xor_) return bitwise(lane, by, a, b);
    return refuse(lane, a, b);
}

Def unary(const Lane& lane, Def a) {
    const auto by = static_cast<DefOperator>(lane.instruction.aux);
    if (!is_number(a.kind) || (by == DefOperator::complement && is_real(a.kind))) return refuse(lane, a, a);
    const Kind kind = promoted(a.kind, Kind::int_);
    if (by == DefOperator::complement) return wrapped(kind, ~a.bits);
    if (by == DefOperator::plus) return {kind, a.bits};
    if (is_real(kind)) return {kind, lane_of(-value_of<double>(a.bits))};
    return wrapped(kind, 0 - a.bits);
}

// -- comparison

bool same_text(std::uint64_t a, std::uint64_t b) {
    const auto *left = value_of<const Text*>(a), *right = value_of<const Text*>(b);
    return left == right || (left != nullptr && right != nullptr && left->view() == right->view());
}

/// A text that is not there is null, whichever kind says so.
Def normal(Def def) {
    return def.kind == Kind::text && def.bits == 0 ? Def{} : def;
}

bool equal(const Def& a, const Def& b) {
    if (is_number(a.kind) && is_number(b.kind)) {
        const Kind kind = promoted(a.kind, b.kind);
        return is_whole(kind) ? whole(a) == whole(b) : real(a, kind) == real(b, kind);
    }
    if (a.kind != b.kind) return false;
    return a.kind == Kind::null || (a.kind == Kind::text ? same_text(a.bits, b.bits) : a.bits == b.bits);
}

template <class Value>
bool ordered(DefOperator by, Value a, Value b) {
    switch (by) {
        case DefOperator::less:
            return a < b;
        case DefOperator::less_equal:
            return a <= b;
        case DefOperator::greater:
            return a > b;
        default:
            return a >= b;
    }
}

bool compare_defs(const Lane& lane, Def first, Def second) {
    const Def a = normal(first), b = normal(second);
    const auto by = static_cast<DefOperator>(lane.instruction.aux);
    if (by == DefOperator::equal) return equal(a, b);
    if (by == DefOperator::not_equal) return !equal(a, b);
    if (!is_number(a.kind) || !is_number(b.kind)) return refuse(lane, a, b).bits != 0;
    const Kind kind = promoted(a.kind, b.kind);
    return is_whole(kind) ? ordered(by, whole(a), whole(b)) : ordered(by, real(a, kind), real(b, kind));
}

// -- casts

/// A number cast as Java casts it: reals to int or long first, then cut to size.
std::uint64_t cast_number(const Def& def, Kind to) {
    if (to == Kind::double_) return lane_of(number_of(def.kind, def.bits));
    if (to == Kind::float_)
        return lane_of(is_real(def.kind) ? value_of<float>(def.bits) : static_cast<float>(whole(def)));
    Long value = whole(def);
    if (is_real(def.kind)) {
        const double from = value_of<double>(def.bits);
        value = to == Kind::long_ ? java::to_long(from) : java::to_int(from);
    }
    switch (to) {
        case Kind::byte:
            return lane_of(static_cast<std::int8_t>(value));
        case Kind::short_:
            return lane_of(static_cast<std::int16_t>(value));
        case Kind::char_:
            return lane_of(static_cast<std::uint16_t>(value));
        case Kind::int_:
            return lane_of(static_cast<std::int32_t>(value));
        default:
            return lane_of(value);
    }
}

/// Whether Java widens one kind of number to another without a cast.
bool widens(Kind from, Kind to) {
    if (from == to) return true;
    if (to == Kind::char_ || (from == Kind::char_ && to < Kind::int_)) return false;
    return from < to;
}

/// A text of one unit, and a char as a text: explicit casts know them.
std::uint64_t cast_char_or_text(const Lane& lane, const Def& def, Kind to) {
    if (to == Kind::text && def.kind == Kind::char_) return lane_of(lane.keep(written(def)));
    if (to == Kind::char_ && def.kind == Kind::text) {
        const auto text = value_of<const Text*>(def.bits)->view();
        lane.charge(work_of_a_unit * text.size());
        const auto units = to_utf16(text);
        if (units.size() == 1) return units[0];
    }
    return lane.fail(FaultCode::cast);
}

enum class Casts : std::uint8_t { widening, all };

template <Casts casts>
std::uint64_t cast(const Lane& lane, Def given) {
    const Def def = normal(given);
    const auto to = static_cast<Kind>(lane.instruction.aux);
    if (to == Kind::null) return def.bits;
    if (def.kind == Kind::null) return to == Kind::text ? 0 : refuse(lane, def, def).bits;
    if (def.kind == to) return def.bits;
    if (is_number(def.kind) && is_number(to) && (casts == Casts::all || widens(def.kind, to)))
        return cast_number(def, to);
    if (casts == Casts::all) return cast_char_or_text(lane, def, to);
    return lane.fail(FaultCode::cast);
}

const Text* text(const Lane& lane, Def def) {
    return lane.keep(written(def));
}

bool to_boolean(const Lane& lane, Def def) {
    if (def.kind != Kind::boolean) return refuse(lane, def, def).bits != 0;
    return def.bits != 0;
}

// -- results

/// A char is what Elasticsearch cannot write; a float is written with the digits that tell it from other floats.
Def printed(const Lane& lane, Def def) {
    if (def.kind == Kind::char_)
        return lane.fail(FaultCode::argument, 0,
                         "cannot write xcontent for unknown value of type class java.lang.Character");
    if (def.kind != Kind::float_) return def;
    return {Kind::double_, lane_of(*parse_double(java_float(value_of<float>(def.bits))))};
}

/// Lists end in their newest cell, so branches that go on with one list share what it had.
std::uint64_t append(const Lane& lane, std::uint64_t list, Def item) {
    lane.frame.text_made += sizeof(Cell);
    auto* cell = lane.frame.arena.take<Cell>(1);
    *cell = {value_of<const Cell*>(list), item};
    return lane_of(cell);
}

}  // namespace

void add_defs(Functions& functions) {
    functions[Operation::def_binary] = each_def<&binary>;
    functions[Operation::def_unary] = each_def<&unary>;
    functions[Operation::def_compare] = each_def<&compare_defs>;
    functions[Operation::def_cast] = each_def<&cast<Casts::all>>;
    functions[Operation::def_convert] = each_def<&cast<Casts::widening>>;
    functions[Operation::def_text] = each_def<&text>;
    functions[Operation::def_to_boolean] = each_def<&to_boolean>;
    functions[Operation::def_printed] = each_def<&printed>;
    functions[Operation::append_def] = each_def<&append>;
}

}  // namespace rescora::script
