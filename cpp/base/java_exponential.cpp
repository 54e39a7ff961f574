/// Exponentials, logarithms, powers, roots and hyperbolic functions, by fdlibm's formulas.
#include <cmath>
#include <cstdint>

#include "base/double_words.h"
#include "base/java_math.h"

namespace rescora::java {

namespace {

#include "base/elementary.inl.h"

/// x = k * ln(2) + r + lost, |r| <= ln(2) / 2, where `lost` is what r could not hold.
struct ReducedByLn2 {
    int k;
    double r, lost;
};

ReducedByLn2 reduce_by_ln2(double x) {
    const std::int32_t size = high_word_of_magnitude(x);
    if (size <= 0x3FD62E42) return {0, x, 0.0};
    const double half = std::copysign(0.5, x);
    const int k = size < 0x3FF0A2B2 ? (x < 0.0 ? -1 : 1) : static_cast<int>(one_over_ln2 * x + half);
    const double high = x - k * ln2_high;
    const double low = k * ln2_low;
    const double r = high - low;
    return {k, r, (high - r) - low};
}

/// e^x - 1 for |x| that are neither tiny nor beyond all results but -1 and infinity.
double expm1_of_usual(double x) {
    const auto [k, r, lost] = reduce_by_ln2(x);
    const double half = 0.5 * r;
    const double square = r * half;
    const double series =
        1.0 + square * (-0x1.11111111110f4p-5 +
                        square * (0x1.a01a019fe5585p-10 +
                                  square * (-0x1.4ce199eaadbb7p-14 +
                                            square * (0x1.0cfca86e65239p-18 + square * -0x1.afdb76e09c32dp-23))));
    const double t = 3.0 - series * half;
    const double quotient = square * ((series - t) / (6.0 - r * t));
    if (k == 0) return r - (r * quotient - square);
    const double error = (r * (quotient - lost) - lost) - square;
    if (k == -1) return 0.5 * (r - error) - 0.5;
    if (k == 1) return r < -0.25 ? -2.0 * (error - (r + 0.5)) : 1.0 + 2.0 * (r - error);
    if (k <= -2 || k > 56) return with_exponent_moved(1.0 - (error - r), k) - 1.0;
    if (k < 20) return with_exponent_moved((1.0 - power_of_2(-k)) - (error - r), k);
    return with_exponent_moved((r - (error + power_of_2(-k))) + 1.0, k);
}

constexpr std::int32_t last_finite_exp = 0x40862E42;  // the high word of the greatest x with a finite e^x

/// e^|x| / 2 where it is finite though e^|x| may not be.
double half_exp_near_overflow(double a) {
    const double root = exp(0.5 * a);
    return (0.5 * root) * root;
}

/// About the cube root of a, by a third of its exponent; the last bits are any.
double guess_cbrt(double a) {
    if (a >= smallest_normal) return from_high_word(high_word(a) / 3 + 715094163);
    const double normal = a * 0x1p54;
    const std::uint64_t low_word = bits_of(normal) & 0xFFFFFFFFU;
    return from_bits<double>(bits_of(from_high_word(high_word(normal) / 3 + 696219795)) | low_word);
}

/// A number and the part of it that is squared apart.
struct Shortened {
    double value, part;
};

Shortened shortened(double x) {
    return {x, without_low_word(x)};
}

/// sqrt(a^2 + b^2) for a >= b > 0 whose squares neither overflow nor vanish, the squares summed to more bits than fit
/// one.
double root_of_squares(Shortened a, Shortened b) {
    const double difference = a.value - b.value;
    if (difference > b.value) {
        const double rest = a.value - a.part;
        return std::sqrt(a.part * a.part - (b.value * (-b.value) - rest * (a.value + a.part)));
    }
    const double twice = a.value + a.value;  // a^2 + b^2 = (a - b)^2 + 2ab
    const double part = with_exponent_moved(a.part, 1);
    const double rest = twice - part;
    return std::sqrt(part * b.part - (difference * (-difference) - (part * (b.value - b.part) + rest * b.value)));
}

}  // namespace

double log(double x) {
    return log_lanes(x);
}

double log10(double x) {
    return log10_lanes(x);
}

double log1p(double x) {
    return log1p_lanes(x);
}

double exp(double x) {
    return exp_lanes(x);
}

double pow(double x, double y) {
    return pow_one(x, y);
}

double expm1(double x) {
    const std::int32_t size = high_word_of_magnitude(x);
    if (x != x || size < 0x3C900000) return x;
    if (x > 0x1.62e42fefa39efp9) return infinity;
    if (x < 0.0 && size >= 0x4043687A) return -1.0;
    return expm1_of_usual(x);
}

double sinh(double x) {
    const std::int32_t size = high_word_of_magnitude(x);
    const double a = std::fabs(x);
    if (!(a < infinity) || size < 0x3E300000) return x;
    const double half = std::copysign(0.5, x);
    if (a < 22.0) {
        const double t = expm1(a);
        return a < 1.0 ? half * (2.0 * t - t * t / (t + 1.0)) : half * (t + t / (t + 1.0));
    }
    if (size < last_finite_exp) return half * exp(a);
    if (a <= 0x1.633ce8fb9f87dp9) return std::copysign(half_exp_near_overflow(a), x);
    return std::copysign(infinity, x);
}

double cosh(double x) {
    const std::int32_t size = high_word_of_magnitude(x);
    const double a = std::fabs(x);
    if (x != x) return x;
    if (size < 0x3FD62E43) {
        const double t = expm1(a);
        const double w = 1.0 + t;
        return size < 0x3C800000 ? w : 1.0 + (t * t) / (w + w);
    }
    if (a < 22.0) {
        const double t = exp(a);
        return 0.5 * t + 0.5 / t;
    }
    if (size < last_finite_exp) return 0.5 * exp(a);
    return a <= 0x1.633ce8fb9f87dp9 ? half_exp_near_overflow(a) : infinity;
}

double tanh(double x) {
    const double a = std::fabs(x);
    if (x != x || high_word_of_magnitude(x) < 0x3C800000) return x * (1.0 + x);
    if (a >= 22.0) return std::copysign(1.0, x);
    const double t = expm1(a >= 1.0 ? 2.0 * a : -2.0 * a);
    return std::copysign(a >= 1.0 ? 1.0 - 2.0 / (t + 2.0) : -t / (t + 2.0), x);
}

double cbrt(double x) {
    const double a = std::fabs(x);
    if (!(a < infinity) || x == 0.0) return x;
    const double guess = guess_cbrt(a);
    const double s = 0x1.15f15f15f15f1p-1 + (guess * guess / a) * guess;
    const double to_23_bits =
        guess * (0x1.6db6db6db6db7p-2 + 0x1.9b6db6db6db6ep0 / (s + 0x1.6a0ea0ea0ea0fp0 + -0x1.691de2532c834p-1 / s));
    const double t = from_high_word(high_word(to_23_bits) + 1);  // rounded up, and short: its square is exact
    const double r = a / (t * t);
    return std::copysign(t + t * ((r - t) / ((t + t) + r)), x);
}

double hypot(double x, double y) {
    if (std::isinf(x) || std::isinf(y)) return infinity;
    if (x != x || y != y) return x + y;
    const double a = std::fmax(std::fabs(x), std::fabs(y));
    const double b = std::fmin(std::fabs(x), std::fabs(y));
    if (high_word(a) - high_word(b) > 60 * 0x100000 || b == 0.0) return a + b;
    if (high_word(a) > 0x5F300000) return 0x1p600 * root_of_squares(shortened(a * 0x1p-600), shortened(b * 0x1p-600));
    if (high_word(b) >= 0x20B00000) return root_of_squares(shortened(a), shortened(b));
    if (b >= smallest_normal) return 0x1p-600 * root_of_squares(shortened(a * 0x1p600), shortened(b * 0x1p600));
    // fdlibm splits here where a and b were before they were scaled, and loses a last bit now and then.
    return smallest_normal * root_of_squares({a * 0x1p1022, without_low_word(a)}, {b * 0x1p1022, without_low_word(b)});
}

}  // namespace rescora::java
