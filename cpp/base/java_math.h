/// Java's Math, function by function, with Java's results for every argument: NaN, infinities, -0.0 and subnormals too.
///
/// What rounds once (sqrt, fma, remainders, conversions) and whatever works on integers is exact. sin to pow have the
/// bits of StrictMath, whose algorithms are fdlibm's; no mathematical library is asked for them, since libraries
/// choose their code by processor. kernels/elementary.h has some of them for whole columns, with the same bits.
#pragma once
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace rescora::java {

using Int = std::int32_t;
using Long = std::int64_t;

template <class T>
concept Floating = std::same_as<T, float> || std::same_as<T, double>;

template <class T>
concept Integer = std::same_as<T, Int> || std::same_as<T, Long>;

template <class T>
concept Number = Floating<T> || Integer<T>;

constexpr double e = 0x1.5bf0a8b145769p1;
constexpr double pi = 0x1.921fb54442d18p1;

double sin(double x);
double cos(double x);
double tan(double x);
double asin(double x);
double acos(double x);
double atan(double x);
double atan2(double y, double x);

double exp(double x);
double expm1(double x);
double log(double x);
double log1p(double x);
double log10(double x);
double pow(double x, double y);
double sinh(double x);
double cosh(double x);
double tanh(double x);
double cbrt(double x);
double hypot(double x, double y);

inline double sqrt(double x) {
    return std::sqrt(x);
}
inline double fma(double x, double y, double z) {
    return std::fma(x, y, z);
}
inline float fma(float x, float y, float z) {
    return std::fma(x, y, z);
}
/// The % of Java, which has the dividend's sign.
template <Floating T>
T remainder(T x, T y) {
    return std::fmod(x, y);
}
/// The dividend less the nearest multiple of y, of two equally near the even one; a zero has the dividend's sign.
double ieee_remainder(double x, double y);

inline double to_radians(double degrees) {
    return degrees * 0x1.1df46a2529d39p-6;
}
inline double to_degrees(double radians) {
    return radians * 0x1.ca5dc1a63c1f8p5;
}

// Conversions: (int) and (long) of Java take the nearest there is, and 0 for NaN.

template <Integer To>
To to_integer(double x) {
    constexpr double limit = std::is_same_v<To, Int> ? 0x1p31 : 0x1p63;
    if (x >= limit) return std::numeric_limits<To>::max();
    if (x < -limit) return std::numeric_limits<To>::min();
    return x == x ? static_cast<To>(x) : 0;
}
inline Int to_int(double x) {
    return to_integer<Int>(x);
}
inline Long to_long(double x) {
    return to_integer<Long>(x);
}
/// Rounds once, to the nearest float, to infinity beyond the last.
inline float to_float(double x) {
    return static_cast<float>(x);
}

// Rounding.

inline double ceil(double x) {
    return std::ceil(x);
}
inline double floor(double x) {
    return std::floor(x);
}
/// The nearest integer, of two the even one.
inline double rint(double x) {
    const double a = std::fabs(x);
    return a < 0x1p52 ? std::copysign((a + 0x1p52) - 0x1p52, x) : x;
}
/// The nearest integer, of two the greater: floor(x + 1/2) without rounding in between.
inline Long round(double x) {
    const double below = std::floor(x);
    return to_long(x - below >= 0.5 ? below + 1.0 : below);
}
inline Int round(float x) {
    return to_int(std::floor(static_cast<double>(x) + 0.5));
}

// Signs, and the greater and lesser of two.

/// abs(Integer.MIN_VALUE) is itself.
template <Integer T>
T abs(T x) {
    using Unsigned = std::make_unsigned_t<T>;
    return x < 0 ? static_cast<T>(Unsigned{0} - static_cast<Unsigned>(x)) : x;
}
template <Floating T>
T abs(T x) {
    return std::fabs(x);
}
template <Integer T>
T max(T x, T y) {
    return x < y ? y : x;
}
template <Integer T>
T min(T x, T y) {
    return y < x ? y : x;
}
/// NaN if either is; 0.0 is greater than -0.0.
template <Floating T>
T max(T x, T y) {
    if (x != x || y != y) return x + y;
    return x == y ? (std::signbit(x) ? y : x) : (x < y ? y : x);
}
template <Floating T>
T min(T x, T y) {
    if (x != x || y != y) return x + y;
    return x == y ? (std::signbit(x) ? x : y) : (y < x ? y : x);
}
/// x brought between two bounds. Needs least <= most, neither of them NaN.
template <Number T>
T clamp(T x, T least, T most) {
    return min(most, max(x, least));
}
template <Floating T>
T signum(T x) {
    return x == 0 || x != x ? x : std::copysign(T{1}, x);
}
template <Floating T>
T copy_sign(T magnitude, T sign) {
    return std::copysign(magnitude, sign);
}

// The places of floating-point numbers.

/// -1023 (-127 for float) for zeros and subnormals, 1024 (128) for infinities and NaN.
template <Floating T>
Int get_exponent(T x) {
    if constexpr (std::is_same_v<T, float>)
        return static_cast<Int>(std::bit_cast<std::uint32_t>(x) >> 23 & 0xFF) - 127;
    else
        return static_cast<Int>(std::bit_cast<std::uint64_t>(x) >> 52 & 0x7FF) - 1023;
}
/// x * 2^exponent, rounded once.
template <Floating T>
T scalb(T x, Int exponent) {
    return std::scalbn(x, exponent);
}
/// The distance from |x| to the next greater number.
template <Floating T>
T ulp(T x) {
    constexpr T last = std::numeric_limits<T>::max();
    const T a = std::fabs(x);
    if (!(a < last)) return a == last ? last - std::nextafter(last, T{0}) : a;
    return std::nextafter(a, last) - a;
}
/// x's neighbour towards `direction`, or `direction` itself when they are equal.
inline double next_after(double x, double direction) {
    return std::nextafter(x, direction);
}
float next_after(float x, double direction);
template <Floating T>
T next_up(T x) {
    return std::nextafter(x, std::numeric_limits<T>::infinity());
}
template <Floating T>
T next_down(T x) {
    return std::nextafter(x, -std::numeric_limits<T>::infinity());
}

// Division of integers. Each needs y != 0: there Java throws, and so must whoever calls.

/// The / of Java; the one quotient that does not fit wraps around.
template <Integer T>
T divide(T x, T y) {
    return y == -1 ? static_cast<T>(std::make_unsigned_t<T>{0} - static_cast<std::make_unsigned_t<T>>(x))
                   : static_cast<T>(x / y);
}
/// The % of Java, which has the dividend's sign.
template <Integer T>
T remainder(T x, T y) {
    return y == -1 ? T{0} : static_cast<T>(x % y);
}
template <Integer T>
T floor_div(T x, T y) {
    const bool lower = remainder(x, y) != 0 && (x < 0) != (y < 0);
    return static_cast<T>(divide(x, y) - (lower ? 1 : 0));
}
/// x - floor_div(x, y) * y: has the divisor's sign.
template <Integer T>
T floor_mod(T x, T y) {
    const T rest = remainder(x, y);
    return rest != 0 && (rest < 0) != (y < 0) ? static_cast<T>(rest + y) : rest;
}
template <Integer T>
T ceil_div(T x, T y) {
    const bool higher = remainder(x, y) != 0 && (x < 0) == (y < 0);
    return static_cast<T>(divide(x, y) + (higher ? 1 : 0));
}
/// x - ceil_div(x, y) * y: has not the divisor's sign.
template <Integer T>
T ceil_mod(T x, T y) {
    const T rest = remainder(x, y);
    return rest != 0 && (rest < 0) == (y < 0) ? static_cast<T>(rest - y) : rest;
}
inline Long floor_div(Long x, Int y) {
    return floor_div(x, Long{y});
}
inline Int floor_mod(Long x, Int y) {
    return static_cast<Int>(floor_mod(x, Long{y}));
}
inline Long ceil_div(Long x, Int y) {
    return ceil_div(x, Long{y});
}
inline Int ceil_mod(Long x, Int y) {
    return static_cast<Int>(ceil_mod(x, Long{y}));
}

// Exact arithmetic: false when the result does not fit, where Java throws. `out` is then what is left after wrapping.

template <Integer T>
bool add_exact(T x, T y, T& out) {
    return !__builtin_add_overflow(x, y, &out);
}
template <Integer T>
bool subtract_exact(T x, T y, T& out) {
    return !__builtin_sub_overflow(x, y, &out);
}
template <Integer T>
bool multiply_exact(T x, T y, T& out) {
    return !__builtin_mul_overflow(x, y, &out);
}
inline bool multiply_exact(Long x, Int y, Long& out) {
    return multiply_exact(x, Long{y}, out);
}
template <Integer T>
bool increment_exact(T x, T& out) {
    return add_exact(x, T{1}, out);
}
template <Integer T>
bool decrement_exact(T x, T& out) {
    return subtract_exact(x, T{1}, out);
}
template <Integer T>
bool negate_exact(T x, T& out) {
    return subtract_exact(T{0}, x, out);
}
template <Integer T>
bool abs_exact(T x, T& out) {
    out = abs(x);
    return out >= 0;
}
inline bool to_int_exact(Long x, Int& out) {
    out = static_cast<Int>(x);
    return out == x;
}
inline Long multiply_full(Int x, Int y) {
    return Long{x} * Long{y};
}
/// The upper 64 of the product's 128 bits.
Long multiply_high(Long x, Long y);

}  // namespace rescora::java
