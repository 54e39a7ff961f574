/// A caller's text cut short for an error message.
#pragma once
#include <string>
#include <string_view>

namespace rescora {

/// The text, or its beginning and an ellipsis; a character of several bytes is not cut.
inline std::string shown(std::string_view text, std::size_t most = 80) {
    if (text.size() <= most) return std::string(text);
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return std::string(text.substr(0, end)) + "…";
}

}  // namespace rescora
