/// Phrase frequency: the worked values of exact and sloppy phrases.
#include <map>
#include <sstream>

#include "check.h"
#include "query/phrase_frequency.h"

namespace {

using namespace rescora;
using namespace rescora::query;

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

/// The frequency of a phrase in a text; 0 where a word is missing, as the caller of both functions sees to.
float frequency(const std::string& phrase, const std::string& text, std::uint32_t slop) {
    std::map<std::string, TermId> numbers;
    std::vector<std::vector<TermId>> terms;
    std::vector<std::uint32_t> offsets;
    std::vector<PhrasePart> parts;
    const auto document = words_of(text);
    for (const std::string& word : words_of(phrase)) {
        const auto number = static_cast<TermId>(numbers.emplace(word, numbers.size()).first->second);
        const auto offset = static_cast<std::uint32_t>(parts.size());
        terms.push_back({number});
        offsets.push_back(offset);
        parts.push_back({offset, {}});
        for (std::uint32_t at = 0; at < document.size(); ++at)
            if (document[at] == word) parts.back().at.push_back(at);
        if (parts.back().at.empty()) return 0;
    }
    return slop == 0 ? exact_frequency(parts) : SloppyFrequency(terms, offsets, slop)(parts);
}

TEST(sloppy_phrases_have_the_worked_frequencies) {
    CHECK_EQUAL(1.3333334f, frequency("a b", "x a b a y", 2));
    CHECK_EQUAL(0.5f, frequency("a b", "a x b", 1));
    CHECK_EQUAL(0.0f, frequency("a b", "b a", 1));
    CHECK_EQUAL(0.33333334f, frequency("a b", "b a", 2));
    CHECK_EQUAL(0.2f, frequency("a b c", "c b a", 4));
    CHECK_EQUAL(0.33333334f, frequency("a b c", "a x b y c", 2));
    CHECK_EQUAL(0.0f, frequency("a a", "a", 2));
    CHECK_EQUAL(0.5f, frequency("a a", "a x a", 2));
    CHECK_EQUAL(1.5f, frequency("quick fox", "quick brown fox quick fox", 1));
}

TEST(exact_phrases_count_their_starts) {
    CHECK_EQUAL(2.0f, frequency("a b", "a b x a b", 0));
    CHECK_EQUAL(0.0f, frequency("a b", "b a", 0));
    CHECK_EQUAL(2.0f, frequency("a a", "a a a", 0));
    CHECK_EQUAL(1.0f, frequency("a b a", "a b a", 0));
    CHECK_EQUAL(2.0f, frequency("a b a", "a b a b a", 0));
    CHECK_EQUAL(0.0f, frequency("a b", "b", 0));
}

TEST(a_word_before_the_phrase_can_begin_is_no_start) {
    const PhrasePart parts[] = {{0, {4}}, {3, {1, 2, 7}}};
    CHECK_EQUAL(1.0f, exact_frequency(parts));
}

TEST(a_greater_slop_never_finds_less) {
    const std::string text = "a b x a c b a x x b c a a b";
    for (const char* phrase : {"a b", "b a", "a c b", "a a b", "c b a"})
        for (std::uint32_t slop = 1; slop < 20; ++slop)
            CHECK(frequency(phrase, text, slop) <= frequency(phrase, text, slop + 1));
}

TEST(a_pair_of_functions_can_be_used_for_many_documents) {
    const std::vector<std::vector<TermId>> terms = {{0}, {1}};
    const std::vector<std::uint32_t> offsets = {0, 1};
    SloppyFrequency sloppy(terms, offsets, 2);
    for (int round = 0; round < 3; ++round) {
        CHECK_EQUAL(1.0f, sloppy(std::vector<PhrasePart>{{0, {3}}, {1, {4}}}));
        CHECK_EQUAL(0.0f, sloppy(std::vector<PhrasePart>{{0, {3}}, {1, {40}}}));
        CHECK_EQUAL(0.5f, sloppy(std::vector<PhrasePart>{{0, {3}}, {1, {5}}}));
    }
}

}  // namespace
