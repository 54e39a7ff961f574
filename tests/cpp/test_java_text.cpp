/// Numbers as Java writes them.
#include <cmath>
#include <limits>

#include "base/java_text.h"
#include "check.h"

namespace {

using rescora::java_double;
using rescora::java_float;

TEST(numbers_read_as_in_java) {
    CHECK_EQUAL("0.0", java_float(0));
    CHECK_EQUAL("-0.0", java_float(-0.0F));
    CHECK_EQUAL("1.0", java_float(1));
    CHECK_EQUAL("-2.5", java_float(-2.5F));
    CHECK_EQUAL("0.3", java_float(0.3F));
    CHECK_EQUAL("0.001", java_float(0.001F));
    CHECK_EQUAL("9.999E-4", java_float(0.0009999F));
    CHECK_EQUAL("1.0E-5", java_float(1e-5F));
    CHECK_EQUAL("100.0", java_float(100));
    CHECK_EQUAL("9999999.0", java_float(9999999));
    CHECK_EQUAL("1.0E7", java_float(1e7F));
    CHECK_EQUAL("1.0E10", java_float(1e10F));
    CHECK_EQUAL("1.2345679E8", java_float(123456792));
    CHECK_EQUAL("3.4028235E38", java_float(std::numeric_limits<float>::max()));
    CHECK_EQUAL("1.4E-45", java_float(std::numeric_limits<float>::denorm_min()));
    CHECK_EQUAL("Infinity", java_float(INFINITY));
    CHECK_EQUAL("-Infinity", java_float(-INFINITY));
    CHECK_EQUAL("NaN", java_float(NAN));
    CHECK_EQUAL("0.1", java_double(0.1));
    CHECK_EQUAL("4.9E-324", java_double(std::numeric_limits<double>::denorm_min()));
    CHECK_EQUAL("1234567.891", java_double(1234567.891));
}

}  // namespace
