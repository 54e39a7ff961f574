/// The shortest decimal that parses back to the number, in Java's format.
#include "base/java_text.h"

#include <charconv>
#include <cmath>

namespace rescora {

namespace {

/// The digits of a positive number without trailing zeros, and the power of ten of the first.
struct Decimal {
    std::string digits;
    int exponent;
};

template <class Real>
Decimal shortest_decimal(Real value) {
    char text[64];
    auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    if (text[1] == 'e')  // Java takes the nearest of the decimals with two digits, should one digit do: 1.4E-45
        end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 1).ptr;
    const std::string written(text, end);
    const std::size_t mark = written.find('e');
    std::string digits = written.substr(0, mark);
    std::erase(digits, '.');
    digits.erase(digits.find_last_not_of('0') + 1);
    return {std::move(digits), std::stoi(written.substr(mark + 1))};
}

std::string or_zero(std::string digits) {
    return digits.empty() ? "0" : std::move(digits);
}

std::string plain(const Decimal& number) {
    if (number.exponent < 0)
        return "0." + std::string(static_cast<std::size_t>(-number.exponent - 1), '0') + number.digits;
    const auto whole = static_cast<std::size_t>(number.exponent) + 1;
    if (number.digits.size() <= whole) return number.digits + std::string(whole - number.digits.size(), '0') + ".0";
    return number.digits.substr(0, whole) + "." + number.digits.substr(whole);
}

template <class Real>
std::string java_real(Real value) {
    if (std::isnan(value)) return "NaN";
    const std::string sign = std::signbit(value) ? "-" : "";
    const Real size = std::abs(value);
    if (std::isinf(size)) return sign + "Infinity";
    if (size == 0) return sign + "0.0";
    const Decimal number = shortest_decimal(size);
    if (number.exponent >= -3 && number.exponent < 7) return sign + plain(number);
    return sign + number.digits.substr(0, 1) + "." + or_zero(number.digits.substr(1)) + "E" +
           std::to_string(number.exponent);
}

}  // namespace

std::string java_float(float value) {
    return java_real(value);
}

std::string java_double(double value) {
    return java_real(value);
}

}  // namespace rescora
