/// UTF-8 as the UTF-16 units that Java counts, and back. Half of a pair stands in UTF-8 as the three bytes of its
/// number.
#pragma once
#include <string>
#include <string_view>

namespace rescora::script {

bool is_ascii(std::string_view text);

std::u16string to_utf16(std::string_view text);
std::string to_utf8(std::u16string_view units);

/// How many units the text has.
std::size_t utf16_length(std::string_view text);

/// Whether a text begins with a second half of a pair, or ends with a first half: put beside others it may become a
/// whole one, so bytes tell nothing.
bool has_open_end(std::string_view text);

}  // namespace rescora::script
