/// log, log10, log1p, exp and pow of a double or a SIMD vector: the formulas of fdlibm, as in Java's StrictMath, with
/// selects in place of branches, so that all lanes run the same instructions.
///
/// Included inside an unnamed namespace, by base/java_exponential.cpp for one lane and by every instruction set's
/// kernels for theirs: one source, and so the same bits. Calls no library and includes nothing. Reals is double, or a
/// vector type of GCC's with its Lanes<> beside it. Where a formula merges cases of fdlibm, the cases differ at most in
/// terms that are exactly zero.
template <class Reals>
struct Lanes;

template <>
struct Lanes<double> {
    using Bits = std::uint64_t;
};

template <class Reals>
using BitsOf = typename Lanes<Reals>::Bits;

template <class Reals>
BitsOf<Reals> bits_of(Reals x) {
    return __builtin_bit_cast(BitsOf<Reals>, x);
}

template <class Reals>
Reals from_bits(BitsOf<Reals> bits) {
    return __builtin_bit_cast(Reals, bits);
}

/// The same number in every lane.
template <class Reals>
Reals all(double value) {
    return Reals{} + value;
}

constexpr double smallest_normal = 0x1p-1022;
constexpr double infinity = __builtin_inf();
constexpr double not_a_number = __builtin_nan("");
constexpr double ln2_high = 0x1.62e42feep-1;  // ends in zeros, so that its products with exponents are exact
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double one_over_ln2 = 0x1.71547652b82fep0;

/// x without its last 32 bits, so that products of two such numbers are exact.
template <class Reals>
Reals first_half(Reals x) {
    return from_bits<Reals>(bits_of(x) & 0xFFFFFFFF00000000U);
}

template <class Reals>
Reals magnitude(Reals x) {
    return from_bits<Reals>(bits_of(x) & 0x7FFFFFFFFFFFFFFFU);
}

template <class Reals>
Reals with_sign_of(Reals positive, Reals sign) {
    return from_bits<Reals>(bits_of(positive) | (bits_of(sign) & 0x8000000000000000U));
}

/// floor(x) for 0 <= x < 2^51. Adding 2^52 rounds to an integer: few instruction sets convert 64-bit integers.
template <class Reals>
Reals floor_of_small(Reals x) {
    const Reals rounded = (x + 0x1p52) - 0x1p52;
    return rounded > x ? rounded - 1.0 : rounded;
}

/// x * 2^k for integers k, where both x and the result are normal: k is added to the exponent's bits.
template <class Reals>
Reals scaled_by(Reals x, Reals k) {
    return from_bits<Reals>(bits_of(x) + (bits_of(k + 0x1.8p52) << 52));
}

/// The exponent of a normal positive number with these bits.
template <class Reals>
Reals exponent_of(BitsOf<Reals> bits) {
    return from_bits<Reals>((bits >> 52) | 0x4330000000000000U) - (0x1p52 + 1023);
}

/// x = mantissa * 2^exponent.
template <class Reals>
struct Parts {
    Reals mantissa, exponent;
};

/// Those of a normal positive x, 1 <= mantissa < 2.
template <class Reals>
Parts<Reals> parts_of(Reals x) {
    const BitsOf<Reals> bits = bits_of(x);
    return {from_bits<Reals>((bits & 0x000FFFFFFFFFFFFFU) | 0x3FF0000000000000U), exponent_of<Reals>(bits)};
}

/// A normal number and what its exponent lacks: x = value * 2^shift.
template <class Reals>
struct Shifted {
    Reals value, shift;
};

/// Any positive x as a normal number.
template <class Reals>
Shifted<Reals> normal(Reals x) {
    const auto subnormal = x < smallest_normal;
    return {subnormal ? x * 0x1p54 : x, subnormal ? all<Reals>(-54.0) : Reals{}};
}

template <class Reals>
Parts<Reals> parts_of_any(Reals x) {
    const Shifted<Reals> shifted = normal(x);
    const Parts<Reals> parts = parts_of(shifted.value);
    return {parts.mantissa, parts.exponent + shifted.shift};
}

/// The same with a mantissa between about 0.707 and 1.414.
template <class Reals>
Parts<Reals> parts_near_1(Shifted<Reals> x) {
    const BitsOf<Reals> bits = bits_of(x.value);
    const BitsOf<Reals> carried = bits + 0x00095F6400000000U;  // into the exponent, from about the root of 2 on
    return {from_bits<Reals>((bits - (carried & 0x7FF0000000000000U)) + 0x3FF0000000000000U),
            exponent_of<Reals>(carried) + x.shift};
}

/// ln(mantissa * 2^exponent) for a mantissa near 1: that is 1 + f, and ln(1 + f) taken by s = f / (2 + f).
template <class Reals>
Reals log_of(Parts<Reals> x) {
    const Reals m = x.mantissa;
    const Reals f = m - 1.0;
    const Reals s = f / (2.0 + f);
    const Reals z = s * s;
    const Reals w = z * z;
    const Reals even = w * (0x1.999999997fa04p-2 + w * (0x1.c71c51d8e78afp-3 + w * 0x1.39a09d078c69fp-3));
    const Reals odd =
        z * (0x1.5555555555593p-1 + w * (0x1.2492494229359p-2 + w * (0x1.7466496cb03dep-3 + w * 0x1.2f112df3e5244p-3)));
    const Reals series = odd + even;
    const Reals square = f * f;
    const Reals half_square = 0.5 * square;
    const Reals low = x.exponent * ln2_low;

    const auto f_is_tiny = (m >= 0x1.ffffep-1) & (m < 0x1.00001p0);
    const auto f_is_large = (m >= 0x1.6147ap0) | (m < 0x1.6b852p-1);
    const Reals tail = f_is_tiny ? square * (0.5 - 0.33333333333333333 * f) : s * (f - series);
    const Reals tail_of_large = half_square - (s * (half_square + series) + low);
    return x.exponent * ln2_high - ((f_is_large ? tail_of_large : tail - low) - f);
}

/// What every logarithm of x gives outside of 0 < x < infinity.
template <class Reals>
Reals with_edges_of_log(Reals x, Reals log) {
    const Reals below = x == 0.0 ? all<Reals>(-infinity) : all<Reals>(not_a_number);
    return x > 0.0 ? (x < infinity ? log : x) : below;
}

template <class Reals>
Reals log_lanes(Reals x) {
    return with_edges_of_log(x, log_of(parts_near_1(normal(x))));
}

/// log10(m * 2^k) = k * log10(2) + ln(m) / ln(10), 1 <= m < 2, but m < 1 where k < 0, so that the terms' signs agree.
template <class Reals>
Reals log10_lanes(Reals x) {
    const Shifted<Reals> shifted = normal(x);
    const Reals exponent = exponent_of<Reals>(bits_of(shifted.value)) + shifted.shift;
    const Reals k = exponent + (exponent < 0.0 ? all<Reals>(1.0) : Reals{});
    const Parts<Reals> parts = parts_near_1(shifted);
    const Reals ln = log_of(Parts<Reals>{parts.mantissa, parts.exponent - k});
    const Reals low = k * 0x1.9fef311f12b36p-42 + 0x1.bcb7b1526e50ep-2 * ln;
    return with_edges_of_log(x, low + k * 0x1.34413509f6p-2);
}

/// ln(1 + x): as log, of u = 1 + x, corrected by what u lost in rounding; from x itself where no scaling is needed.
template <class Reals>
Reals log1p_lanes(Reals x) {
    const auto unscaled = (x > -0x1.2bec4p-2) & (x < 0x1.a827ap-2);
    const auto huge = x >= 0x1p53;
    const Reals u = huge ? x : 1.0 + x;
    const Parts<Reals> parts = parts_of(u);
    const Reals lost = parts.exponent > 0.0 ? 1.0 - (u - x) : x - (u - 1.0);
    const Reals m = parts.mantissa;
    const auto halve = m >= 0x1.6a09ep0;
    const Reals k_scaled = halve ? parts.exponent + 1.0 : parts.exponent;
    const Reals k = unscaled ? Reals{} : k_scaled;
    const Reals correction = (k == 0.0) | huge ? Reals{} : lost / u;
    const Reals f = unscaled ? x : (halve ? m * 0.5 : m) - 1.0;

    const Reals half_square = 0.5 * f * f;
    const Reals s = f / (2.0 + f);
    const Reals z = s * s;
    const Reals series =
        z * (0x1.5555555555593p-1 +
             z * (0x1.999999997fa04p-2 +
                  z * (0x1.2492494229359p-2 +
                       z * (0x1.c71c51d8e78afp-3 +
                            z * (0x1.7466496cb03dep-3 + z * (0x1.39a09d078c69fp-3 + z * 0x1.2f112df3e5244p-3))))));
    const Reals low = k * ln2_low + correction;
    const auto f_is_tiny = (k != 0.0) & ((m < 0x1.00001p0) | (m >= 0x1.ffffdp0));
    const Reals tail = f_is_tiny ? half_square * (1.0 - 0.66666666666666666 * f) - low
                                 : half_square - (s * (half_square + series) + low);
    const Reals log = k * ln2_high - (tail - f);

    const Reals a = magnitude(x);
    const Reals near_0 = a < 0x1p-54 ? x : x - x * x * 0.5;
    const Reals inside = a < 0x1p-29 ? near_0 : log;
    const Reals below = x == -1.0 ? all<Reals>(-infinity) : all<Reals>(not_a_number);
    return x > -1.0 ? (x < infinity ? inside : x) : below;
}

/// e^x = 2^k * e^r with |r| <= ln(2) / 2, and e^r by a rational function of r.
template <class Reals>
Reals exp_lanes(Reals x) {
    const Reals a = magnitude(x);
    const Reals steps = floor_of_small(one_over_ln2 * a + 0.5);
    const Reals k = a >= 0x1.62e43p-2 ? with_sign_of(steps, x) : Reals{};
    const Reals high = x - k * ln2_high;
    const Reals low = k * ln2_low;
    const Reals r = high - low;
    const Reals t = r * r;
    const Reals c =
        r - t * (0x1.555555555553ep-3 +
                 t * (-0x1.6c16c16bebd93p-9 +
                      t * (0x1.1566aaf25de2cp-14 + t * (-0x1.bbd41c5d26bf1p-20 + t * 0x1.6376972bea4d0p-25))));
    const Reals e = 1.0 - ((low - (r * c) / (2.0 - c)) - high);

    const auto subnormal = k < -1021.0;  // scaled in two steps, of which only the last rounds
    const Reals scaled =
        scaled_by(e, subnormal ? k + 1000.0 : k) * (subnormal ? all<Reals>(0x1p-1000) : all<Reals>(1.0));
    const Reals inside = a < 0x1p-28 ? 1.0 + x : scaled;
    const Reals not_above = x < -0x1.74910d52d3051p9 ? Reals{} : inside;
    const Reals result = x > 0x1.62e42fefa39efp9 ? all<Reals>(infinity) : not_above;
    return x == x ? result : x;
}

/// A number in two halves: high has few bits, and low is what it lacks.
template <class Reals>
struct Halves {
    Reals high, low;
};

/// log2 to about 70 bits: of the mantissa over 1 or 1.5, whichever is nearer.
template <class Reals>
Halves<Reals> log2_halves(Parts<Reals> x) {
    const auto over_1_5 = (x.mantissa >= 0x1.3988fp0) & (x.mantissa < 0x1.bb67ap0);
    const auto halve = x.mantissa >= 0x1.bb67ap0;
    const Reals n = halve ? x.exponent + 1.0 : x.exponent;
    const Reals m = halve ? x.mantissa * 0.5 : x.mantissa;
    const Reals base = over_1_5 ? all<Reals>(1.5) : all<Reals>(1.0);

    const Reals u = m - base;  // s = (m - base) / (m + base), in halves
    const Reals v = 1.0 / (m + base);
    const Reals s = u * v;
    const Reals s_high = first_half(s);
    const BitsOf<Reals> sum = (((bits_of(m) >> 1) & 0xFFFFFFFF00000000U) | 0x2000000000000000U) + 0x0008000000000000U;
    const Reals sum_high = over_1_5 ? from_bits<Reals>(sum + 0x0004000000000000U) : from_bits<Reals>(sum);
    const Reals sum_low = m - (sum_high - base);
    const Reals s_low = v * ((u - s_high * sum_high) - s_high * sum_low);

    const Reals square = s * s;
    const Reals series =
        square * square *
            (0x1.3333333333303p-1 +
             square * (0x1.b6db6db6fabffp-2 +
                       square * (0x1.55555518f264dp-2 +
                                 square * (0x1.17460a91d4101p-2 +
                                           square * (0x1.d864a93c9db65p-3 + square * 0x1.a7e284a454eefp-3))))) +
        s_low * (s_high + s);
    const Reals square_high = s_high * s_high;
    const Reals t_high = first_half(3.0 + square_high + series);
    const Reals t_low = series - ((t_high - 3.0) - square_high);
    const Reals product = s_high * t_high;
    const Reals product_rest = s_low * t_high + t_low * s;
    const Reals p_high = first_half(product + product_rest);
    const Reals p_low = product_rest - (p_high - product);

    // 2 / (3 ln 2) in halves takes this to base 2; log2(1.5) is in halves too.
    const Reals z_high = 0x1.ec709ep-1 * p_high;
    const Reals z_low = -0x1.e2fe0145b01f5p-28 * p_high + p_low * 0x1.ec709dc3a03fdp-1 +
                        (over_1_5 ? all<Reals>(0x1.cfdeb43cfd006p-27) : Reals{});
    const Reals base_high = over_1_5 ? all<Reals>(0x1.2b8034p-1) : Reals{};
    const Reals high = first_half(((z_high + z_low) + base_high) + n);
    return {high, z_low - (((high - n) - base_high) - z_high)};
}

/// x times y, given x in halves.
template <class Reals>
Halves<Reals> product_halves(Halves<Reals> x, Reals y) {
    const Reals y_high = first_half(y);
    return {y_high * x.high, (y - y_high) * x.high + y * x.low};
}

/// 2^x = mantissa * 2^exponent, the mantissa near 1.
template <class Reals>
Parts<Reals> exp2_parts(Halves<Reals> x) {
    const Reals whole = x.low + x.high;
    const Reals a = magnitude(whole);
    const Reals n = a >= 0x1.00001p-1 ? with_sign_of(floor_of_small(a + 0.5), whole) : Reals{};
    const Reals high = x.high - n;
    const Reals t = first_half(x.low + high);
    const Reals u = t * 0x1.62e43p-1;  // ln 2 in halves
    const Reals v = (x.low - (t - high)) * 0x1.62e42fefa39efp-1 + t * -0x1.05c610ca86c39p-29;
    const Reals z = u + v;
    const Reals w = v - (z - u);
    const Reals q = z * z;
    const Reals c =
        z - q * (0x1.555555555553ep-3 +
                 q * (-0x1.6c16c16bebd93p-9 +
                      q * (0x1.1566aaf25de2cp-14 + q * (-0x1.bbd41c5d26bf1p-20 + q * 0x1.6376972bea4d0p-25))));
    const Reals r = (z * c) / (c - 2.0) - (w + z * w);
    return {1.0 - (r - z), n};
}

bool is_integer(double x) {
    const double a = magnitude(x);
    return a >= 0x1p52 || floor_of_small(a) == a;
}

bool is_odd(double x) {
    const double a = magnitude(x);
    return a < 0x1p53 && is_integer(a) && (static_cast<std::int64_t>(a) & 1) != 0;
}

/// log2 for |y| so large that x^y is 0 or infinite unless x is very near 1: a short series.
Halves<double> log2_halves_near_1(double x) {
    const double t = x - 1.0;
    const double w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
    const double u = 0x1.715476p0 * t;
    const double v = t * 0x1.4ae0bf85ddf44p-26 - w * one_over_ln2;
    const double high = first_half(u + v);
    return {high, v - (high - u)};
}

/// 2^x for any x; the last step rounds a subnormal result, and none before it does.
double exp2_one(Halves<double> x) {
    const double whole = x.low + x.high;
    const double rest = whole - x.high;
    if (whole > 1024.0 || (whole == 1024.0 && x.low + 0x1.71547652b82fep-54 > rest)) return infinity;
    if (whole < -1075.0 || (whole == -1075.0 && x.low <= rest)) return 0.0;
    const Parts<double> parts = exp2_parts(x);
    if (parts.exponent > -1021.0) return scaled_by(parts.mantissa, parts.exponent);
    return scaled_by(parts.mantissa, parts.exponent + 1000.0) * 0x1p-1000;
}

/// x^y for finite positive x other than 1 and finite y.
double pow_of_positive(double x, double y) {
    const bool y_is_huge = magnitude(y) > 0x1.00000ffffffffp31;
    if (y_is_huge && x < 0x1.fffffp-1) return y < 0.0 ? infinity : 0.0;
    if (y_is_huge && x > 0x1.00000ffffffffp0) return y > 0.0 ? infinity : 0.0;
    const Halves<double> log2 = y_is_huge ? log2_halves_near_1(x) : log2_halves(parts_of_any(x));
    return exp2_one(product_halves(log2, y));
}

/// x^y when x is 0, 1 or infinite, of either sign.
double pow_of_limit(double x, double y) {
    const double a = magnitude(x);
    const double positive = y < 0.0 ? 1.0 / a : a;
    if (bits_of(x) >> 63 == 0) return positive;
    if (a == 1.0 && !is_integer(y)) return not_a_number;
    return is_odd(y) ? -positive : positive;
}

/// x^y as Java's Math.pow documents it, for any two numbers.
double pow_one(double x, double y) {
    if (y == 0.0) return 1.0;
    if (x != x || y != y) return x + y;
    if (y == 1.0) return x;
    if (y == -1.0) return 1.0 / x;
    if (y == 2.0) return x * x;
    const double a = magnitude(x);
    if (y == 0.5 && x > -infinity) return __builtin_sqrt(x + 0.0);
    if (magnitude(y) == infinity) {
        if (a == 1.0) return not_a_number;
        return (a > 1.0) == (y > 0.0) ? infinity : 0.0;
    }
    if (a == 0.0 || a == 1.0 || a == infinity) return pow_of_limit(x, y);
    if (x < 0.0 && !is_integer(y)) return not_a_number;
    const double power = pow_of_positive(a, y);
    return x < 0.0 && is_odd(y) ? -power : power;
}
