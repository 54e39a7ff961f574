/// Numbers formatted as Java formats them.
#pragma once
#include <string>

namespace rescora {

/// Java's Float.toString and Double.toString: 1.0, 0.3, 1.0E10, 1.4E-45, Infinity, NaN.
std::string java_float(float value);
std::string java_double(double value);

}  // namespace rescora
