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
Function division(F f) {
    return [f](const Words& words) -> Result {
        if (words[1] == 0) return {};
        return bits(f(value_of<X>(words[0]), value_of<X>(words[1])));
    };
}

#define ONE(name, type) {#name " " #type, of_one<type>([](type x) { return java::name(x); })}
#define TWO(name, first, second) \
    {#name " " #first #second, of_two<first, second>([](first x, second y) { return java::name(x, y); })}

#define DIVISION(name, type) {#name " " #type #type, division<type>([](type x, type y) { return java::name(x, y); })}

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
        TWO(scalb, d, i),
        ONE(round, d),
        ONE(to_int, d),
        ONE(to_long, d),
        ONE(round, f),
        ONE(ulp, f),
        ONE(signum, f),
        ONE(next_up, f),
        ONE(next_down, f),
        TWO(next_after, f, d),
        TWO(scalb, f, i),
        TWO(max, f, f),
        TWO(min, f, f),
        TWO(remainder, f, f),
        DIVISION(divide, l),
        DIVISION(remainder, l),
        DIVISION(divide, i),
        DIVISION(remainder, i),
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

TEST(divisions_wrap_where_java_wraps) {
    constexpr Int least = std::numeric_limits<Int>::min();
    CHECK_EQUAL(least, java::divide(least, -1));
    CHECK_EQUAL(0, java::remainder(least, -1));
}

TEST(the_greater_and_the_lesser_are_those_of_integers_too) {
    CHECK_EQUAL(7, java::max(-3, 7));
    CHECK_EQUAL(Long{-3}, java::min(Long{-3}, Long{7}));
}

}  // namespace
