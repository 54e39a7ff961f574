/// UTF-8 read and written a code point at a time; bytes that are not UTF-8 read as U+FFFD.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace rescora::text {

constexpr char32_t replacement = 0xFFFD;  ///< what a malformed byte reads as

struct Decoded {
    char32_t code_point;
    std::uint32_t bytes;  ///< how many bytes it took, at least 1
};

constexpr bool is_ascii(char byte) {
    return static_cast<unsigned char>(byte) < 0x80;
}

/// decode() of a byte that is not ASCII.
Decoded decode_beyond_ascii(std::string_view text, std::size_t at);

/// The code point that starts at byte `at` < text.size(). A byte that starts none (stray, overlong, a surrogate, cut
/// short, past U+10FFFF) is U+FFFD by itself: each malformed byte counts as one character.
inline Decoded decode(std::string_view text, std::size_t at) {
    if (is_ascii(text[at])) return {static_cast<unsigned char>(text[at]), 1};
    return decode_beyond_ascii(text, at);
}

/// How many UTF-16 units the code point takes: offsets and lengths are counted so, as in Java.
constexpr std::uint32_t utf16_units(char32_t code_point) {
    return code_point < 0x10000 ? 1 : 2;
}

/// Adds the code point, not a surrogate, to the end of text.
void append(std::string& text, char32_t code_point);

}  // namespace rescora::text
