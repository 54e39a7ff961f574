/// Every function of Java's Math has the bits that Java's StrictMath gave: tests/golden/java-math.txt.
#include <bit>
#include <cstdint>
#include <fstream>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

#include "base/java_math.h"
#include "check.h"

namespace {

using namespace rescora;
using java::Int;
using java::Long;

/// A value's bits, all NaNs alike.
template <class T>
std::uint64_t bits(T value) {
    if constexpr (std::is_same_v<T, double>)
        return std::bit_cast<std::uint64_t>(value == value ? value : std::numeric_limits<double>::quiet_NaN());
    else if constexpr (std::is_same_v<T, float>)
        return std::bit_cast<std::uint32_t>(value == value ? value : std::numeric_limits<float>::quiet_NaN());
    else
        return static_cast<std::make_unsigned_t<T>>(value);
}

template <class T>
T value_of(std::uint64_t word) {
    if constexpr (std::is_same_v<T, double>)
        return std::bit_cast<double>(word);
    else if constexpr (std::is_same_v<T, float>)
        return std::bit_cast<float>(static_cast<std::uint32_t>(word));
    else
        return static_cast<T>(word);
}

using Words = std::vector<std::uint64_t>;
using Result = std::optional<std::uint64_t>;  ///< nothing where Java throws
using Function = std::function<Result(const Words&)>;

template <class X, class F>
Function of_one(F f) {
    return [f](const Words& words) -> Result { return bits(f(value_of<X>(words[0]))); };
}

template <class X, class Y, class F>
Function of_two(F f) {
    return [f](const Words& words) -> Result { return bits(f(value_of<X>(words[0]), value_of<Y>(words[1]))); };
}

template <class X, class F>
Function of_three(F f) {
    return [f](const Words& words) -> Result {
        return bits(f(value_of<X>(words[0]), value_of<X>(words[1]), value_of<X>(words[2])));
    };
}

template <class X, class F>
Function division(F f) {
    return [f](const Words& words) -> Result {
        if (words[1] == 0) return {};
        return bits(f(value_of<X>(words[0]), value_of<X>(words[1])));
    };
}

template <class X, class Y, class F>
Function exact_of_one(F f) {
    return [f](const Words& words) -> Result {
        Y out;
        return f(value_of<X>(words[0]), out) ? Result(bits(out)) : Result();
    };
}

template <class X, class F>
Function exact_of_two(F f) {
    return [f](const Words& words) -> Result {
        X out;
        return f(value_of<X>(words[0]), value_of<X>(words[1]), out) ? Result(bits(out)) : Result();
    };
}

#define ONE(name, type) {#name " " #type, of_one<type>([](type x) { return java::name(x); })}
#define TWO(name, first, second) \
    {#name " " #first #second, of_two<first, second>([](first x, second y) { return java::name(x, y); })}
#define THREE(name, type) \
    {#name " " #type #type #type, of_three<type>([](type x, type y, type z) { return java::name(x, y, z); })}
#define DIVISION(name, type) {#name " " #type #type, division<type>([](type x, type y) { return java::name(x, y); })}
#define EXACT_ONE(name, type, to) \
    {#name " " #type, exact_of_one<type, to>([](type x, to& out) { return java::name(x, out); })}
#define EXACT_TWO(name, type) \
    {#name " " #type #type, exact_of_two<type>([](type x, type y, type& out) { return java::name(x, y, out); })}

using d = double;  // the golden's names of types
using f = float;
using l = Long;
using i = Int;

const std::map<std::string, Function>& functions() {
    static const std::map<std::string, Function> all = {
        ONE(sin, d),
        ONE(cos, d),
        ONE(tan, d),
        ONE(asin, d),
        ONE(acos, d),
        ONE(atan, d),
        ONE(exp, d),
        ONE(expm1, d),
        ONE(log, d),
        ONE(log1p, d),
        ONE(log10, d),
        ONE(sinh, d),
        ONE(cosh, d),
        ONE(tanh, d),
        ONE(cbrt, d),
        TWO(atan2, d, d),
        TWO(hypot, d, d),
        TWO(pow, d, d),
        ONE(sqrt, d),
        ONE(ceil, d),
        ONE(floor, d),
        ONE(rint, d),
        ONE(abs, d),
        ONE(signum, d),
        ONE(ulp, d),
        ONE(next_up, d),
        ONE(next_down, d),
        ONE(to_radians, d),
        ONE(to_degrees, d),
        TWO(ieee_remainder, d, d),
        TWO(remainder, d, d),
        TWO(next_after, d, d),
        TWO(copy_sign, d, d),
        TWO(max, d, d),
        TWO(min, d, d),
        THREE(fma, d),
        TWO(scalb, d, i),
        ONE(get_exponent, d),
        ONE(round, d),
        ONE(to_int, d),
        ONE(to_long, d),
        ONE(to_float, d),
        ONE(round, f),
        ONE(ulp, f),
        ONE(signum, f),
        ONE(next_up, f),
        ONE(next_down, f),
        ONE(get_exponent, f),
        TWO(next_after, f, d),
        TWO(scalb, f, i),
        TWO(max, f, f),
        TWO(min, f, f),
        TWO(remainder, f, f),
        THREE(fma, f),
        EXACT_TWO(add_exact, l),
        EXACT_TWO(subtract_exact, l),
        EXACT_TWO(multiply_exact, l),
        DIVISION(floor_div, l),
        DIVISION(floor_mod, l),
        DIVISION(divide, l),
        DIVISION(remainder, l),
        TWO(multiply_high, l, l),
        EXACT_TWO(add_exact, i),
        EXACT_TWO(subtract_exact, i),
        EXACT_TWO(multiply_exact, i),
        DIVISION(floor_div, i),
        DIVISION(floor_mod, i),
        DIVISION(divide, i),
        DIVISION(remainder, i),
        EXACT_ONE(abs_exact, l, l),
        EXACT_ONE(increment_exact, l, l),
        EXACT_ONE(decrement_exact, l, l),
        EXACT_ONE(negate_exact, l, l),
        EXACT_ONE(to_int_exact, l, i),
        TWO(multiply_full, i, i),
    };
    return all;
}

std::string shown(const Result& result) {
    std::ostringstream text;
    if (result)
        text << std::hex << *result;
    else
        text << '!';
    return text.str();
}

/// "pow dd d" names a function and its types; the lines after it are its cases.
TEST(every_function_has_the_bits_of_strict_math) {
    std::ifstream golden(RESCORA_GOLDENS "/java-math.txt");
    std::string line, name;
    std::size_t seen = 0;
    int number = 0;
    for (; std::getline(golden, line); ++number) {
        std::istringstream words(line);
        std::vector<std::string> fields;
        for (std::string word; words >> word;) fields.push_back(word);
        if (line.find_first_not_of("0123456789abcdef !") != std::string::npos) {
            name = fields[0] + " " + fields[1];
            CHECK(functions().contains(name));
            ++seen;
            continue;
        }
        Words arguments;
        for (std::size_t at = 0; at + 1 < fields.size(); ++at)
            arguments.push_back(std::stoull(fields[at], nullptr, 16));
        check::equal("java-math.txt", number + 1, (name + " of " + line).c_str(), fields.back(),
                     shown(functions().at(name)(arguments)));
    }
    CHECK_EQUAL(functions().size(), seen);
}

TEST(divisions_round_up_and_down_and_wrap_where_java_wraps) {
    CHECK_EQUAL(-1, java::ceil_div(-4, 3));
    CHECK_EQUAL(2, java::ceil_div(4, 3));
    CHECK_EQUAL(2, java::ceil_div(-4, -3));
    CHECK_EQUAL(-1, java::ceil_div(4, -3));
    CHECK_EQUAL(-1, java::ceil_mod(-4, 3));
    CHECK_EQUAL(-2, java::ceil_mod(4, 3));
    CHECK_EQUAL(1, java::ceil_mod(4, -3));
    CHECK_EQUAL(2, java::ceil_mod(-4, -3));
    CHECK_EQUAL(0, java::ceil_mod(6, 3));
    constexpr Int least = std::numeric_limits<Int>::min();
    CHECK_EQUAL(least, java::divide(least, -1));
    CHECK_EQUAL(least, java::ceil_div(least, -1));
    CHECK_EQUAL(0, java::remainder(least, -1));
    CHECK_EQUAL(Long{-2}, java::floor_div(Long{-4}, Int{3}));
    CHECK_EQUAL(Int{2}, java::floor_mod(Long{-4}, Int{3}));
}

TEST(clamp_keeps_to_its_bounds) {
    CHECK_EQUAL(3, java::clamp(5, 1, 3));
    CHECK_EQUAL(1.0, java::clamp(-5.0, 1.0, 3.0));
    CHECK_EQUAL(bits(0.0), bits(java::clamp(-0.0, 0.0, 1.0)));
    CHECK(java::clamp(std::numeric_limits<double>::quiet_NaN(), 0.0, 1.0) != 0.0);
}

TEST(integers_of_other_widths_behave_alike) {
    constexpr Int least = std::numeric_limits<Int>::min();
    Int out = 0;
    CHECK(!java::abs_exact(least, out));
    CHECK(!java::negate_exact(least, out));
    CHECK(java::increment_exact(41, out));
    CHECK_EQUAL(42, out);
    CHECK_EQUAL(least, java::abs(least));
    CHECK_EQUAL(7, java::max(-3, 7));
    CHECK_EQUAL(Long{-3}, java::min(Long{-3}, Long{7}));
}

}  // namespace
