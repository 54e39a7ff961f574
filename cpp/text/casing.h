/// Upper and lower case of whole strings, as in java.lang.String for the root locale.
#pragma once
#include <string>
#include <string_view>

namespace rescora::text {

/// String.toLowerCase: U+0130 becomes two characters, and a sigma that ends a word is a final one.
std::string lower(std::string_view text);

/// String.toUpperCase: some characters become several, as in ß -> SS.
std::string upper(std::string_view text);

/// String.equalsIgnoreCase: character by character, so ß is not SS.
bool equal_ignoring_case(std::string_view left, std::string_view right);

}  // namespace rescora::text
