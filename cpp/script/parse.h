/// Parsing of numbers with the rules of Java's parse functions. Digits are those of ASCII.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace rescora::script {

/// Integer.parseInt and Long.parseLong: an optional sign and digits, nothing else, in 32 or 64 bits.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<std::int64_t> parse_long(std::string_view text);

/// Double.parseDouble and Float.parseFloat: blanks around, decimal or hexadecimal, NaN, Infinity, a trailing d or f.
std::optional<double> parse_double(std::string_view text);
std::optional<float> parse_float(std::string_view text);

/// String.trim: without characters up to the blank at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace rescora::script
