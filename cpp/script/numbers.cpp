/// Operations on whole numbers and reals that no kernel does: those of java.lang.Math, and those that may fail.
#include <bit>
#include <cmath>
#include <limits>

#include "base/java_math.h"
#include "script/operations.h"

namespace rescora::script {

namespace {

using plan::FaultCode;
using plan::Operation;
using Long = std::int64_t;

template <Long (*divide)(Long, Long)>
Long divided(const Lane& lane, Long a, Long b) {
    if (b == 0) return lane.fail(FaultCode::division_by_zero);
    return divide(a, b);
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

/// What scales further than any number reaches scales as far as that.
template <class Real>
Real scaled(Real value, Long by) {
    return java::scalb(value, static_cast<java::Int>(std::clamp<Long>(by, -5000, 5000)));
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
    return std::isinf(value);
}

template <double (*remainder)(double, double)>
double remainder_of(const Lane& lane, double a, double b) {
    charge_remainder(lane, a, b);
    return remainder(a, b);
}

template <double (*function)(double)>
double of_angle(const Lane& lane, double x) {
    constexpr double large = 0x1p20;
    if (!(std::abs(x) < large)) lane.charge(work_of_a_large_angle);
    return function(x);
}

using OfDoubles = double(double, double);

void add_math(Functions& functions) {
    functions[Operation::expm1] = each_lane<&java::expm1>;
    functions[Operation::sin] = each_lane<&of_angle<&java::sin>>;
    functions[Operation::cos] = each_lane<&of_angle<&java::cos>>;
    functions[Operation::tan] = each_lane<&of_angle<&java::tan>>;
    functions[Operation::asin] = each_lane<&java::asin>;
    functions[Operation::acos] = each_lane<&java::acos>;
    functions[Operation::atan] = each_lane<&java::atan>;
    functions[Operation::atan2] = each_lane<&java::atan2>;
    functions[Operation::sinh] = each_lane<&java::sinh>;
    functions[Operation::cosh] = each_lane<&java::cosh>;
    functions[Operation::tanh] = each_lane<&java::tanh>;
    functions[Operation::cbrt] = each_lane<&java::cbrt>;
    functions[Operation::hypot] = each_lane<&java::hypot>;
    functions[Operation::to_radians] = each_lane<&java::to_radians>;
    functions[Operation::to_degrees] = each_lane<&java::to_degrees>;
}

void add_whole_numbers(Functions& functions) {
    functions[Operation::divide_long] = each_lane<&divided<&java::divide<Long>>>;
    functions[Operation::remainder_long] = each_lane<&divided<&java::remainder<Long>>>;
    functions[Operation::bit_count] = each_lane<&bit_count>;
    functions[Operation::leading_zeros] = each_lane<&leading_zeros>;
    functions[Operation::trailing_zeros] = each_lane<&trailing_zeros>;
    functions[Operation::compare_long] = each_lane<&compare_long>;
}

void add_reals(Functions& functions) {
    functions[Operation::remainder_double] = each_lane<&remainder_of<&java::remainder<double>>>;
    functions[Operation::ieee_remainder] = each_lane<&remainder_of<&java::ieee_remainder>>;
    functions[Operation::double_to_long] = each_lane<&java::to_long>;
    functions[Operation::double_to_int] = each_lane<&java::to_int>;
    functions[Operation::round_double] = each_lane<static_cast<Long (*)(double)>(&java::round)>;
    functions[Operation::signum] = each_lane<&java::signum<double>>;
    functions[Operation::ulp_double] = each_lane<&java::ulp<double>>;
    functions[Operation::next_up_double] = each_lane<&java::next_up<double>>;
    functions[Operation::next_down_double] = each_lane<&java::next_down<double>>;
    functions[Operation::next_after_double] = each_lane<static_cast<OfDoubles*>(&java::next_after)>;
    functions[Operation::copy_sign] = each_lane<&java::copy_sign<double>>;
    functions[Operation::scalb_double] = each_lane<&scaled<double>>;
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
