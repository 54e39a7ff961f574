/// The execution state of a script: a block of documents, the registers of its lanes, its faults.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "plan/fault.h"
#include "plan/program.h"
#include "script/bound.h"
#include "script/operands.h"
#include "script/work.h"

namespace rescora::script {

/// Documents that run together. With more, a dozen registers would not fit the first-level cache; with fewer, dispatch
/// of instructions would cost more.
constexpr std::uint32_t block_size = 256;

constexpr std::size_t longest_text = std::size_t{64} * 1024;      ///< bytes that one made text may have
constexpr std::size_t most_text = std::size_t{64} * 1024 * 1024;  ///< bytes that all made texts of a block may have

/// Converts to the value 0, null or false of any type: what a lane that failed goes on with.
struct Nothing {
    template <class T>
    operator T() const {  // NOLINT(google-explicit-constructor): that is its use
        return T{};
    }
};

struct Frame {
    const plan::Script& script;
    const BoundColumn* columns;  ///< null while the prologue runs, which reads none
    std::uint32_t salt;
    DocId base;  ///< the number in the shard of the segment's first document
    const kernels::Table& kernels;
    Arena& arena;  ///< of texts made by this block
    std::uint64_t* registers;
    std::size_t stride;  ///< lanes of a register, a multiple of 8
    std::vector<plan::Fault>& faults;
    Meter meter;

    // of the block
    const DocId* docs = nullptr;
    const float* scores = nullptr;
    std::uint32_t n = 0;
    std::size_t text_made = 0;
    bool any_failed = false;
    bool failed[block_size] = {};

    std::uint64_t* lanes(plan::Register r) const { return registers + std::size_t{r} * stride; }
    const std::uint64_t* mask(const plan::Instruction& instruction) const {
        return instruction.mask == plan::no_register ? nullptr : lanes(instruction.mask);
    }

    /// Counts work before it is done. Throws DocumentError, without a document, when the request may do no more.
    void charge(std::uint64_t work) {
        meter.add(work);
        if (meter.is_due()) tell();
    }
    void tell() {
        if (!meter.tell()) raise_work_limit();
    }
    [[noreturn]] void raise_work_limit() const {
        plan::Fault fault;
        fault.code = plan::FaultCode::work_limit;
        fault.source = script.program->source;
        throw plan::DocumentError(std::move(fault), {});
    }

    /// Notes why a document has no result. The first reason of a document stands.
    Nothing fail(std::uint32_t lane, const plan::Instruction& instruction, plan::FaultCode code, double number = 0,
                 std::string text = {}) {
        any_failed = true;
        if (!std::exchange(failed[lane], true))
            faults.push_back({docs[lane], code, instruction.place, number, std::move(text), script.program->source});
        return {};
    }

    /// A text that lives as long as the block.
    const plan::Text* keep(std::string_view made) {
        const std::size_t size = sizeof(plan::Text) + made.size();
        char* memory = arena.take<char>(size);
        char* data = memory + sizeof(plan::Text);
        std::copy(made.begin(), made.end(), data);
        text_made += size;
        meter.add(size);
        return new (memory) plan::Text{data, static_cast<std::uint32_t>(made.size())};
    }

    /// A text without its own copy of the bytes.
    const plan::Text* view(std::string_view bytes) {
        auto* text = arena.take<plan::Text>(1);
        *text = {bytes.data(), static_cast<std::uint32_t>(bytes.size())};
        text_made += sizeof(plan::Text);
        return text;
    }
};

using Function = void(Frame&, const plan::Instruction&);

/// The function of each operation that no kernel does; null where there is none.
class Functions {
 public:
    Function*& operator[](plan::Operation operation) { return of_[static_cast<std::size_t>(operation)]; }
    Function* operator[](plan::Operation operation) const { return of_[static_cast<std::size_t>(operation)]; }

 private:
    Function* of_[plan::num_operations] = {};
};

// -- lanes as values

template <class T>
T value_of(std::uint64_t lane) {
    if constexpr (std::is_same_v<T, double>) return std::bit_cast<double>(lane);
    if constexpr (std::is_same_v<T, float>) return static_cast<float>(std::bit_cast<double>(lane));
    if constexpr (std::is_integral_v<T>) return static_cast<T>(lane);
    if constexpr (std::is_pointer_v<T>) return std::bit_cast<T>(lane);
}

inline std::uint64_t lane_of(double value) {
    return std::bit_cast<std::uint64_t>(value);
}
inline std::uint64_t lane_of(float value) {
    return lane_of(static_cast<double>(value));
}
template <class T>
std::uint64_t lane_of(const T* value) {
    return reinterpret_cast<std::uintptr_t>(value);
}
/// Of whole numbers: signed ones keep their sign.
template <class T>
    requires std::is_integral_v<T>
std::uint64_t lane_of(T value) {
    return static_cast<std::uint64_t>(value);
}

/// What Java says of an index that a list has not.
inline std::string beyond(std::int64_t index, std::size_t size) {
    return "Index " + std::to_string(index) + " out of bounds for length " + std::to_string(size);
}

// -- operations lane by lane, from functions of a lane's values

/// The lane that a function of class `masked` or `lane` works on, for those that want more than its operands.
struct Lane {
    Frame& frame;
    const plan::Instruction& instruction;
    std::uint32_t number;

    DocId doc() const { return frame.docs[number]; }
    const BoundColumn& column() const { return frame.columns[instruction.aux]; }
    const plan::LookUp& look_up() const { return frame.script.look_ups[instruction.aux]; }
    const plan::Constant& constant() const { return frame.script.constants[instruction.aux]; }

    Nothing fail(plan::FaultCode code, double count = 0, std::string text = {}) const {
        return frame.fail(number, instruction, code, count, std::move(text));
    }

    /// Whether a text of this size may be made; if not, the lane has failed.
    void charge(std::uint64_t work) const { frame.charge(work); }

    bool may_make(std::size_t size) const {
        if (size <= longest_text && frame.text_made + size <= most_text) return true;
        fail(plan::FaultCode::size_limit);
        return false;
    }

    const plan::Text* keep(std::string_view made) const {
        if (!may_make(made.size())) return nullptr;
        return frame.keep(made);
    }
};

/// Before a remainder of reals, whose loop runs once for each bit that the exponents differ by.
inline void charge_remainder(const Lane& lane, double a, double b) {
    const auto exponent = [](double x) { return std::bit_cast<std::uint64_t>(x) >> 52 & 0x7FF; };
    if (exponent(a) > exponent(b)) lane.charge(work_of_a_remainders_bit * (exponent(a) - exponent(b)));
}

namespace lanes {

template <class T>
bool is_null(std::uint64_t lane) {
    return std::is_same_v<T, std::string_view> && lane == 0;
}

/// A view is asked of texts that may not be null.
template <class T>
T get(std::uint64_t lane) {
    if constexpr (std::is_same_v<T, std::string_view>)
        return value_of<const plan::Text*>(lane)->view();
    else
        return value_of<T>(lane);
}

template <class T>
constexpr bool is_text = std::is_same_v<T, std::string_view> || std::is_same_v<T, const plan::Text*>;

/// Bytes of a text; of other values none.
template <class T>
std::size_t bytes(std::uint64_t lane) {
    if constexpr (is_text<T>)
        return lane == 0 ? 0 : value_of<const plan::Text*>(lane)->size;
    else
        return 0;
}

/// Counts the texts among a lane's operands.
template <class... Args, std::size_t... index>
void charge_texts(Frame& frame, const std::uint64_t* const* in, std::uint32_t lane, std::index_sequence<index...>) {
    if constexpr ((is_text<Args> || ...)) frame.charge(work_of_a_byte * (bytes<Args>(in[index][lane]) + ... + 0));
}

template <class R, class... Args, std::size_t... index>
void run(Frame& frame, const plan::Instruction& instruction, R (*function)(Args...),
         std::index_sequence<index...> indices) {
    [[maybe_unused]] const plan::Register operands[] = {instruction.a, instruction.b, instruction.c};
    std::uint64_t* out = frame.lanes(instruction.out);
    const std::uint64_t* in[] = {frame.lanes(operands[index])..., nullptr};
    for (std::uint32_t i = 0; i < frame.n; ++i) {
        charge_texts<Args...>(frame, in, i, indices);
        out[i] = lane_of(function(get<Args>(in[index][i])...));
    }
}

template <class R, class... Args, std::size_t... index>
void run(Frame& frame, const plan::Instruction& instruction, R (*function)(const Lane&, Args...),
         std::index_sequence<index...> indices) {
    [[maybe_unused]] const plan::Register operands[] = {instruction.a, instruction.b, instruction.c};
    const std::uint64_t* in[] = {frame.lanes(operands[index])..., nullptr};
    const std::uint64_t* mask = frame.mask(instruction);
    std::uint64_t* out = has_result(instruction.operation) ? frame.lanes(instruction.out) : nullptr;
    for (std::uint32_t i = 0; i < frame.n; ++i) {
        const Lane lane{frame, instruction, i};
        std::uint64_t result = 0;
        if (mask == nullptr || mask[i] != 0) {
            charge_texts<Args...>(frame, in, i, indices);
            if ((is_null<Args>(in[index][i]) || ...))
                lane.fail(plan::FaultCode::null);
            else if constexpr (std::is_void_v<R>)
                function(lane, get<Args>(in[index][i])...);
            else
                result = lane_of(function(lane, get<Args>(in[index][i])...));
        }
        if (out != nullptr) out[i] = result;
    }
}

template <class R, class... Args>
constexpr std::size_t arity(R (*)(Args...)) {
    return sizeof...(Args);
}
template <class R, class... Args>
constexpr std::size_t arity(R (*)(const Lane&, Args...)) {
    return sizeof...(Args);
}

}  // namespace lanes

/// The operation that calls a function for one lane after another: f(values...) of class `lane`, f(lane, values...) for
/// class `masked` and for those that look at more than their operands.
template <auto function>
void each_lane(Frame& frame, const plan::Instruction& instruction) {
    lanes::run(frame, instruction, function, std::make_index_sequence<lanes::arity(function)>{});
}

}  // namespace rescora::script
