/// Dynamically typed values: Painless's def.
#pragma once
#include "script/frame.h"

namespace rescora::script {

struct Def {
    plan::Kind kind = plan::Kind::null;
    std::uint64_t bits = 0;
};

/// The last item of a list, and the list before it. No cell is the empty list; a map has keys and values in turn.
struct Cell {
    const Cell* before;
    Def item;
};

constexpr bool is_real(plan::Kind kind) {
    return kind == plan::Kind::float_ || kind == plan::Kind::double_;
}

/// A char counts as one wherever Java widens it.
constexpr bool is_whole(plan::Kind kind) {
    return kind >= plan::Kind::byte && kind <= plan::Kind::long_;
}

constexpr bool is_number(plan::Kind kind) {
    return is_whole(kind) || is_real(kind);
}

/// A number of any kind as a double.
inline double number_of(plan::Kind kind, std::uint64_t bits) {
    return is_real(kind) ? value_of<double>(bits) : static_cast<double>(value_of<std::int64_t>(bits));
}

/// A lane of the pair that begins at a register.
inline Def def_at(const Frame& frame, plan::Register first, std::uint32_t lane) {
    const std::uint64_t* kinds = frame.lanes(first);
    return {static_cast<plan::Kind>(kinds[lane]), kinds[frame.stride + lane]};
}

namespace lanes {

/// Operands of functions on defs: a Def is a pair, anything else one register.
template <class T>
T get(const Frame& frame, plan::Register r, std::uint32_t lane) {
    if constexpr (std::is_same_v<T, Def>)
        return def_at(frame, r, lane);
    else
        return get<T>(frame.lanes(r)[lane]);
}

/// Bytes of an operand that is a text, or a def that holds one.
template <class T>
std::size_t bytes_at(const Frame& frame, plan::Register r, std::uint32_t lane) {
    if constexpr (std::is_same_v<T, Def>) {
        const Def def = def_at(frame, r, lane);
        return def.kind == plan::Kind::text ? bytes<const plan::Text*>(def.bits) : 0;
    } else {
        return bytes<T>(frame.lanes(r)[lane]);
    }
}

inline void put(const Frame& frame, plan::Register out, std::uint32_t lane, Def value) {
    frame.lanes(out)[lane] = static_cast<std::uint64_t>(value.kind);
    frame.lanes(out)[frame.stride + lane] = value.bits;
}

template <class R>
void put(const Frame& frame, plan::Register out, std::uint32_t lane, R value) {
    frame.lanes(out)[lane] = lane_of(value);
}

template <class R, class... Args, std::size_t... index>
void run_defs(Frame& frame, const plan::Instruction& instruction, R (*function)(const Lane&, Args...),
              std::index_sequence<index...>) {
    const plan::Register operands[] = {instruction.a, instruction.b, instruction.c};
    const std::uint64_t* mask = frame.mask(instruction);
    for (std::uint32_t i = 0; i < frame.n; ++i) {
        R result{};
        if (mask == nullptr || mask[i] != 0) {
            frame.charge(work_of_a_byte * (bytes_at<Args>(frame, operands[index], i) + ... + 0));
            result = function(Lane{frame, instruction, i}, get<Args>(frame, operands[index], i)...);
        }
        put(frame, instruction.out, i, result);
    }
}

}  // namespace lanes

/// each_lane() for functions that take or give a Def.
template <auto function>
void each_def(Frame& frame, const plan::Instruction& instruction) {
    lanes::run_defs(frame, instruction, function, std::make_index_sequence<lanes::arity(function)>{});
}

}  // namespace rescora::script
