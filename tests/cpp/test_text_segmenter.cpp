/// Text is split into the words of Lucene's tokenizers.
#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "check.h"
#include "text/segmenter.h"
#include "text/utf8.h"

using namespace std::literals;
using rescora::text::split;
using rescora::text::Tokenizer;
using rescora::text::Word;
using Strings = std::vector<std::string>;

namespace {

Strings words_of(std::string_view text, Tokenizer tokenizer = Tokenizer::standard) {
    std::vector<Word> words;
    split(tokenizer, text, words);
    Strings strings;
    for (const auto [begin, end] : words) strings.emplace_back(text.substr(begin, end - begin));
    return strings;
}

std::string repeat(std::size_t times, std::string_view part) {
    std::string text;
    while (times-- > 0) text += part;
    return text;
}

/// Bytes that are mostly pieces of valid UTF-8, of many scripts, with damage in between.
std::string random_bytes(std::mt19937& random) {
    static constexpr std::string_view pieces[] = {
        "a",
        "Z",
        "7",
        "_",
        ".",
        "'",
        ":",
        ",",
        "\"",
        " ",
        "\n",
        "#",
        "\u00E9",
        "\u05D0",
        "\u0301",
        "\u200D",
        "\uFE0F",
        "\u20E3",
        "\u30AB",
        "\u3042",
        "\u4E2D",
        "\u0E01",
        "\uAC00",
        "\U0001F1E6",
        "\U0001F600",
        "\U0001F3FB",
        "\U000E0067",
        "\U000E007F",
        "\xC3",
        "\x80",
        "\xFF",
        "\xF0\x9F",
        "\xED\xA0\x80",
        "\xF4\x90\x80\x80",
        "\xC0\x80",
    };
    std::string text;
    const auto length = random() % 40;
    const bool runs = random() % 8 == 0;
    for (std::size_t i = 0; i < length; ++i) {
        const auto piece = pieces[random() % std::size(pieces)];
        text += repeat(runs ? 1 + random() % 130 : 1, piece);
        if (random() % 16 == 0) text.push_back(static_cast<char>(random() % 256));
    }
    return text;
}

}  // namespace

TEST(letters_digits_and_underscores_make_words) {
    CHECK_EQUAL((Strings{"One", "x1y2", "snake_case", "_a", "b_", "1_000"}),
                words_of("One x1y2-snake_case (_a) b_! 1_000"));
}

TEST(underscores_alone_are_no_word) {
    CHECK_EQUAL(Strings{}, words_of("_ __ _____ _-_"));
}

TEST(a_text_without_letters_has_no_words) {
    CHECK_EQUAL(Strings{}, words_of(""));
    CHECK_EQUAL(Strings{}, words_of(" \t\r\n.,;:'\"#*-\u00A0\u2003"));
}

TEST(marks_join_letters_by_wb6_and_wb7) {
    CHECK_EQUAL((Strings{"can't", "e.g", "a:b", "x\u2019y", "x\u00B7y"}), words_of("can't e.g. a:b x\u2019y x\u00B7y"));
    CHECK_EQUAL((Strings{"a", "b", "a", "b", "a", "b"}), words_of("a..b a,b a;b"));
    CHECK_EQUAL((Strings{"a", "1", "a", "1"}), words_of("a.1 a:1"));
}

TEST(marks_join_digits_by_wb11_and_wb12) {
    CHECK_EQUAL((Strings{"3.5", "1,000", "1;2", "1'2", "1", "2"}), words_of("3.5 1,000 1;2 1'2. 1:2"));
    CHECK_EQUAL((Strings{"v1.5b", "1", "a"}), words_of("v1.5b 1.a"));
}

TEST(an_underscore_beside_a_mark_does_not_join) {
    CHECK_EQUAL((Strings{"a_", "b", "a", "_b"}), words_of("a_.b a._b"));
}

TEST(hebrew_keeps_its_quotes_by_wb7a_to_wb7c) {
    CHECK_EQUAL((Strings{"\u05D0'", "\u05D0\"\u05D1", "\u05D0", "a", "b"}),
                words_of("\u05D0' \u05D0\"\u05D1 \u05D0\" a\"b"));
}

TEST(marks_and_format_characters_belong_to_the_word_before) {
    CHECK_EQUAL((Strings{"e\u0301te\u0301", "a\u00ADb", "a\u200D.\u0301b", "a\u0301"}),
                words_of("e\u0301te\u0301 a\u00ADb a\u200D.\u0301b a\u0301"));
    CHECK_EQUAL(Strings{"a"}, words_of(" \u0301a"));
}

TEST(a_fast_ascii_word_may_end_beyond_ascii) {
    CHECK_EQUAL((Strings{"na\u00EFve", "caf\u00E9", "d'\u00E9t\u00E9", "1\u0663"}),
                words_of("na\u00EFve caf\u00E9 d'\u00E9t\u00E9 1\u0663"));
    CHECK_EQUAL((Strings{"abc", "\u4E2D"}), words_of("abc\u4E2D"));
}

TEST(katakana_runs_and_han_and_hiragana_singly) {
    CHECK_EQUAL((Strings{"\u30AB\u30BF", "\u3042", "\u3044", "\u4E2D", "\u56FD\u0301"}),
                words_of("\u30AB\u30BF\u3042\u3044\u4E2D\u56FD\u0301"));
    CHECK_EQUAL((Strings{"\u30AB_\u30BF", "a_\u30AB", "a", "\u30AB"}), words_of("\u30AB_\u30BF a_\u30AB a\u30AB"));
}

TEST(thai_stays_in_one_run_and_hangul_is_letters) {
    CHECK_EQUAL((Strings{"\u0E01\u0E02\u0E03", "a", "\uD55C\uAD6D"}), words_of("\u0E01\u0E02\u0E03a \uD55C\uAD6D"));
}

TEST(full_width_digits_are_numeric) {
    CHECK_EQUAL(Strings{"\uFF11.\uFF12"}, words_of("\uFF11.\uFF12"));
}

TEST(regional_indicators_pair_into_flags) {
    CHECK_EQUAL((Strings{"\U0001F1E9\U0001F1EA", "\U0001F1EB\U0001F1F7"}),
                words_of("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7\U0001F1E6"));
}

TEST(emoji_sequences_are_words) {
    const Strings sequences = {
        "\U0001F600",                                                              // alone
        "\u2764\uFE0F",                                                            // with its presentation selector
        "\U0001F44D\U0001F3FD",                                                    // with a skin tone
        "\U0001F469\u200D\U0001F4BB",                                              // joined
        "1\uFE0F\u20E3",                                                           // keycaps
        "#\u20E3",                                                                 //
        "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F",  // with tags: England
    };
    std::string text;
    for (const auto& sequence : sequences) text += sequence + " ";
    CHECK_EQUAL(sequences, words_of(text));
    CHECK_EQUAL((Strings{"\U0001F600", "\U0001F600"}), words_of("\U0001F600\U0001F600"));
    CHECK_EQUAL(Strings{}, words_of("# * #a"sv.substr(0, 4)));
}

TEST(characters_newer_than_unicode_12_1_are_no_words) {
    CHECK_EQUAL((Strings{"\u1C90", "\uA7C2"}), words_of("\u0870 \uA7C7 \U00030000 \u1C90 \uA7C2"));
    CHECK_EQUAL((Strings{"a", "b"}), words_of("a\u00B8"
                                              "b"));
}

TEST(a_word_is_cut_at_255_utf_16_units) {
    const auto x = [](std::size_t n) { return std::string(n, 'x'); };
    CHECK_EQUAL((Strings{x(255), x(255), x(90)}), words_of(x(600)));
    CHECK_EQUAL((Strings{x(254), "y"}), words_of(x(254) + ".y"));
    CHECK_EQUAL(Strings{x(253) + ".y"}, words_of(x(253) + ".y"));
    CHECK_EQUAL((Strings{repeat(255, "\u00E9"), "\u00E9"}), words_of(repeat(256, "\u00E9")));
}

TEST(a_surrogate_pair_that_straddles_the_limit_opens_the_next_word) {
    CHECK_EQUAL((Strings{repeat(127, "\U00010400"), "\U00010400"}), words_of(repeat(128, "\U00010400")));
    CHECK_EQUAL((Strings{repeat(128, "\U00010400"), "\U00010400"}),
                words_of(repeat(129, "\U00010400"), Tokenizer::letter));
}

TEST(whitespace_splits_where_java_does) {
    const auto words = [](std::string_view text) { return words_of(text, Tokenizer::whitespace); };
    CHECK_EQUAL((Strings{"a-b", "c\u00A0d", "e\u2007f\u202Fg", "h"}),
                words(" a-b\tc\u00A0d\u3000e\u2007f\u202Fg\u2028h\n"));
    CHECK_EQUAL((Strings{"a", "b"}), words("a\x1C"
                                           "b"));
    CHECK_EQUAL((Strings{"a\u0085", "b"}), words("a\u0085\u1680b"));
    CHECK_EQUAL((Strings{std::string(255, '-'), "-"}), words(std::string(256, '-')));
}

TEST(letter_takes_runs_of_letters) {
    CHECK_EQUAL((Strings{"don", "t", "stop", "\u00E9t\u00E9", "\u4E2D\u56FD"}),
                words_of("don't stop2 \u00E9t\u00E9_\u4E2D\u56FD", Tokenizer::letter));
}

TEST(keyword_takes_the_whole_text) {
    CHECK_EQUAL(Strings{" New York "}, words_of(" New York ", Tokenizer::keyword));
    CHECK_EQUAL(Strings{""}, words_of("", Tokenizer::keyword));
}

TEST(a_text_of_4_gib_is_refused) {
    std::vector<Word> words = {{0, 1}};
    const std::string_view huge("", std::size_t{1} << 32);  // refused by its size: no byte of it is read
    CHECK_THROWS(rescora::InvalidArgument, "a text has 4294967296 bytes; the most is 4294967295",
                 split(Tokenizer::standard, huge, words));
    CHECK(words.empty());
}

TEST(a_malformed_byte_separates_words) {
    CHECK_EQUAL((Strings{"a", "b"}), words_of("a\xFF"
                                              "b"));
    CHECK_EQUAL((Strings{"a", "b"}), words_of("a\xC3"
                                              "b\xE4\xB8"));
    CHECK_EQUAL(Strings{"a\xFF"
                        "b"},
                words_of("a\xFF"
                         "b",
                         Tokenizer::whitespace));
}

TEST(a_malformed_byte_decodes_alone_as_the_replacement_character) {
    for (const auto text : {"\x80"sv, "\xC0\x80"sv, "\xC3"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv, "\xF0\x80\x80\x80"sv,
                            "\xF4\x90\x80\x80"sv, "\xF8\x88\x80\x80"sv, "\xE4\xB8"sv, "\xF0\x9F\x98"sv}) {
        const auto [code_point, bytes] = rescora::text::decode(text, 0);
        CHECK(code_point == rescora::text::replacement);
        CHECK_EQUAL(1U, bytes);
    }
}

TEST(any_bytes_give_ordered_words_within_bounds) {
    std::mt19937 random(20240229);
    std::vector<Word> words;
    for (int round = 0; round < 20000; ++round) {
        const std::string text = random_bytes(random);
        // A buffer of its own, without the string's final zero, so that a sanitizer sees the first byte too many.
        const std::vector<char> bytes(text.begin(), text.end());
        for (const auto tokenizer :
             {Tokenizer::standard, Tokenizer::whitespace, Tokenizer::letter, Tokenizer::keyword}) {
            split(tokenizer, {bytes.data(), bytes.size()}, words);
            std::uint32_t before = 0;
            for (const auto [begin, end] : words) {
                const bool not_empty = begin < end || bytes.empty();  // no text is one empty keyword
                CHECK(before <= begin && not_empty && end <= bytes.size());
                before = end;
            }
        }
    }
}
