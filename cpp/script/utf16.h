/// Conversion between UTF-8 and UTF-16, whose units Java counts. Lone surrogates are encoded in three bytes (WTF-8).
#pragma once
#include <string>
#include <string_view>

namespace rescora::script {

bool is_ascii(std::string_view text);

std::u16string to_utf16(std::string_view text);
std::string to_utf8(std::u16string_view units);

/// How many units the text has.
std::size_t utf16_length(std::string_view text);

/// Whether a text begins with a low surrogate or ends with a high one: joined to another it may become a pair, so
/// bytes cannot be compared.
bool has_open_end(std::string_view text);

}  // namespace rescora::script
