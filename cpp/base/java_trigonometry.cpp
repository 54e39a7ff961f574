/// The trigonometric functions and their inverses, by fdlibm's formulas.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/double_words.h"
#include "base/java_math.h"

namespace rescora::java {

namespace {

constexpr double pi = 0x1.921fb54442d18p1;

constexpr double half_pi = 0x1.921fb54442d18p0;
constexpr double half_pi_rest = 0x1.1a62633145c07p-54;
constexpr double quarter_pi = 0x1.921fb54442d18p-1;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t quarter_pi_word = 0x3FE921FB;  // up to here nothing is reduced

/// An angle as quarters * pi/2 + head + tail, |head| about pi/4 at most, and tail what head could not hold.
struct Reduced {
    int quarters;
    double head, tail;
};

/// pi/2 in pieces of 33 bits, whose multiples by small integers are exact, and what remains after each.
struct HalfPiPiece {
    double piece, rest;
};
constexpr std::array<HalfPiPiece, 3> half_pi_pieces = {{{0x1.921fb544p0, 0x1.0b4611a626331p-34},
                                                        {0x1.0b4611a6p-34, 0x1.3198a2e037073p-69},
                                                        {0x1.3198a2ep-69, 0x1.b839a252049c1p-104}}};

/// |x| < 3/4 pi: one quarter is taken off, in two pieces when x is near pi/2.
Reduced reduce_one_quarter(double a) {
    double left = a - half_pi_pieces[0].piece;
    double rest = half_pi_pieces[0].rest;
    if (high_word(a) == 0x3FF921FB) {
        left -= half_pi_pieces[1].piece;
        rest = half_pi_pieces[1].rest;
    }
    const double head = left - rest;
    return {1, head, (left - head) - rest};
}

int exponent_bits(double x) {
    return high_word(x) >> 20 & 0x7FF;
}

/// a up to 2^19 * pi/2: pieces are taken off until so little cancels that the head is right.
Reduced reduce_some_quarters(double a) {
    const double n = std::floor(a * 0x1.45f306dc9c883p-1 + 0.5);
    const int quarters = static_cast<int>(n);
    double left = a - n * half_pi_pieces[0].piece;
    double rest = n * half_pi_pieces[0].rest;
    const bool far_from_multiple = quarters < 32 && high_word(a) != high_word(n * half_pi);
    const int may_cancel[] = {16, 49};  // bits
    for (int i = 0; i < 2 && !far_from_multiple; ++i) {
        if (exponent_bits(a) - exponent_bits(left - rest) <= may_cancel[i]) break;
        const HalfPiPiece next = half_pi_pieces[static_cast<std::size_t>(i) + 1];
        const double before = left;
        const double taken = n * next.piece;
        left = before - taken;
        rest = n * next.rest - ((before - left) - taken);
    }
    const double head = left - rest;
    return {quarters, head, (left - head) - rest};
}

/// 2/pi, 24 bits a digit.
constexpr std::uint32_t two_over_pi[] = {
    0xA2F983, 0x6E4E44, 0x1529FC, 0x2757D1, 0xF534DD, 0xC0DB62, 0x95993C, 0x439041, 0xFE5163, 0xABDEBB, 0xC561B7,
    0x246E3A, 0x424DD2, 0xE00649, 0x2EEA09, 0xD1921C, 0xFE1DEB, 0x1CB129, 0xA73EE8, 0x8235F5, 0x2EBB44, 0x84E99C,
    0x7026B4, 0x5F7E41, 0x3991D6, 0x398353, 0x39F49C, 0x845F8B, 0xBDF928, 0x3B1FF8, 0x97FFDE, 0x05980F, 0xEF2F11,
    0x8B5A0A, 0x6D1F6D, 0x367ECF, 0x27CB09, 0xB74F46, 0x3F669E, 0x5FEA2D, 0x7527BA, 0xC7EBE5, 0xF17B3D, 0x0739F7,
    0x8A5292, 0xEA6BFB, 0x5FB11F, 0x8D5D08, 0x560330, 0x46FC7B, 0x6BABF0, 0xCFBC20, 0x9AF436, 0x1DA9E3, 0x91615E,
    0xE61B08, 0x659985, 0x5F14A0, 0x68408D, 0xFFD880, 0x4D7327, 0x310606, 0x1556CA, 0x73A8C9, 0x60E27B, 0xC08C6B};

/// pi/2 in pieces of 24 bits.
constexpr double half_pi_digits[] = {0x1.921fb4p0, 0x1.4442dp-24, 0x1.846988p-48, 0x1.8cc516p-72, 0x1.01b838p-96};

constexpr int digit_bits = 24;
constexpr std::uint64_t digit = 1U << digit_bits;
constexpr int usual_digits = 4;  // of the product, beside the one that holds the integer
constexpr int most_digits = 20;

/// A fixed-point number: digits[0] is the highest and may be larger than a digit; its unit is 2^exponent.
struct Product {
    std::array<std::uint64_t, most_digits> digits = {};
    std::size_t last = usual_digits;
    int exponent = 0;
};

/// a * 2/pi but for multiples of 8, from the first `last` + 1 digits of the partial products.
Product multiply_by_two_over_pi(double a, std::size_t last) {
    const std::uint64_t whole = (std::bit_cast<std::uint64_t>(a) & 0xFFFFFFFFFFFFFU) | 0x10000000000000U;
    const std::uint64_t parts[] = {whole >> 29, whole >> 5 & (digit - 1), (whole & 31) << 19};
    const int exponent = exponent_bits(a) - 1023 - (digit_bits - 1);  // of the first part's unit
    const int first = std::max((exponent - 3) / digit_bits, 0);       // digits before it give multiples of 8
    Product product;
    product.last = last;
    product.exponent = exponent - digit_bits * (first + 1);
    for (int i = 0; i <= static_cast<int>(last); ++i)
        for (int j = 0; j < 3 && first + i - j >= 0; ++j)
            product.digits[static_cast<std::size_t>(i)] += parts[j] * two_over_pi[first + i - j];
    for (std::size_t i = last; i > 0; --i) {
        product.digits[i - 1] += product.digits[i] / digit;
        product.digits[i] %= digit;
    }
    return product;
}

/// Takes the integer off, modulo 8, and leaves the fraction.
int take_integer(Product& x) {
    if (x.exponent <= 0) {
        const std::uint64_t integer = x.digits[0] >> -x.exponent;
        x.digits[0] -= integer << -x.exponent;
        return static_cast<int>(integer & 7);
    }
    const int fraction_bits = digit_bits - x.exponent;
    const std::uint64_t integer = (x.digits[0] << x.exponent) + (x.digits[1] >> fraction_bits);
    x.digits[0] = 0;
    x.digits[1] &= (std::uint64_t{1} << fraction_bits) - 1;
    return static_cast<int>(integer & 7);
}

bool at_least_half(const Product& fraction) {
    if (fraction.exponent < 0) return fraction.digits[0] >> (-fraction.exponent - 1) != 0;
    return fraction.digits[1] >> (digit_bits - 1 - fraction.exponent) != 0;
}

/// 1 - fraction.
void complement(Product& fraction) {
    std::uint64_t borrow = 0;
    for (std::size_t i = fraction.last; i > 0; --i) {
        const std::uint64_t taken = fraction.digits[i] + borrow;
        fraction.digits[i] = (digit - taken) % digit;
        borrow = taken != 0;
    }
    if (fraction.exponent < 0)
        fraction.digits[0] = (std::uint64_t{1} << -fraction.exponent) - fraction.digits[0] - borrow;
    if (fraction.exponent > 0) fraction.digits[1] &= (digit >> fraction.exponent) - 1;
}

/// The first digit that is not 0; there is one, for no double is a multiple of pi/2.
std::size_t first_digit(const Product& x) {
    std::size_t i = 0;
    while (x.digits[i] == 0) ++i;
    return i;
}

/// x * pi/2 as head and tail: the products of digits are summed by their place, then the sums from the least.
Reduced times_half_pi(const Product& x) {
    std::array<double, most_digits + 1> values = {}, sums = {};
    std::size_t count = 0;
    std::size_t from = first_digit(x);
    int exponent = x.exponent - digit_bits * static_cast<int>(from);
    if (x.digits[from] >= digit) {
        const std::uint64_t above = x.digits[from] / digit;
        values[count++] = std::scalbn(static_cast<double>(above), exponent + digit_bits);
        values[count++] = std::scalbn(static_cast<double>(x.digits[from++] % digit), exponent);
        exponent -= digit_bits;
    }
    for (; from <= x.last; ++from, exponent -= digit_bits)
        values[count++] = std::scalbn(static_cast<double>(x.digits[from]), exponent);

    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t k = 0; k < std::size(half_pi_digits) && k <= i; ++k)
            sums[i] += half_pi_digits[k] * values[i - k];
    double head = 0;
    for (std::size_t i = count; i-- > 0;) head += sums[i];
    double tail = sums[0] - head;
    for (std::size_t i = 1; i < count; ++i) tail += sums[i];
    return {0, head, tail};
}

/// Any finite a from 2^20 on, by the digits of 2/pi that matter for its exponent (Payne and Hanek's method).
Reduced reduce_many_quarters(double a) {
    std::size_t last = usual_digits;
    for (;;) {
        Product x = multiply_by_two_over_pi(a, last);
        int quarters = take_integer(x);
        const bool over = at_least_half(x);
        if (over) complement(x), ++quarters;
        const std::size_t zeros = first_digit(x);
        if (zeros > last - usual_digits) {  // too many digits cancelled: ask for as many more
            last += zeros - (last - usual_digits);
            continue;
        }
        const Reduced part = times_half_pi(x);
        return over ? Reduced{quarters, -part.head, -part.tail} : Reduced{quarters, part.head, part.tail};
    }
}

/// x less quarters * pi/2, for any finite x.
Reduced reduce(double x) {
    const double a = std::fabs(x);
    const std::int32_t size = high_word(a);
    if (size <= quarter_pi_word) return {0, x, 0.0};
    const Reduced positive = size < 0x4002D97C    ? reduce_one_quarter(a)
                             : size <= 0x413921FB ? reduce_some_quarters(a)
                                                  : reduce_many_quarters(a);
    return x < 0 ? Reduced{-positive.quarters, -positive.head, -positive.tail} : positive;
}

/// (sin(x) - x) / x^3 + 1/6, divided by z = x^2.
double sin_series(double z) {
    return 0x1.111111110f8a6p-7 +
           z * (-0x1.a01a019c161d5p-13 +
                z * (0x1.71de357b1fe7dp-19 + z * (-0x1.ae5e68a2b9cebp-26 + z * 0x1.5d93a5acfd57cp-33)));
}

constexpr double minus_one_sixth = -0x1.5555555555549p-3;

/// sin(x) for |x| up to about pi/4.
double sin_near_0(double x) {
    if (high_word_of_magnitude(x) < 0x3E400000) return x;
    const double z = x * x;
    return x + (z * x) * (minus_one_sixth + z * sin_series(z));
}

/// sin(x + tail), which is rounded otherwise even when the tail is 0.
double sin_near_0(double x, double tail) {
    if (high_word_of_magnitude(x) < 0x3E400000) return x;
    const double z = x * x;
    const double cube = z * x;
    return x - ((z * (0.5 * tail - cube * sin_series(z)) - tail) - cube * minus_one_sixth);
}

/// cos(x + tail) for |x| up to about pi/4. Where x^2 / 2 is large, about a quarter of |x| is taken from 1 first,
/// exactly.
double cos_near_0(double x, double tail) {
    const std::int32_t size = high_word_of_magnitude(x);
    if (size < 0x3E400000) return 1.0;
    const double z = x * x;
    const double series =
        z * (0x1.555555555554cp-5 +
             z * (-0x1.6c16c16c15177p-10 +
                  z * (0x1.a01a019cb159p-16 +
                       z * (-0x1.27e4f809c52adp-22 + z * (0x1.1ee9ebdb4b1c4p-29 + z * -0x1.8fae9be8838d4p-37)))));
    const double rest = z * series - x * tail;
    if (size < 0x3FD33333) return 1.0 - (0.5 * z - rest);
    const double taken = size > 0x3FE90000 ? 0.28125 : from_high_word(size - 0x200000);
    return (1.0 - taken) - ((0.5 * z - taken) - rest);
}

/// -1 / (x + tail), where `sum` is x + tail rounded.
double negative_reciprocal(double sum, double x, double tail) {
    const double high = without_low_word(sum);
    const double low = tail - (high - x);
    const double guess = -1.0 / sum;
    const double guess_high = without_low_word(guess);
    return guess_high + guess * ((1.0 + guess_high * high) + guess_high * low);
}

/// (tan(x) - x - x^3 / 3) / x^5 for z = x^2.
double tan_series(double z) {
    const double w = z * z;
    const double odd =
        0x1.111111110fe7ap-3 +
        w * (0x1.664f48406d637p-6 +
             w * (0x1.d6d22c9560328p-9 +
                  w * (0x1.344d8f2f26501p-11 + w * (0x1.47e88a03792a6p-14 + w * -0x1.375cbdb605373p-16))));
    const double even =
        z * (0x1.ba1ba1bb341fep-5 +
             w * (0x1.226e3e96e8493p-7 +
                  w * (0x1.7dbc8fee08315p-10 +
                       w * (0x1.026f71a8d1068p-12 + w * (0x1.2b80f32f0a7e9p-14 + w * 0x1.b2a7074bf7ad4p-16)))));
    return odd + even;
}

enum class Quarter { even, odd };

/// tan(x + tail), or -1 over it for an odd quarter, for |x| up to about pi/4.
double tan_near_0(double x, double tail, Quarter quarter) {
    const std::int32_t size = high_word_of_magnitude(x);
    if (size < 0x3E300000) return quarter == Quarter::even ? x : negative_reciprocal(x + tail, x, tail);
    const bool near_quarter_pi = size >= 0x3FE59428;  // taken from pi/4, where the series is short
    const double sign = std::copysign(1.0, x);
    if (near_quarter_pi) {
        x = (quarter_pi - sign * x) + (half_pi_rest / 2 - sign * tail);
        tail = 0.0;
    }
    const double z = x * x;
    const double cube = z * x;
    const double rest = (tail + z * (cube * tan_series(z) + tail)) + 0x1.5555555555563p-2 * cube;
    const double sum = x + rest;
    if (near_quarter_pi) {
        const double v = quarter == Quarter::even ? 1.0 : -1.0;
        return sign * (v - 2.0 * (x - (sum * sum / (sum + v) - rest)));
    }
    return quarter == Quarter::even ? sum : negative_reciprocal(sum, x, rest);
}

/// (asin(x) - x) / x with t = x^2 <= 1/4.
double asin_quotient(double t) {
    const double p =
        t * (0x1.5555555555555p-3 +
             t * (-0x1.4d61203eb6f7dp-2 +
                  t * (0x1.9c1550e884455p-3 +
                       t * (-0x1.48228b5688f3bp-5 + t * (0x1.9efe07501b288p-11 + t * 0x1.23de10dfdf709p-15)))));
    const double q = 1.0 + t * (-0x1.33a271c8a2d4bp1 +
                                t * (0x1.02ae59c598ac8p1 + t * (-0x1.6066c1b8d0159p-1 + t * 0x1.3b8c5b12e9282p-4)));
    return p / q;
}

/// asin(a) for 1/2 <= a < 1, by asin(a) = pi/2 - 2 asin(sqrt((1 - a) / 2)).
double asin_near_1(double a) {
    const double t = (1.0 - a) * 0.5;
    const double root = std::sqrt(t);
    const double quotient = asin_quotient(t);
    if (high_word(a) >= 0x3FEF3333) return half_pi - (2.0 * (root + root * quotient) - half_pi_rest);
    const double high = without_low_word(root);
    const double low = (t - high * high) / (root + high);
    return quarter_pi - ((2.0 * root * quotient - (half_pi_rest - 2.0 * low)) - (quarter_pi - 2.0 * high));
}

/// atan(x) - x, negated, for |x| < 7/16.
double atan_rest(double x) {
    const double z = x * x;
    const double w = z * z;
    const double even =
        z * (0x1.555555555550dp-2 +
             w * (0x1.24924920083ffp-3 +
                  w * (0x1.745cdc54c206ep-4 +
                       w * (0x1.10d66a0d03d51p-4 + w * (0x1.97b4b24760debp-5 + w * 0x1.0ad3ae322da11p-6)))));
    const double odd =
        w * (-0x1.999999998ebc4p-3 +
             w * (-0x1.c71c6fe231671p-4 +
                  w * (-0x1.3b0f2af749a6dp-4 + w * (-0x1.dde2d52defd9ap-5 + w * -0x1.2b4442c6a6c2fp-5))));
    return x * (even + odd);
}

/// atan(a) = atan(c) + atan((a - c) / (1 + a c)) for a constant c: 1/2, 1, 3/2 or infinity.
double atan_by_steps(double a) {
    const auto from = [](double high, double low, double x) { return high - ((atan_rest(x) - low) - x); };
    if (a < 0.6875) return from(0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56, (2.0 * a - 1.0) / (2.0 + a));
    if (a < 1.1875) return from(quarter_pi, half_pi_rest / 2, (a - 1.0) / (a + 1.0));
    if (a < 2.4375) return from(0x1.f730bd281f69bp-1, 0x1.007887af0cbbdp-56, (a - 1.5) / (1.0 + 1.5 * a));
    return from(half_pi, half_pi_rest, -1.0 / a);
}

}  // namespace

double sin(double x) {
    if (!std::isfinite(x)) return not_a_number;
    if (high_word_of_magnitude(x) <= quarter_pi_word) return sin_near_0(x);
    const auto [quarters, head, tail] = reduce(x);
    const double value = quarters & 1 ? cos_near_0(head, tail) : sin_near_0(head, tail);
    return quarters & 2 ? -value : value;
}

double cos(double x) {
    if (!std::isfinite(x)) return not_a_number;
    const auto [quarters, head, tail] = reduce(x);
    const double value = quarters & 1 ? sin_near_0(head, tail) : cos_near_0(head, tail);
    return (quarters + 1) & 2 ? -value : value;
}

double tan(double x) {
    if (!std::isfinite(x)) return not_a_number;
    const auto [quarters, head, tail] = reduce(x);
    return tan_near_0(head, tail, quarters & 1 ? Quarter::odd : Quarter::even);
}

double asin(double x) {
    const double a = std::fabs(x);
    if (!(a <= 1.0)) return not_a_number;
    if (a == 1.0) return std::copysign(half_pi, x);
    if (a >= 0.5) return std::copysign(asin_near_1(a), x);
    return high_word(a) < 0x3E400000 ? x : x + x * asin_quotient(x * x);
}

double acos(double x) {
    if (!(std::fabs(x) <= 1.0)) return not_a_number;
    if (x == 1.0) return 0.0;
    if (x == -1.0) return pi;
    if (std::fabs(x) < 0.5) {
        if (high_word_of_magnitude(x) <= 0x3C600000) return half_pi;
        return half_pi - (x - (half_pi_rest - x * asin_quotient(x * x)));
    }
    const double z = (1.0 - std::fabs(x)) * 0.5;
    const double root = std::sqrt(z);
    const double quotient = asin_quotient(z);
    if (x < 0) return pi - 2.0 * (root + (quotient * root - half_pi_rest));
    const double high = without_low_word(root);
    const double low = (z - high * high) / (root + high);
    return 2.0 * (high + (quotient * root + low));
}

double atan(double x) {
    const double a = std::fabs(x);
    if (x != x) return x;
    if (a >= 0x1p66) return std::copysign(half_pi, x);
    if (a < 0.4375) return high_word(a) < 0x3E200000 ? x : x - atan_rest(x);
    return std::copysign(atan_by_steps(a), x);
}

namespace {

/// atan2 for infinite arguments and zeros, in the first quadrant; NaN for all others.
double limit_of_atan2(double y, double x) {
    if (y == 0.0) return 0.0;
    if (x == 0.0) return half_pi;
    if (x == infinity) return y == infinity ? quarter_pi : 0.0;
    return y == infinity ? half_pi : not_a_number;
}

}  // namespace

double atan2(double y, double x) {
    if (x != x || y != y) return x + y;
    if (x == 1.0) return atan(y);
    const double limit = limit_of_atan2(std::fabs(y), std::fabs(x));
    if (limit == limit) {
        const bool both_infinite = limit == quarter_pi;
        const double left = both_infinite ? 3.0 * quarter_pi : (limit == 0.0 ? pi : limit);
        return std::copysign(std::signbit(x) ? left : limit, y);
    }
    const int exponents_apart = (high_word_of_magnitude(y) - high_word_of_magnitude(x)) >> 20;
    const double angle = exponents_apart > 60               ? half_pi + half_pi_rest
                         : x < 0.0 && exponents_apart < -60 ? 0.0
                                                            : atan(std::fabs(y / x));
    return std::copysign(x < 0.0 ? pi - (angle - 2.0 * half_pi_rest) : angle, y);
}

}  // namespace rescora::java
