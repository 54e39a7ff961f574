/// An analyzer gives Lucene's terms, positions and offsets.
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "check.h"
#include "text/analyzer.h"

namespace rescora::text {

std::ostream& operator<<(std::ostream& out, const Token& token) {
    return out << token.term << '@' << token.position << ':' << token.start << '-' << token.end;
}

}  // namespace rescora::text

using namespace rescora::text;
using Tokens = std::vector<Token>;

namespace {

Tokens analyze(std::string_view analyzer, std::string_view text) {
    return Analyzer::named(analyzer).analyze(text);
}

std::string filtered(std::vector<Filter> filters, std::string_view word) {
    std::string term;
    const bool kept = Analyzer::custom(Tokenizer::standard, std::move(filters)).filter(word, term);
    return kept ? term : "(dropped)";
}

}  // namespace

TEST(standard_lowers_each_word) {
    CHECK_EQUAL((Tokens{{"the", 0, 0, 3}, {"2", 1, 4, 5}, {"quick", 2, 6, 11}, {"foxes", 3, 13, 18}}),
                analyze("standard", "The 2 QUICK, Foxes!"));
}

TEST(offsets_count_utf_16_units) {
    CHECK_EQUAL((Tokens{{"\u00E9t\u00E9", 0, 0, 3}, {"\u4E2D", 1, 4, 5}, {"\U0001F600", 2, 6, 8}, {"x", 3, 8, 9}}),
                analyze("standard", "\u00C9t\u00E9 \u4E2D \U0001F600x"));
}

TEST(lower_case_is_the_simple_mapping) {
    CHECK_EQUAL("i", filtered({Lowercase{}}, "\u0130"));
    CHECK_EQUAL("\u03C3\u03C3", filtered({Lowercase{}}, "\u03A3\u03A3"));
    CHECK_EQUAL("\u00DF\u0101\u0436\u10D0", filtered({Lowercase{}}, "\u1E9E\u0100\u0416\u1C90"));
    CHECK_EQUAL("k\u00E5\u03C9", filtered({Lowercase{}}, "\u212A\u212B\u2126"));
    CHECK_EQUAL("\U00010428\u2170", filtered({Lowercase{}}, "\U00010400\u2160"));
    CHECK_EQUAL("\u01C6\u01C6", filtered({Lowercase{}}, "\u01C4\u01C5"));
}

TEST(english_drops_possessives_and_stop_words_and_stems) {
    CHECK_EQUAL((Tokens{{"fox", 1, 4, 9}, {"den", 2, 10, 14}, {"ar", 4, 19, 23}}),
                analyze("english", "The fox's dens are ARED"));
    CHECK_EQUAL((Tokens{}), analyze("english", "to be or not to be's"));
}

TEST(a_possessive_ends_in_one_of_three_apostrophes) {
    for (const char* word : {"x's", "x'S", "x\u2019s", "x\u2019S", "x\uFF07s"}) {
        CHECK_EQUAL("x", filtered({EnglishPossessive{}}, word));
    }
    for (const char* word : {"s", "xs", "x'", "x's's'", "x\u2018s"}) {
        CHECK_EQUAL(word, filtered({EnglishPossessive{}}, word));
    }
    CHECK_EQUAL("", filtered({EnglishPossessive{}}, "'s"));
}

TEST(simple_and_stop_take_letters) {
    CHECK_EQUAL((Tokens{{"it", 0, 0, 2}, {"s", 1, 3, 4}, {"x", 2, 5, 6}}), analyze("simple", "It's X2"));
    CHECK_EQUAL((Tokens{{"s", 1, 3, 4}, {"x", 2, 5, 6}}), analyze("stop", "It's X2"));
}

TEST(whitespace_and_keyword_keep_the_case) {
    CHECK_EQUAL((Tokens{{"It's", 0, 0, 4}, {"X-2", 1, 5, 8}}), analyze("whitespace", "It's X-2"));
    CHECK_EQUAL((Tokens{{"It's X-2", 0, 0, 8}}), analyze("keyword", "It's X-2"));
    CHECK_EQUAL((Tokens{{"", 0, 0, 0}}), analyze("keyword", ""));  // as Lucene: an empty keyword is a keyword
}

TEST(filters_run_in_the_order_given) {
    const Filter stop = Stop{{"the"}};
    CHECK_EQUAL("the", filtered({stop, Lowercase{}}, "The"));
    CHECK_EQUAL("(dropped)", filtered({Lowercase{}, stop}, "The"));
}

TEST(there_are_33_english_stop_words) {
    CHECK_EQUAL(33U, english_stop_words().size());
}

TEST(malformed_bytes_come_out_as_replacement_characters) {
    CHECK_EQUAL("\uFFFDa\uFFFD\uFFFD", filtered({},
                                                "\xFF"
                                                "a\xE4\xB8"));
    CHECK_EQUAL("\uFFFDa", filtered({Lowercase{}},
                                    "\xFF"
                                    "A"));
    CHECK_EQUAL((Tokens{{"\uFFFDa", 0, 0, 2}, {"b", 1, 3, 4}}), analyze("whitespace",
                                                                        "\xFF"
                                                                        "a b"));
}

TEST(an_unknown_name_is_refused) {
    CHECK_THROWS(rescora::InvalidArgument, "No analyzer found for [klingon]", Analyzer::named("klingon"));
}

TEST(any_bytes_can_be_analyzed) {
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
        std::string text(random() % 60, ' ');
        for (char& byte : text)
            byte = static_cast<char>(random() % 3 == 0 ? random() % 256 : "aesing'. \xC3\xA9\xE2"[random() % 12]);
        for (const auto* name : {"standard", "english", "simple", "stop", "whitespace", "keyword"}) {
            std::uint32_t before = 0;
            for (const Token& token : analyze(name, text)) {
                const bool empty_keyword = text.empty() && token.end == 0;
                CHECK(before <= token.start && token.end <= text.size());
                CHECK(token.start < token.end || empty_keyword);
                before = token.end;
            }
        }
    }
}
