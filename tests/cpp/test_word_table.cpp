/// Words keep the number of their first appearance, whatever their length and wherever in a text they stand.
#include <map>
#include <random>
#include <string>

#include "check.h"
#include "segment/word_table.h"

namespace {

using namespace rescora;
using segment::WordTable;

/// Words of few letters, zero bytes among them, about the lengths where slots hold a word in another way.
std::string random_word(std::mt19937& random) {
    std::string word(std::array{0, 1, 2, 7, 8, 9, 15, 16, 17, 40}[random() % 10], ' ');
    for (char& letter : word) letter = "ab\0\xFF"[random() % 4];
    return word;
}

/// The reference: numbers in order of first appearance.
struct Numbers {
    std::map<std::string, std::uint32_t> of;
    std::uint32_t number(const std::string& word) {
        return of.try_emplace(word, static_cast<std::uint32_t>(of.size())).first->second;
    }
};

TEST(words_have_the_number_of_their_first_appearance) {
    std::mt19937 random(1);
    WordTable table;
    Numbers numbers;
    for (int i = 0; i < 30'000; ++i) {
        const std::string word = random_word(random);
        CHECK_EQUAL(numbers.number(word), table.number(word));
    }
    CHECK_EQUAL(numbers.of.size(), table.words().size());
    for (const auto& [word, number] : numbers.of) CHECK_EQUAL(word, table.words()[number]);
}

TEST(words_of_a_text_have_the_same_numbers) {
    std::mt19937 random(2);
    WordTable table;
    Numbers numbers;
    for (int round = 0; round < 2000; ++round) {
        std::string text;
        std::vector<text::Word> words;
        for (std::size_t n = random() % 40; n > 0; --n) {
            const auto begin = static_cast<std::uint32_t>(text.size());
            text += random_word(random);
            words.push_back({begin, static_cast<std::uint32_t>(text.size())});
        }
        // of its own size, so that a sanitizer sees what is read behind it
        const std::vector<char> exact(text.begin(), text.end());
        std::vector<std::uint32_t> got;
        table.number_each({exact.data(), exact.size()}, words, [&](std::uint32_t number) { got.push_back(number); });
        CHECK_EQUAL(words.size(), got.size());
        for (std::size_t i = 0; i < words.size(); ++i)
            CHECK_EQUAL(numbers.number(text.substr(words[i].begin, words[i].end - words[i].begin)), got[i]);
    }
}

}  // namespace
