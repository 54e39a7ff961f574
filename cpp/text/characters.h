/// Character properties of Java 17 (Unicode 13.0): letter, whitespace, simple case mappings.
///
/// Lucene asks Java here. The standard tokenizer has rules of its own, of Unicode 12.1.
#pragma once

namespace rescora::text {

/// Java's Character.isLetter: general category L.
bool is_letter(char32_t code_point);

/// Java's Character.isWhitespace: separators that allow a line break, and the control characters TAB to CR, FS to US.
bool is_whitespace(char32_t code_point);

/// Java's Character.toLowerCase: the simple mapping, which gives one code point for one (U+0130 -> i).
char32_t to_lower(char32_t code_point);

/// Java's Character.toUpperCase: the simple mapping (U+00DF stays).
char32_t to_upper(char32_t code_point);

}  // namespace rescora::text
