/// Operations on whole numbers and reals that no kernel does: those of java.lang.Math, and those that may fail.
#include <bit>
#include <cmath>
#include <limits>

#include "script/math_shim.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::FaultCode;
using plan::Operation;
using Long = std::int64_t;

constexpr Long least = std::numeric_limits<Long>::min();

// -- division: by zero it fails; the least number divided by -1 wraps to itself

Long quotient(Long a, Long b) {
    return b == -1 ? static_cast<Long>(0 - static_cast<std::uint64_t>(a)) : a / b;
}

Long rest(Long a, Long b) {
    return b == -1 ? 0 : a % b;
}

template <Long (*divide)(Long, Long)>
Long divided(const Lane& lane, Long a, Long b) {
    if (b == 0) return lane.fail(FaultCode::division_by_zero);
    return divide(a, b);
}

bool inexact_and_negative(Long a, Long b) {
    return rest(a, b) != 0 && (a < 0) != (b < 0);
}

bool inexact_and_positive(Long a, Long b) {
    return rest(a, b) != 0 && (a < 0) == (b < 0);
}

Long floor_quotient(Long a, Long b) {
    return quotient(a, b) - (inexact_and_negative(a, b) ? 1 : 0);
}

Long floor_rest(Long a, Long b) {
    return rest(a, b) + (inexact_and_negative(a, b) ? b : 0);
}

Long ceil_quotient(Long a, Long b) {
    return quotient(a, b) + (inexact_and_positive(a, b) ? 1 : 0);
}

Long ceil_rest(Long a, Long b) {
    return rest(a, b) - (inexact_and_positive(a, b) ? b : 0);
}

// -- what must not overflow

Long add_exact(const Lane& lane, Long a, Long b) {
    Long sum;
    if (__builtin_add_overflow(a, b, &sum)) return lane.fail(FaultCode::overflow);
    return sum;
}

Long subtract_exact(const Lane& lane, Long a, Long b) {
    Long difference;
    if (__builtin_sub_overflow(a, b, &difference)) return lane.fail(FaultCode::overflow);
    return difference;
}

Long multiply_exact(const Lane& lane, Long a, Long b) {
    Long product;
    if (__builtin_mul_overflow(a, b, &product)) return lane.fail(FaultCode::overflow);
    return product;
}

Long absolute_exact(const Lane& lane, Long a) {
    if (a == least) return lane.fail(FaultCode::overflow);
    return a < 0 ? -a : a;
}

Long to_int_exact(const Lane& lane, Long a) {
    if (a != static_cast<std::int32_t>(a)) return lane.fail(FaultCode::overflow);
    return a;
}

// -- reals to whole numbers: NaN is 0, what is too great is the greatest

template <class Whole>
Whole saturated(double value) {
    constexpr double beyond = sizeof(Whole) == 8 ? 0x1p63 : 0x1p31;
    if (value != value) return 0;
    if (value >= beyond) return std::numeric_limits<Whole>::max();
    if (value < -beyond) return std::numeric_limits<Whole>::min();
    return static_cast<Whole>(value);
}

/// floor(x + 1/2) without the addition's rounding: floor, and one more where at least a half is left.
template <class Whole>
Whole rounded(double value) {
    const double below = std::floor(value);
    return saturated<Whole>(value - below >= 0.5 ? below + 1 : below);
}

// -- bits

template <class Real>
using BitsOf = std::conditional_t<sizeof(Real) == 8, std::int64_t, std::int32_t>;

/// Java shows one NaN, whatever its bits are.
template <class Real>
BitsOf<Real> bits_of(Real value) {
    return std::bit_cast<BitsOf<Real>>(value == value ? value : std::numeric_limits<Real>::quiet_NaN());
}

double real_of(Long bits) {
    return std::bit_cast<double>(bits);
}

float float_of(Long bits) {
    return std::bit_cast<float>(static_cast<std::int32_t>(bits));
}

int bit_count(Long value) {
    return std::popcount(static_cast<std::uint64_t>(value));
}

int leading_zeros(Long value) {
    return std::countl_zero(static_cast<std::uint64_t>(value));
}

int trailing_zeros(Long value) {
    return std::countr_zero(static_cast<std::uint64_t>(value));
}

// -- neighbours

template <class Real>
Real toward(Real from, double to) {
    if (static_cast<double>(from) == to) return static_cast<Real>(to);
    if (from != from || to != to) return std::numeric_limits<Real>::quiet_NaN();
    if (from == 0) return std::copysign(std::numeric_limits<Real>::denorm_min(), static_cast<Real>(to));
    const bool grows = (from < to) == (from > 0);
    return std::bit_cast<Real>(static_cast<BitsOf<Real>>(std::bit_cast<BitsOf<Real>>(from) + (grows ? 1 : -1)));
}

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Real>
Real next_up(Real value) {
    return value == 0 ? std::numeric_limits<Real>::denorm_min() : toward(value, infinity);
}

template <class Real>
Real next_down(Real value) {
    return value == 0 ? -std::numeric_limits<Real>::denorm_min() : toward(value, -infinity);
}

/// Math.getExponent: of zeros and subnormals one less than the least, of NaN and infinities one more than the greatest.
template <class Real>
int exponent(Real value) {
    constexpr int bias = std::numeric_limits<Real>::max_exponent - 1, fraction = std::numeric_limits<Real>::digits - 1;
    return static_cast<int>((std::bit_cast<BitsOf<Real>>(value) >> fraction) & (2 * bias + 1)) - bias;
}

template <class Real>
Real ulp(Real value) {
    if (value != value) return value;
    if (std::isinf(value)) return std::numeric_limits<Real>::infinity();
    const int least_exponent = std::numeric_limits<Real>::min_exponent - 1;
    return std::ldexp(Real{1}, std::max(exponent(value), least_exponent) - (std::numeric_limits<Real>::digits - 1));
}

/// What scales further than any number reaches scales as far as that.
template <class Real>
Real scaled(Real value, Long by) {
    return std::ldexp(value, static_cast<int>(std::clamp<Long>(by, -5000, 5000)));
}

double remainder_double(double a, double b) {
    return std::fmod(a, b);
}

double ieee_remainder(double a, double b) {
    return std::remainder(a, b);
}

double signum(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : value;
}

double to_radians(double degrees) {
    return degrees * (3.141592653589793 / 180);
}

double to_degrees(double radians) {
    return radians * (180 / 3.141592653589793);
}

double copy_sign(double size, double sign) {
    return std::copysign(size, sign);
}

double fused(double a, double b, double c) {
    return math::fma(a, b, c);
}

float fused_float(float a, float b, float c) {
    return math::fma(a, b, c);
}

Long multiply_high(Long a, Long b) {
    __extension__ using Wide = __int128;
    return static_cast<Long>((static_cast<Wide>(a) * b) >> 64);
}

int compare_long(Long a, Long b) {
    return (a > b) - (a < b);
}

/// Double.compare: -0.0 before 0.0, NaN after all.
int compare_double(double a, double b) {
    if (a < b) return -1;
    if (a > b) return 1;
    return compare_long(bits_of(a), bits_of(b));
}

bool is_nan(double value) {
    return value != value;
}

bool is_infinite(double value) {
    return value == infinity || value == -infinity;
}

#define RESCORA_MATH(name)           \
    double name##_of(double value) { \
        return math::name(value);    \
    }
RESCORA_MATH(sqrt)
RESCORA_MATH(log)
RESCORA_MATH(log10)
RESCORA_MATH(log1p)
RESCORA_MATH(exp)
RESCORA_MATH(expm1)
RESCORA_MATH(sin)
RESCORA_MATH(cos)
RESCORA_MATH(tan)
RESCORA_MATH(asin)
RESCORA_MATH(acos)
RESCORA_MATH(atan)
RESCORA_MATH(sinh)
RESCORA_MATH(cosh)
RESCORA_MATH(tanh)
RESCORA_MATH(cbrt)
#undef RESCORA_MATH

double pow_of(double base, double power) {
    return math::pow(base, power);
}

double atan2_of(double y, double x) {
    return math::atan2(y, x);
}

double hypot_of(double x, double y) {
    return math::hypot(x, y);
}

void add_math(Functions& functions) {
    functions[Operation::sqrt] = each_lane<&sqrt_of>;
    functions[Operation::log] = each_lane<&log_of>;
    functions[Operation::log10] = each_lane<&log10_of>;
    functions[Operation::log1p] = each_lane<&log1p_of>;
    functions[Operation::exp] = each_lane<&exp_of>;
    functions[Operation::pow] = each_lane<&pow_of>;
    functions[Operation::expm1] = each_lane<&expm1_of>;
    functions[Operation::sin] = each_lane<&sin_of>;
    functions[Operation::cos] = each_lane<&cos_of>;
    functions[Operation::tan] = each_lane<&tan_of>;
    functions[Operation::asin] = each_lane<&asin_of>;
    functions[Operation::acos] = each_lane<&acos_of>;
    functions[Operation::atan] = each_lane<&atan_of>;
    functions[Operation::atan2] = each_lane<&atan2_of>;
    functions[Operation::sinh] = each_lane<&sinh_of>;
    functions[Operation::cosh] = each_lane<&cosh_of>;
    functions[Operation::tanh] = each_lane<&tanh_of>;
    functions[Operation::cbrt] = each_lane<&cbrt_of>;
    functions[Operation::hypot] = each_lane<&hypot_of>;
}

void add_whole_numbers(Functions& functions) {
    functions[Operation::divide_long] = each_lane<&divided<&quotient>>;
    functions[Operation::remainder_long] = each_lane<&divided<&rest>>;
    functions[Operation::floor_divide] = each_lane<&divided<&floor_quotient>>;
    functions[Operation::floor_modulo] = each_lane<&divided<&floor_rest>>;
    functions[Operation::ceil_divide] = each_lane<&divided<&ceil_quotient>>;
    functions[Operation::ceil_modulo] = each_lane<&divided<&ceil_rest>>;
    functions[Operation::add_exact_long] = each_lane<&add_exact>;
    functions[Operation::subtract_exact_long] = each_lane<&subtract_exact>;
    functions[Operation::multiply_exact_long] = each_lane<&multiply_exact>;
    functions[Operation::absolute_exact_long] = each_lane<&absolute_exact>;
    functions[Operation::to_int_exact] = each_lane<&to_int_exact>;
    functions[Operation::multiply_high] = each_lane<&multiply_high>;
    functions[Operation::bit_count] = each_lane<&bit_count>;
    functions[Operation::leading_zeros] = each_lane<&leading_zeros>;
    functions[Operation::trailing_zeros] = each_lane<&trailing_zeros>;
    functions[Operation::compare_long] = each_lane<&compare_long>;
}

void add_reals(Functions& functions) {
    functions[Operation::remainder_double] = each_lane<&remainder_double>;
    functions[Operation::ieee_remainder] = each_lane<&ieee_remainder>;
    functions[Operation::double_to_long] = each_lane<&saturated<Long>>;
    functions[Operation::double_to_int] = each_lane<&saturated<std::int32_t>>;
    functions[Operation::round_double] = each_lane<&rounded<Long>>;
    functions[Operation::round_float] = each_lane<&rounded<std::int32_t>>;
    functions[Operation::signum] = each_lane<&signum>;
    functions[Operation::to_radians] = each_lane<&to_radians>;
    functions[Operation::to_degrees] = each_lane<&to_degrees>;
    functions[Operation::ulp_double] = each_lane<&ulp<double>>;
    functions[Operation::ulp_float] = each_lane<&ulp<float>>;
    functions[Operation::next_up_double] = each_lane<&next_up<double>>;
    functions[Operation::next_up_float] = each_lane<&next_up<float>>;
    functions[Operation::next_down_double] = each_lane<&next_down<double>>;
    functions[Operation::next_down_float] = each_lane<&next_down<float>>;
    functions[Operation::next_after_double] = each_lane<&toward<double>>;
    functions[Operation::next_after_float] = each_lane<&toward<float>>;
    functions[Operation::copy_sign] = each_lane<&copy_sign>;
    functions[Operation::exponent_double] = each_lane<&exponent<double>>;
    functions[Operation::exponent_float] = each_lane<&exponent<float>>;
    functions[Operation::scalb_double] = each_lane<&scaled<double>>;
    functions[Operation::scalb_float] = each_lane<&scaled<float>>;
    functions[Operation::fma_double] = each_lane<&fused>;
    functions[Operation::fma_float] = each_lane<&fused_float>;
    functions[Operation::double_bits] = each_lane<&bits_of<double>>;
    functions[Operation::bits_double] = each_lane<&real_of>;
    functions[Operation::float_bits] = each_lane<&bits_of<float>>;
    functions[Operation::bits_float] = each_lane<&float_of>;
    functions[Operation::compare_double] = each_lane<&compare_double>;
    functions[Operation::is_nan] = each_lane<&is_nan>;
    functions[Operation::is_infinite] = each_lane<&is_infinite>;
}

}  // namespace

void add_numbers(Functions& functions) {
    add_math(functions);
    add_whole_numbers(functions);
    add_reals(functions);
}

}  // namespace rescora::script
