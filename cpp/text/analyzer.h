/// Analyzers: a tokenizer and token filters, which turn text into terms with positions.
#pragma once
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/segmenter.h"

namespace rescora::text {

/// One term of an analyzed text.
struct Token {
    std::string term;
    std::uint32_t position;    ///< the token's number in its text, from 0; dropped tokens leave holes
    std::uint32_t start, end;  ///< in UTF-16 units, as Elasticsearch counts them
    friend bool operator==(const Token&, const Token&) = default;
};

/// Lower case, code point by code point: no final sigma, and U+0130 becomes i.
struct Lowercase {};

/// Takes an 's from the end, in either case of s, with the apostrophe as ', U+2019 or U+FF07.
struct EnglishPossessive {};

/// Drops the tokens of a set, compared byte for byte.
struct Stop {
    std::set<std::string, std::less<>> words;
};

/// Replaces the token by its Porter stem: porter.h.
struct PorterStem {};

using Filter = std::variant<Lowercase, EnglishPossessive, Stop, PorterStem>;

/// The 33 English stop words of Lucene.
const std::set<std::string, std::less<>>& english_stop_words();

/// A tokenizer and the filters that each token then passes, in order. Immutable; a copy shares the filters.
///
///     Analyzer::named("english").analyze("The fox's dens")  // fox (position 1, 4 to 9), den (2, 10 to 14)
class Analyzer {
 public:
    /// standard, english, keyword, whitespace, simple or stop. Throws InvalidArgument for any other name.
    static Analyzer named(std::string_view name);

    static Analyzer custom(Tokenizer tokenizer, std::vector<Filter> filters);

    Tokenizer tokenizer() const;

    /// Passes one token through the filters: false when one of them drops it, and term is then unspecified.
    /// The term depends on the token alone, so each distinct token needs it once. Malformed bytes become U+FFFD.
    bool filter(std::string_view word, std::string& term) const;

    /// The terms of a text. Throws InvalidArgument when the text has more than 2^32 - 1 bytes.
    std::vector<Token> analyze(std::string_view utf8) const;

    /// Calls `take(term, position)` for each term of a text: all that a query needs.
    template <class Take>
    void each_term(std::string_view utf8, Take&& take) const {
        std::vector<Word> words;
        split(tokenizer(), utf8, words);
        std::string term;
        for (std::size_t i = 0; i < words.size(); ++i)
            if (filter(utf8.substr(words[i].begin, words[i].end - words[i].begin), term))
                take(std::string_view(term), static_cast<std::uint32_t>(i));
    }

    /// Whether both are the very same, copies included.
    bool operator==(const Analyzer&) const = default;

 private:
    struct Chain;
    explicit Analyzer(std::shared_ptr<const Chain> chain);

    std::shared_ptr<const Chain> chain_;
};

}  // namespace rescora::text
