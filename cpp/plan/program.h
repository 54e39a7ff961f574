/// A script as the core runs it: instructions over registers that hold one lane a document.
///
/// Python's compiler makes a Program from the source, once a source, mapping and kinds of parameters. A Script is a
/// program with the parameters' values. Both are immutable.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/arena.h"
#include "base/keyed_hash.h"
#include "base/types.h"

namespace rescora::plan {

enum class Operation : std::uint16_t {
#define RESCORA_OPERATION(name, operands, kind) name,
#include "kernels/operations.inc"
#undef RESCORA_OPERATION
};

enum class OperationClass : std::uint8_t { vector, lane, masked, gather, control };

struct OperationInfo {
    std::string_view name;
    std::uint8_t operands;
    OperationClass kind;
};

constexpr OperationInfo operation_infos[] = {
#define RESCORA_OPERATION(name, operands, kind) {#name, operands, OperationClass::kind},
#include "kernels/operations.inc"
#undef RESCORA_OPERATION
};
constexpr std::size_t num_operations = std::size(operation_infos);

/// What a def holds. The order is that of Java's widening: the wider of two numbers is the greater.
/// The last two only a result is of: chains of `Cell`s.
enum class Kind : std::uint8_t { null, boolean, byte, short_, char_, int_, long_, float_, double_, text, list, map };

enum class DefOperator : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    remainder,
    shift_left,
    shift_right,
    shift_right_unsigned,
    and_,
    or_,
    xor_,
    negate,
    plus,
    complement,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal
};

enum class DatePart : std::uint8_t {
    year,
    month,
    day_of_month,
    day_of_year,
    day_of_week,
    hour,
    minute,
    second,
    nano,
    epoch_second,
    milli_of_second,
    minute_of_day,
    second_of_day
};

enum class DateUnit : std::uint8_t { millis, seconds, minutes, hours, days, weeks, months, years };

using Register = std::uint16_t;
constexpr Register no_register = 0xFFFF;

struct Instruction {
    Operation operation;
    Register out = no_register, a = no_register, b = no_register, c = no_register;
    Register mask = no_register;  ///< of `masked` ones: the lanes that count; no_register is all
    std::uint32_t aux = 0;        ///< a column's slot, a constant's number, a target, a kind: see operations.inc
    std::uint32_t constant = 0;   ///< of vector functions: the constant to compare with
    std::uint32_t place = 0;      ///< in the source, in characters, for errors

    bool operator==(const Instruction&) const = default;
};

/// What one column of a program is read as.
enum class ColumnKind : std::uint8_t { integer, real, keyword, vector };

struct ProgramColumn {
    FieldId field;
    ColumnKind kind;
    bool operator==(const ProgramColumn&) const = default;
};

/// Registers [0, num_uniforms) have the same value in every lane and are never written by `code`; the first
/// num_inputs of them are given when values are bound (parameters and literals), the others are made by `prologue`,
/// which runs once with one lane and has vector and lane instructions only.
struct Program {
    std::shared_ptr<const std::string> source;
    std::vector<Instruction> prologue, code;
    std::vector<ProgramColumn> columns;
    Register num_inputs = 0, num_uniforms = 0, num_registers = 0;
    Register result = 0;
    Kind result_kind = Kind::double_;  ///< Kind::null: the result is a def, two registers
    bool uses_score = false;
};
using ProgramPtr = std::shared_ptr<const Program>;

/// One input's value: a boolean (as 0 or 1), a whole number, a real or a text.
using InputValue = std::variant<std::int64_t, double, std::string>;

/// A value of a constant list or map: null, or of one of the kinds.
struct DefValue {
    Kind kind = Kind::null;
    InputValue value = std::int64_t{0};
};

/// A list of a parameter, in the form that instructions ask for: whole numbers, reals, texts, values of any kind, or
/// the float components of a vector. A map has keys beside its values.
struct Constant {
    std::vector<DefValue> values;
    std::vector<std::string> keys;  ///< of a map, one a value, without repeats
    std::vector<float> vector;      ///< of a query vector
};

/// UTF-8 in memory that outlives whoever looks. Half of a pair of UTF-16 units, which scripts can make, stands as the
/// three bytes that its number would have.
struct Text {
    const char* data;
    std::uint32_t size;
    std::string_view view() const { return {data, size}; }
};

/// A Constant as instructions look it up. Texts are views of the constant's own.
struct LookUp {
    std::vector<std::uint64_t> lanes;   ///< each value's, as a register holds it
    std::vector<Text> texts;            ///< one a value
    std::vector<std::int64_t> longs;    ///< the whole numbers among the values, ascending
    std::vector<std::int64_t> doubles;  ///< the bits of the numbers as doubles, ascending
    float magnitude = 0;                ///< of a query vector
    std::unordered_map<std::string_view, std::uint32_t, KeyedHash>
        keys;  ///< of a map: where its key is; of a list: its texts
};

/// A program with its inputs' values; script/script.h makes it.
struct Script {
    ProgramPtr program;
    std::vector<InputValue> inputs;
    std::vector<Constant> constants;
    std::uint32_t index_salt = 0;  ///< of random numbers: Java's hashCode of the index's name << 10
    std::string description = {};  ///< as Elasticsearch's Script.toString, for explanations

    // What follows is made of these.
    std::vector<std::uint64_t> uniforms;  ///< a lane each
    std::vector<LookUp> look_ups;         ///< one a constant
    std::vector<Register> cleared;        ///< registers that may be read before they are written: zero in every block
    std::vector<Text> input_texts;
    Arena texts;  ///< those that the prologue made

    /// Whether both give the same in every document: of the same source, code, inputs, constants and salt.
    bool operator==(const Script& other) const;
};
using ScriptPtr = std::shared_ptr<const Script>;

/// Equal scripts have equal hashes.
std::uint64_t hash(const Script& script);

}  // namespace rescora::plan
