/// English words are stemmed as Lucene's PorterStemFilter does.
#include <string>
#include <utility>

#include "check.h"
#include "text/porter.h"

namespace {

std::string stem(std::string word) {
    rescora::text::porter_stem(word);
    return word;
}

}  // namespace

TEST(words_of_one_or_two_letters_stay) {
    for (const char* word : {"", "a", "s", "as", "is", "\u00E9s", "\U00010400"}) CHECK_EQUAL(word, stem(word));
}

TEST(plurals_lose_their_ending) {
    CHECK_EQUAL("caress", stem("caresses"));
    CHECK_EQUAL("poni", stem("ponies"));
    CHECK_EQUAL("caress", stem("caress"));
    CHECK_EQUAL("cat", stem("cats"));
    CHECK_EQUAL("i", stem("ies"));
}

TEST(past_and_progressive_lose_theirs_and_mend_the_stem) {
    CHECK_EQUAL("feed", stem("feed"));
    CHECK_EQUAL("agre", stem("agreed"));
    CHECK_EQUAL("plaster", stem("plastered"));
    CHECK_EQUAL("bled", stem("bled"));
    CHECK_EQUAL("sing", stem("sing"));
    CHECK_EQUAL("conflat", stem("conflated"));
    CHECK_EQUAL("troubl", stem("troubled"));
    CHECK_EQUAL("size", stem("sized"));
    CHECK_EQUAL("hop", stem("hopping"));
    CHECK_EQUAL("fall", stem("falling"));
    CHECK_EQUAL("hiss", stem("hissing"));
    CHECK_EQUAL("file", stem("filing"));
    CHECK_EQUAL("fail", stem("failing"));
}

TEST(a_final_y_becomes_i_after_a_vowel) {
    CHECK_EQUAL("happi", stem("happy"));
    CHECK_EQUAL("sky", stem("sky"));
    CHECK_EQUAL("yyi", stem("yyy"));  // a y after a consonant, be it a y, is a vowel
}

TEST(double_endings_shrink) {
    const std::pair<const char*, const char*> cases[] = {
        {"relational", "relat"},   {"conditional", "condit"},     {"rational", "ration"},
        {"valenci", "valenc"},     {"digitizer", "digit"},        {"possibli", "possibl"},
        {"radicalli", "radic"},    {"differentli", "differ"},     {"vileli", "vile"},
        {"analogousli", "analog"}, {"vietnamization", "vietnam"}, {"predication", "predic"},
        {"operator", "oper"},      {"feudalism", "feudal"},       {"decisiveness", "decis"},
        {"hopefulness", "hope"},   {"callousness", "callous"},    {"formaliti", "formal"},
        {"sensitiviti", "sensit"}, {"sensibiliti", "sensibl"},    {"archaeologi", "archaeolog"},
        {"triplicate", "triplic"}, {"formative", "form"},         {"formalize", "formal"},
        {"electriciti", "electr"}, {"electrical", "electr"},      {"hopeful", "hope"},
        {"goodness", "good"},
    };
    for (const auto& [word, expected] : cases) CHECK_EQUAL(expected, stem(word));
}

TEST(single_endings_fall_when_enough_remains) {
    const std::pair<const char*, const char*> cases[] = {
        {"revival", "reviv"},    {"allowance", "allow"},    {"airliner", "airlin"},   {"adjustable", "adjust"},
        {"irritant", "irrit"},   {"replacement", "replac"}, {"adjustment", "adjust"}, {"dependent", "depend"},
        {"adoption", "adopt"},   {"action", "action"},      {"million", "million"},   {"homologou", "homolog"},
        {"effective", "effect"}, {"bowdlerize", "bowdler"},
    };
    for (const auto& [word, expected] : cases) CHECK_EQUAL(expected, stem(word));
}

TEST(final_e_and_double_l_are_tidied) {
    CHECK_EQUAL("probat", stem("probate"));
    CHECK_EQUAL("rate", stem("rate"));
    CHECK_EQUAL("ceas", stem("cease"));
    CHECK_EQUAL("control", stem("controll"));
    CHECK_EQUAL("roll", stem("roll"));
}

TEST(letters_beyond_ascii_are_consonants_and_stay_whole) {
    CHECK_EQUAL("na\u00EFv", stem("na\u00EFve"));
    CHECK_EQUAL("caf\u00E9", stem("caf\u00E9s"));
    CHECK_EQUAL("a\u00E9", stem("a\u00E9\u00E9ing"));        // a doubled consonant
    CHECK_EQUAL("a\u00E9\u00E8", stem("a\u00E9\u00E8ing"));  // not doubled, though the first bytes are the same
    CHECK_EQUAL("a\U00010428\U00010428", stem("a\U00010428\U00010428ing"));  // UTF-16 units: low after high
}

TEST(a_letter_of_two_utf_16_units_is_two_letters_long) {
    CHECK_EQUAL("\U00010428", stem("\U00010428s"));
    CHECK_EQUAL("\u00E9s", stem("\u00E9s"));
}

TEST(a_word_may_be_long) {
    const std::string run(1'000'000, 'y');  // each letter's kind hangs on all before it
    CHECK_EQUAL(run.substr(1) + "i", stem(run + "ing"));
}
