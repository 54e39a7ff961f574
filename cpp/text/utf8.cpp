/// UTF-8 read and written a code point at a time.
#include "text/utf8.h"

namespace rescora::text {
namespace {

constexpr Decoded malformed{replacement, 1};

/// The six bits of the continuation byte at `at`, or a number above 0x3F when there is none.
char32_t continuation(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    return (byte & 0xC0U) == 0x80U ? byte & 0x3FU : 0xFFU;
}

Decoded decode_two(std::string_view text, std::size_t at, char32_t lead) {
    const char32_t second = continuation(text, at + 1);
    if (second > 0x3F) return malformed;
    return {(lead & 0x1F) << 6 | second, 2};
}

Decoded decode_three(std::string_view text, std::size_t at, char32_t lead) {
    const char32_t second = continuation(text, at + 1);
    const char32_t third = continuation(text, at + 2);
    if (second > 0x3F || third > 0x3F) return malformed;
    const char32_t code_point = (lead & 0x0F) << 12 | second << 6 | third;
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    return code_point < 0x800 || surrogate ? malformed : Decoded{code_point, 3};
}

Decoded decode_four(std::string_view text, std::size_t at, char32_t lead) {
    const char32_t second = continuation(text, at + 1);
    const char32_t third = continuation(text, at + 2);
    const char32_t fourth = continuation(text, at + 3);
    if (second > 0x3F || third > 0x3F || fourth > 0x3F) return malformed;
    const char32_t code_point = (lead & 0x07) << 18 | second << 12 | third << 6 | fourth;
    return code_point < 0x10000 || code_point > 0x10FFFF ? malformed : Decoded{code_point, 4};
}

}  // namespace

Decoded decode_beyond_ascii(std::string_view text, std::size_t at) {
    const char32_t lead = static_cast<unsigned char>(text[at]);
    const std::size_t left = text.size() - at;
    if (lead >= 0xC2 && lead <= 0xDF && left >= 2) return decode_two(text, at, lead);
    if (lead >= 0xE0 && lead <= 0xEF && left >= 3) return decode_three(text, at, lead);
    if (lead >= 0xF0 && lead <= 0xF4 && left >= 4) return decode_four(text, at, lead);
    return malformed;
}

void append(std::string& text, char32_t code_point) {
    const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
    const auto put_continuation = [&put](char32_t bits) { put(0x80 | (bits & 0x3F)); };
    if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        put_continuation(code_point);
    } else if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
        put_continuation(code_point >> 6);
        put_continuation(code_point);
    } else {
        put(0xF0 | code_point >> 18);
        put_continuation(code_point >> 12);
        put_continuation(code_point >> 6);
        put_continuation(code_point);
    }
}

}  // namespace rescora::text
