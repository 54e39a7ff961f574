/// Token filters, the built-in analyzers, and the analysis of a text.
#include "text/analyzer.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/shown.h"
#include "text/characters.h"
#include "text/porter.h"
#include "text/utf8.h"

namespace rescora::text {
namespace {

/// Adds the text to term, each code point as `map` gives it; malformed bytes become U+FFFD.
template <class Map>
void append_mapped(std::string_view text, Map map, std::string& term) {
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, bytes] = decode(text, at);
        append(term, map(code_point));
        at += bytes;
    }
}

bool apply(const Lowercase&, std::string& term) {
    if (std::ranges::all_of(term, is_ascii)) {
        for (char& c : term) c = static_cast<char>(to_lower(static_cast<unsigned char>(c)));
        return true;
    }
    const std::string word = std::exchange(term, {});
    append_mapped(word, to_lower, term);
    return true;
}

bool apply(const EnglishPossessive&, std::string& term) {
    for (const std::string_view apostrophe : {"'", "\u2019", "\uFF07"}) {
        for (const char s : {'s', 'S'}) {
            const std::string suffix = std::string(apostrophe) + s;
            if (!term.ends_with(suffix)) continue;
            term.resize(term.size() - suffix.size());
            return true;
        }
    }
    return true;
}

bool apply(const Stop& stop, std::string& term) {
    return !stop.words.contains(term);
}

bool apply(const PorterStem&, std::string& term) {
    porter_stem(term);
    return true;
}

std::uint32_t count_utf16(std::string_view text) {
    std::uint32_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, bytes] = decode(text, at);
        units += utf16_units(code_point);
        at += bytes;
    }
    return units;
}

}  // namespace

const std::set<std::string, std::less<>>& english_stop_words() {
    static const std::set<std::string, std::less<>> words = {
        "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
        "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
        "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with",
    };
    return words;
}

struct Analyzer::Chain {
    Tokenizer tokenizer;
    std::vector<Filter> filters;
};

Analyzer::Analyzer(std::shared_ptr<const Chain> chain) : chain_(std::move(chain)) {}

Analyzer Analyzer::custom(Tokenizer tokenizer, std::vector<Filter> filters) {
    return Analyzer(std::make_shared<const Chain>(Chain{tokenizer, std::move(filters)}));
}

Analyzer Analyzer::named(std::string_view name) {
    if (name == "standard") return custom(Tokenizer::standard, {Lowercase{}});
    if (name == "english") {
        return custom(Tokenizer::standard,
                      {EnglishPossessive{}, Lowercase{}, Stop{english_stop_words()}, PorterStem{}});
    }
    if (name == "keyword") return custom(Tokenizer::keyword, {});
    if (name == "whitespace") return custom(Tokenizer::whitespace, {});
    if (name == "simple") return custom(Tokenizer::letter, {Lowercase{}});
    if (name == "stop") return custom(Tokenizer::letter, {Lowercase{}, Stop{english_stop_words()}});
    throw InvalidArgument("No analyzer found for [" + shown(name) + "]");
}

Tokenizer Analyzer::tokenizer() const {
    return chain_->tokenizer;
}

bool Analyzer::filter(std::string_view word, std::string& term) const {
    term.clear();
    if (std::ranges::all_of(word, is_ascii)) {
        term = word;
    } else {
        append_mapped(word, [](char32_t code_point) { return code_point; }, term);
    }
    return std::ranges::all_of(chain_->filters, [&term](const Filter& filter) {
        return std::visit([&term](const auto& step) { return apply(step, term); }, filter);
    });
}

std::vector<Token> Analyzer::analyze(std::string_view utf8) const {
    std::vector<Word> words;
    split(chain_->tokenizer, utf8, words);
    std::vector<Token> tokens;
    tokens.reserve(words.size());
    std::uint32_t units = 0;  // UTF-16 units before byte `at`
    std::size_t at = 0;
    std::string term;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto [begin, end] = words[i];
        const std::uint32_t start = units + count_utf16(utf8.substr(at, begin - at));
        units = start + count_utf16(utf8.substr(begin, end - begin));
        at = end;
        if (filter(utf8.substr(begin, end - begin), term)) {
            tokens.push_back({term, static_cast<std::uint32_t>(i), start, units});
        }
    }
    return tokens;
}

}  // namespace rescora::text
