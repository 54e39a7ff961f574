/// Conversion between UTF-8 and UTF-16.
#include "script/utf16.h"

#include <algorithm>

#include "text/utf8.h"

namespace rescora::script {

namespace {

constexpr char16_t first_half = 0xD800, second_half = 0xDC00, past_halves = 0xE000;

bool is_first_half(char16_t unit) {
    return unit >= first_half && unit < second_half;
}

bool is_second_half(char16_t unit) {
    return unit >= second_half && unit < past_halves;
}

unsigned byte(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// The half that stands at `at`, or 0.
char16_t half_at(std::string_view text, std::size_t at) {
    if (at + 3 > text.size() || byte(text, at) != 0xED || byte(text, at + 1) < 0xA0 || byte(text, at + 1) > 0xBF ||
        (byte(text, at + 2) & 0xC0) != 0x80)
        return 0;
    return static_cast<char16_t>(0xD000 | (byte(text, at + 1) & 0x3F) << 6 | (byte(text, at + 2) & 0x3F));
}

void append_half(std::string& text, char16_t half) {
    text += '\xED';
    text += static_cast<char>(0x80 | ((half >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (half & 0x3F));
}

/// Calls use(code point or half) for each character.
template <class Use>
void for_each_character(std::string_view text, Use use) {
    for (std::size_t at = 0; at < text.size();) {
        if (const char16_t half = half_at(text, at); half != 0) {
            use(char32_t{half});
            at += 3;
        } else {
            const text::Decoded decoded = text::decode(text, at);
            use(decoded.code_point);
            at += decoded.bytes;
        }
    }
}

}  // namespace

bool is_ascii(std::string_view text) {
    unsigned char all = 0;
    for (const char c : text) all = static_cast<unsigned char>(all | static_cast<unsigned char>(c));
    return all < 0x80;
}

std::u16string to_utf16(std::string_view text) {
    std::u16string units;
    units.reserve(text.size());
    for_each_character(text, [&](char32_t c) {
        if (c >= 0x10000) {
            units += static_cast<char16_t>(first_half + ((c - 0x10000) >> 10));
            units += static_cast<char16_t>(second_half + ((c - 0x10000) & 0x3FF));
        } else {
            units += static_cast<char16_t>(c);
        }
    });
    return units;
}

std::string to_utf8(std::u16string_view units) {
    std::string text;
    text.reserve(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
        const char16_t unit = units[i];
        if (is_first_half(unit) && i + 1 < units.size() && is_second_half(units[i + 1])) {
            const char32_t upper = static_cast<char32_t>(unit) - first_half, lower = units[++i];
            text::append(text, 0x10000 + (upper << 10) + (lower - second_half));
        } else if (unit >= first_half && unit < past_halves) {
            append_half(text, unit);
        } else {
            text::append(text, unit);
        }
    }
    return text;
}

std::size_t utf16_length(std::string_view text) {
    if (is_ascii(text)) return text.size();
    std::size_t units = 0;
    for_each_character(text, [&](char32_t c) { units += text::utf16_units(c); });
    return units;
}

bool has_open_end(std::string_view text) {
    return text.size() >= 3 && (is_second_half(half_at(text, 0)) || is_first_half(half_at(text, text.size() - 3)));
}

}  // namespace rescora::script
