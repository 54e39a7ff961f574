/// Operations on the script's own lists and maps.
#include <algorithm>
#include <cmath>
#include <limits>

#include "script/defs.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::DefValue;
using plan::FaultCode;
using plan::Instruction;
using plan::Kind;
using plan::Operation;
using Long = std::int64_t;

const DefValue* element(const Lane& lane, Long index) {
    const auto& values = lane.constant().values;
    if (index < 0 || index >= static_cast<Long>(values.size()))
        return lane.fail(FaultCode::index, static_cast<double>(index), beyond(index, values.size()));
    return &values[static_cast<std::size_t>(index)];
}

std::uint64_t lane_of_element(const Lane& lane, Long index) {
    return lane.look_up().lanes[static_cast<std::size_t>(index)];
}

/// What an element that has to be of some kind is when it is of another.
Nothing refuse(const Lane& lane, Kind kind) {
    return lane.fail(kind == Kind::null ? FaultCode::null : FaultCode::cast);
}

/// A whole number, or a boolean as 0 or 1.
Long list_long(const Lane& lane, Long index) {
    const DefValue* value = element(lane, index);
    if (value == nullptr) return 0;
    if (value->kind < Kind::boolean || value->kind > Kind::long_) return refuse(lane, value->kind);
    return static_cast<Long>(lane_of_element(lane, index));
}

double list_double(const Lane& lane, Long index) {
    const DefValue* value = element(lane, index);
    if (value == nullptr) return 0;
    if (!is_number(value->kind)) return refuse(lane, value->kind);
    return number_of(value->kind, lane_of_element(lane, index));
}

const plan::Text* list_text(const Lane& lane, Long index) {
    const DefValue* value = element(lane, index);
    if (value == nullptr || value->kind == Kind::null) return nullptr;
    if (value->kind != Kind::text) return refuse(lane, value->kind);
    return value_of<const plan::Text*>(lane_of_element(lane, index));
}

/// An element of a list or map as a def.
Def def_of(const Lane& lane, std::size_t place) {
    return {lane.constant().values[place].kind, lane.look_up().lanes[place]};
}

Def list_def(const Lane& lane, Long index) {
    if (element(lane, index) == nullptr) return {};
    return def_of(lane, static_cast<std::size_t>(index));
}

/// The instruction's `constant` names a kind when only elements of that kind count: Java's Long never equals an
/// Integer.
bool any_of_kind(const Lane& lane, std::uint64_t bits) {
    const auto kind = static_cast<Kind>(lane.instruction.constant);
    const auto& values = lane.constant().values;
    lane.charge(work_of_an_item * values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i].kind == kind && lane.look_up().lanes[i] == bits) return true;
    return false;
}

bool list_has_long(const Lane& lane, Long value) {
    if (lane.instruction.constant != 0) return any_of_kind(lane, lane_of(value));
    return std::ranges::binary_search(lane.look_up().longs, value);
}

/// As Double.equals has it: NaN is NaN, 0.0 is not -0.0.
bool list_has_double(const Lane& lane, double value) {
    if (value != value) value = std::numeric_limits<double>::quiet_NaN();
    if (lane.instruction.constant != 0) return any_of_kind(lane, lane_of(value));
    return std::ranges::binary_search(lane.look_up().doubles, std::bit_cast<Long>(value));
}

/// The place of a text among a list's texts or a map's keys.
const std::uint32_t* place_of(const Lane& lane, const plan::Text* text) {
    if (text == nullptr) return nullptr;
    const auto& keys = lane.look_up().keys;
    const auto found = keys.find(text->view());
    return found == keys.end() ? nullptr : &found->second;
}

bool has_text(const Lane& lane, const plan::Text* text) {
    if (text != nullptr) return place_of(lane, text) != nullptr;
    lane.charge(work_of_an_item * lane.constant().values.size());
    const auto is_null = [](const DefValue& value) { return value.kind == Kind::null; };
    return lane.constant().keys.empty() && std::ranges::any_of(lane.constant().values, is_null);
}

Def map_def(const Lane& lane, const plan::Text* key) {
    const std::uint32_t* place = place_of(lane, key);
    return place == nullptr ? Def{} : def_of(lane, *place);
}

}  // namespace

void add_constants(Functions& functions) {
    functions[Operation::list_long] = each_lane<&list_long>;
    functions[Operation::list_double] = each_lane<&list_double>;
    functions[Operation::list_text] = each_lane<&list_text>;
    functions[Operation::list_def] = each_def<&list_def>;
    functions[Operation::list_has_long] = each_lane<&list_has_long>;
    functions[Operation::list_has_double] = each_lane<&list_has_double>;
    functions[Operation::list_has_text] = each_lane<&has_text>;
    functions[Operation::map_def] = each_def<&map_def>;
    functions[Operation::map_has] = each_lane<&has_text>;
}

}  // namespace rescora::script
