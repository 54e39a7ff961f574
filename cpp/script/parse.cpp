/// Parsing of numbers with the rules of Java's parse functions.
#include "script/parse.h"

#include <charconv>
#include <limits>
#include <string>

namespace rescora::script {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

template <class Whole>
std::optional<std::int64_t> parse_whole(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return {};
    }
    Whole value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

/// What is left of a text while its grammar is followed.
struct Reader {
    std::string_view left;

    bool take(char lower) {
        if (left.empty() || (left[0] | 0x20) != lower) return false;
        left.remove_prefix(1);
        return true;
    }

    bool take_point() {
        if (!left.starts_with('.')) return false;
        left.remove_prefix(1);
        return true;
    }

    bool take_sign() {
        const bool negative = left.starts_with('-');
        if (negative || left.starts_with('+')) left.remove_prefix(1);
        return negative;
    }

    template <class IsDigit>
    std::string_view take_digits(IsDigit is_right) {
        std::size_t n = 0;
        while (n < left.size() && is_right(left[n])) ++n;
        const auto taken = left.substr(0, n);
        left.remove_prefix(n);
        return taken;
    }
};

/// The parts of a number between its sign and its type's letter.
struct Written {
    std::string_view all, whole, fraction, exponent;
    bool hexadecimal = false, exponent_is_negative = false;
};

std::optional<Written> read(std::string_view text) {
    Reader reader{text};
    Written written;
    if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
        written.hexadecimal = true;
        reader.left.remove_prefix(2);
    }
    const std::string_view begin = reader.left;
    const auto is_right = written.hexadecimal ? is_hexadecimal : is_digit;
    written.whole = reader.take_digits(is_right);
    if (reader.take_point()) written.fraction = reader.take_digits(is_right);
    if (written.whole.empty() && written.fraction.empty()) return {};
    if (reader.take(written.hexadecimal ? 'p' : 'e')) {
        written.exponent_is_negative = reader.take_sign();
        written.exponent = reader.take_digits(is_digit);
        if (written.exponent.empty()) return {};
    } else if (written.hexadecimal) {
        return {};  // its exponent is a must
    }
    written.all = begin.substr(0, begin.size() - reader.left.size());
    if (!reader.take('d')) reader.take('f');
    if (!reader.left.empty()) return {};
    return written;
}

/// Whether a number that no Real can hold is too great, not too small: where its first digit stands decides.
bool is_huge(const Written& written) {
    constexpr std::string_view zero = "0";
    std::int64_t exponent = 0;
    const auto& digits = written.exponent;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec == std::errc::result_out_of_range)
        exponent = std::numeric_limits<std::int32_t>::max();
    if (written.exponent_is_negative) exponent = -exponent;
    const auto first = written.whole.find_first_not_of(zero);
    const auto leading = first != std::string_view::npos
                             ? static_cast<std::int64_t>(written.whole.size() - first)
                             : -static_cast<std::int64_t>(written.fraction.find_first_not_of(zero));
    return exponent + leading * (written.hexadecimal ? 4 : 1) > 0;
}

template <class Real>
Real nearest(const Written& written) {
    Real value = 0;
    const char* begin = written.all.data();
    const char* end = begin + written.all.size();
    // an exponent's plus is Java's, not the library's
    std::string plain;
    if (const auto plus = written.all.find('+'); plus != std::string_view::npos) {
        plain = written.all;
        plain.erase(plus, 1);
        begin = plain.data();
        end = begin + plain.size();
    }
    const auto format = written.hexadecimal ? std::chars_format::hex : std::chars_format::general;
    if (std::from_chars(begin, end, value, format).ec == std::errc::result_out_of_range)
        return is_huge(written) ? std::numeric_limits<Real>::infinity() : 0;
    return value;
}

template <class Real>
std::optional<Real> parse_real(std::string_view text) {
    Reader reader{trimmed(text)};
    const bool negative = reader.take_sign();
    if (reader.left == "NaN") return std::numeric_limits<Real>::quiet_NaN();
    Real value = std::numeric_limits<Real>::infinity();
    if (reader.left != "Infinity") {
        const auto written = read(reader.left);
        if (!written) return {};
        value = nearest<Real>(*written);
    }
    return negative ? -value : value;
}

}  // namespace

std::optional<std::int64_t> parse_int(std::string_view text) {
    return parse_whole<std::int32_t>(text);
}

std::optional<std::int64_t> parse_long(std::string_view text) {
    return parse_whole<std::int64_t>(text);
}

std::optional<double> parse_double(std::string_view text) {
    return parse_real<double>(text);
}

std::optional<float> parse_float(std::string_view text) {
    return parse_real<float>(text);
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace rescora::script
