/// Java's Math, function by function, with Java's results for every argument: NaN, infinities, -0.0 and subnormals too.
///
/// What rounds once (remainders, conversions) and whatever works on integers is exact. sin to pow have the
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

// Rounding.

/// The nearest integer, of two the greater: floor(x + 1/2) without rounding in between.
inline Long round(double x) {
    const double below = std::floor(x);
    return to_long(x - below >= 0.5 ? below + 1.0 : below);
}
inline Int round(float x) {
    return to_int(std::floor(static_cast<double>(x) + 0.5));
}

// Signs, and the greater and lesser of two.

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
template <Floating T>
T signum(T x) {
    return x == 0 || x != x ? x : std::copysign(T{1}, x);
}
template <Floating T>
T copy_sign(T magnitude, T sign) {
    return std::copysign(magnitude, sign);
}

// The places of floating-point numbers.

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

}  // namespace rescora::java
