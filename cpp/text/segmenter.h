/// Tokenizers: standard (UAX #29), whitespace, letter and keyword.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace rescora::text {

/// One token: the bytes [begin, end) of its text.
struct Word {
    std::uint32_t begin, end;
    friend bool operator==(const Word&, const Word&) = default;
};

/// The rule by which text is split. Each is Lucene 9's tokenizer of that name.
enum class Tokenizer : std::uint8_t {
    standard,    ///< UAX #29 words of Unicode 12.1; Han and Hiragana singly; Thai, Lao, Khmer … in runs; emoji
    whitespace,  ///< whatever stands between blanks
    letter,      ///< runs of letters
    keyword,     ///< the whole text; an empty text has no token (Lucene gives one empty token)
};

/// The most UTF-16 units that a token can have: the standard tokenizer looks no further from a token's start, the
/// whitespace and letter tokenizers cut there (with one unit more when a surrogate pair straddles the limit).
constexpr std::uint32_t longest_word = 255;

/// Clears words and fills them with the tokens of the text, in order; token i has position i.
///
/// Units   byte offsets into utf8.
/// Needs   nothing: any bytes will do. A malformed byte is a U+FFFD, a token only for whitespace and keyword.
/// Errors  InvalidArgument when the text has more than 2^32 - 1 bytes.
/// Source  Unicode Standard Annex #29 and Unicode Technical Standard #51, in the reading of Lucene 9.9.1.
///
///     split(Tokenizer::standard, "can't stop, 3.5 mm", words);  // can't  stop  3.5  mm
void split(Tokenizer tokenizer, std::string_view utf8, std::vector<Word>& words);

}  // namespace rescora::text
