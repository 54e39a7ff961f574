/// Full case mapping: the final sigma, which depends on its neighbours, and mappings of one character to several.
#include "text/casing.h"

#include <algorithm>
#include <iterator>

#include "text/characters.h"
#include "text/tables/upper_case.h"
#include "text/utf8.h"

namespace rescora::text {

namespace {

constexpr char32_t sigma = 0x3A3, final_sigma = 0x3C2, dotted_capital_i = 0x130, dot_above = 0x307;

/// A malformed byte, or one of half a pair of UTF-16 units: it stays as it is.
bool is_raw(const Decoded& decoded) {
    return decoded.code_point == replacement && decoded.bytes == 1;
}

bool is_cased(char32_t code_point) {
    return to_lower(code_point) != code_point || to_upper(code_point) != code_point;
}

/// What may stand inside a word beside letters, for the one question whether a sigma ends it.
bool joins(char32_t c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '\'' || c == '.' || c == ':' || c == 0xB7 ||
           c == 0x2019 || c == 0xAD || (c >= 0x300 && c <= 0x36F);
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

bool cased_before(std::string_view text, std::size_t at) {
    while (at > 0) {
        do --at;
        while (at > 0 && is_continuation(text[at]));
        const char32_t c = decode(text, at).code_point;
        if (is_cased(c)) return true;
        if (!joins(c)) return false;
    }
    return false;
}

bool cased_after(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const Decoded decoded = decode(text, at);
        if (is_cased(decoded.code_point)) return true;
        if (!joins(decoded.code_point)) return false;
        at += decoded.bytes;
    }
    return false;
}

void append_lower(std::string& made, std::string_view text, std::size_t at, const Decoded& decoded) {
    if (decoded.code_point == sigma && cased_before(text, at) && !cased_after(text, at + decoded.bytes)) {
        append(made, final_sigma);
    } else {
        append(made, to_lower(decoded.code_point));
        if (decoded.code_point == dotted_capital_i) append(made, dot_above);
    }
}

void append_upper(std::string& made, char32_t code_point) {
    const auto several = std::ranges::lower_bound(tables::long_uppers, code_point, {}, &tables::LongUpper::from);
    if (several == std::end(tables::long_uppers) || several->from != code_point) {
        append(made, to_upper(code_point));
        return;
    }
    for (const std::uint32_t c : several->to)
        if (c != 0) append(made, c);
}

template <class AppendCharacter>
std::string mapped(std::string_view text, AppendCharacter append_character) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Decoded decoded = decode(text, at);
        if (is_raw(decoded))
            made += text[at];
        else
            append_character(made, at, decoded);
        at += decoded.bytes;
    }
    return made;
}

char32_t folded(char32_t code_point) {
    return to_lower(to_upper(code_point));
}

}  // namespace

std::string lower(std::string_view text) {
    return mapped(text, [text](std::string& made, std::size_t at, const Decoded& decoded) {
        append_lower(made, text, at, decoded);
    });
}

std::string upper(std::string_view text) {
    return mapped(
        text, [](std::string& made, std::size_t, const Decoded& decoded) { append_upper(made, decoded.code_point); });
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    std::size_t l = 0, r = 0;
    while (l < left.size() && r < right.size()) {
        const Decoded a = decode(left, l), b = decode(right, r);
        const bool same = is_raw(a) || is_raw(b) ? is_raw(a) == is_raw(b) && left[l] == right[r]
                                                 : folded(a.code_point) == folded(b.code_point);
        if (!same) return false;
        l += a.bytes;
        r += b.bytes;
    }
    return l == left.size() && r == right.size();
}

}  // namespace rescora::text
