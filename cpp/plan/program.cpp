/// When two scripts are the same.
#include "plan/program.h"

#include <algorithm>
#include <bit>
#include <span>

#include "base/keyed_hash.h"

namespace rescora::plan {

namespace {

/// Reals are compared by their bits: 0.0 and -0.0 may give different scores, and NaN is one value.
bool same(const InputValue& left, const InputValue& right) {
    if (left.index() != right.index()) return false;
    if (const double* real = std::get_if<double>(&left))
        return std::bit_cast<std::uint64_t>(*real) == std::bit_cast<std::uint64_t>(std::get<double>(right));
    return left == right;
}

bool same(const DefValue& left, const DefValue& right) {
    return left.kind == right.kind && same(left.value, right.value);
}

bool same(float left, float right) {
    return std::bit_cast<std::uint32_t>(left) == std::bit_cast<std::uint32_t>(right);
}

bool same(const Constant& left, const Constant& right);

template <class T>
bool same(const std::vector<T>& left, const std::vector<T>& right) {
    return std::ranges::equal(left, right, [](const T& a, const T& b) { return same(a, b); });
}

bool same(const Constant& left, const Constant& right) {
    return left.keys == right.keys && same(left.values, right.values) && same(left.vector, right.vector);
}

bool same(const Program& left, const Program& right) {
    return &left == &right ||
           (*left.source == *right.source && left.code == right.code && left.prologue == right.prologue &&
            left.columns == right.columns && left.num_inputs == right.num_inputs &&
            left.num_uniforms == right.num_uniforms && left.num_registers == right.num_registers &&
            left.result == right.result && left.result_kind == right.result_kind);
}

std::uint64_t digest(const InputValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return keyed_hash(*text);
    const auto bits = std::holds_alternative<double>(value) ? std::bit_cast<std::uint64_t>(std::get<double>(value))
                                                            : static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    return keyed_hash(value.index(), bits);
}

std::uint64_t digest(const Constant& constant) {
    std::uint64_t state = constant.vector.size();
    for (const float component : constant.vector) state = keyed_hash(state, std::bit_cast<std::uint32_t>(component));
    for (const DefValue& value : constant.values) state = keyed_hash(state, digest(value.value));
    for (const std::string& key : constant.keys) state = keyed_hash(state, keyed_hash(key));
    return state;
}

}  // namespace

bool Script::operator==(const Script& other) const {
    return this == &other || (index_salt == other.index_salt && same(*program, *other.program) &&
                              same(inputs, other.inputs) && same(constants, other.constants));
}

std::uint64_t hash(const Script& script) {
    std::uint64_t state = keyed_hash(*script.program->source);
    for (const InputValue& input : script.inputs) state = keyed_hash(state, digest(input));
    for (const Constant& constant : script.constants) state = keyed_hash(state, digest(constant));
    return state;
}

}  // namespace rescora::plan
