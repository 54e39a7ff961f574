/// java.lang.Math by the C library, until base/java_math.h is there.
#pragma once
#include <cmath>

namespace rescora::script::math {

using std::acos, std::asin, std::atan, std::atan2, std::cbrt, std::cos, std::cosh, std::exp, std::expm1, std::fma,
    std::hypot, std::log, std::log10, std::log1p, std::pow, std::sin, std::sinh, std::sqrt, std::tan, std::tanh;

}  // namespace rescora::script::math
