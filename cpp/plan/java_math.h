/// Java's Math where its bits matter.
#pragma once
#include <cmath>

namespace rescora::java {

inline double log(double x) {
    return std::log(x);
}
inline double log10(double x) {
    return std::log10(x);
}
inline double log1p(double x) {
    return std::log1p(x);
}
inline double exp(double x) {
    return std::exp(x);
}
inline double pow(double x, double y) {
    return std::pow(x, y);
}

/// NaN wins, and 0 is above -0.
inline double max(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return a + b;
    if (a == b) return std::signbit(a) ? b : a;
    return a > b ? a : b;
}
inline double min(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return a + b;
    if (a == b) return std::signbit(a) ? a : b;
    return a < b ? a : b;
}

}  // namespace rescora::java
