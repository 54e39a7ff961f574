/// The few functions of java_math.h that are neither one line nor elementary.
#include "base/java_math.h"

namespace rescora::java {

/// From the remainder by 2y, at most two steps of y. Not std::remainder: in glibc 2.36 some of its zeros have the
/// other sign.
double ieee_remainder(double x, double y) {
    constexpr double largest = std::numeric_limits<double>::max();
    if (!std::isfinite(x) || y == 0 || y != y) return std::numeric_limits<double>::quiet_NaN();
    const double step = std::fabs(y);
    double rest = step <= largest / 2 ? std::fmod(std::fabs(x), step + step) : std::fabs(x);
    const auto from_half = [step](double a) { return step < 0x1p-1021 ? (a + a) - step : a - 0.5 * step; };
    if (from_half(rest) > 0) {
        rest -= step;
        if (from_half(rest) >= 0) rest -= step;
    }
    return std::signbit(x) ? -rest : rest;
}

float next_after(float x, double direction) {
    if (x != x || direction != direction) return x + static_cast<float>(direction);
    if (static_cast<double>(x) == direction) return static_cast<float>(direction);
    return static_cast<double>(x) < direction ? next_up(x) : next_down(x);
}

}  // namespace rescora::java
