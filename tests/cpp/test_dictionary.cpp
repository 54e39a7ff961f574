/// Words are found by their bytes, in byte order, by what they begin with; damaged bytes find nothing wrong.
#include <algorithm>
#include <cstring>
#include <random>
#include <set>
#include <string>

#include "base/hash.h"
#include "check.h"
#include "postings/dictionary.h"

namespace {

using namespace rescora;
using namespace rescora::postings;

/// A dictionary with the sections that it views.
struct Made {
    DictionaryParts parts;
    Dictionary words;

    explicit Made(const std::set<std::string>& all) {
        const std::vector<std::string_view> views(all.begin(), all.end());
        parts = make_dictionary(views);
        words = {parts.starts, {parts.bytes.data(), parts.bytes.size()}, parts.table, parts.crowded};
    }
};

std::set<std::string> random_words(std::size_t n) {
    std::mt19937 random(11);
    std::set<std::string> words;
    while (words.size() < n) {
        std::string word(random() % 6, ' ');
        for (char& letter : word) letter = "ab\xC3\xFF\0"[random() % 5];
        words.insert(word);
    }
    return words;
}

TEST(each_word_has_its_rank_in_byte_order) {
    const auto all = random_words(2'000);
    const Made made(all);
    CHECK_EQUAL(2'000u, made.words.size());
    TermId rank = 0;
    for (const std::string& word : all) {
        CHECK_EQUAL(rank, made.words.find(word));
        CHECK_EQUAL(word, made.words.word(rank));
        ++rank;
    }
}

TEST(a_word_that_is_not_there_is_not_found) {
    const Made made(random_words(500));
    for (const char* word : {"c", "abc", "aaaaaaaaaaaa", "b\xC3\xC3z"}) CHECK_EQUAL(no_term, made.words.find(word));
    CHECK_EQUAL("", made.words.word(500));
    CHECK_EQUAL("", made.words.word(no_term));
}

TEST(bounds_and_prefixes_agree_with_a_sorted_set) {
    const auto all = random_words(600);
    const std::vector<std::string> sorted(all.begin(), all.end());
    const Made made(all);
    auto asked = random_words(900);
    asked.insert({"", "zzz", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF"});
    for (const std::string& word : asked) {
        const auto lower = std::ranges::lower_bound(sorted, word) - sorted.begin();
        CHECK_EQUAL(lower, made.words.lower_bound(word));
        const auto count = std::ranges::count_if(sorted, [&](const auto& have) { return have.starts_with(word); });
        const auto [first, last] = made.words.with_prefix(word);
        CHECK_EQUAL(lower, first);
        CHECK_EQUAL(lower + count, last);
    }
}

/// What is fetched ahead is a guess: the rank of the word, or of one that stands where the search for it begins.
TEST(fetching_ahead_guesses_the_rank_that_is_found_most_often) {
    const auto all = random_words(500);
    const Made made(all);
    const std::vector<std::string_view> views(all.begin(), all.end());
    std::size_t right = 0;
    for (std::size_t first = 0; first < views.size(); first += 20) {
        const auto some = std::span(views).subspan(first, 20);  // more than are fetched
        const auto guessed = made.words.fetch_ahead(some);
        for (std::size_t i = 0; i < guessed.size(); ++i) {
            CHECK(guessed[i] < made.words.size());
            right += guessed[i] == made.words.find(some[i]);
        }
    }
    CHECK(right > 250);
    CHECK_EQUAL(no_term, made.words.fetch_ahead({})[0]);
    const std::string_view word = "ab";
    CHECK_EQUAL(no_term, Dictionary().fetch_ahead({&word, 1})[0]);
}

TEST(an_empty_dictionary_has_no_words) {
    const Made made({});
    CHECK_EQUAL(0u, made.words.size());
    CHECK_EQUAL(no_term, made.words.find(""));
    CHECK_EQUAL(no_term, made.words.find("a"));
    CHECK_EQUAL(0u, made.words.lower_bound("a"));
    CHECK_EQUAL(0u, made.words.with_prefix("").second);
    CHECK_EQUAL(no_term, Dictionary().find("a"));
    CHECK_EQUAL(0u, Dictionary().size());
}

TEST(the_empty_word_is_a_word) {
    const Made made({"", "a"});
    CHECK_EQUAL(0u, made.words.find(""));
    CHECK_EQUAL(1u, made.words.find("a"));
}

TEST(a_full_table_of_wrong_ranks_ends) {
    Made made({"a", "b", "c"});
    std::ranges::fill(made.parts.table, 0xFFFFFFFF);
    CHECK_EQUAL(no_term, made.words.find("a"));
    std::ranges::fill(made.parts.table, 1);
    CHECK_EQUAL(0u, made.words.find("a"));
    CHECK_EQUAL(no_term, made.words.find("b"));
}

TEST(starts_beyond_the_bytes_give_empty_words) {
    Made made({"a", "b", "c"});
    std::ranges::fill(made.parts.starts, ~std::uint64_t{0});
    CHECK_EQUAL("", made.words.word(1));
    made.parts.starts = {2, 1, 0, 9};
    for (TermId id = 0; id < 3; ++id) CHECK_EQUAL("", made.words.word(id));
    CHECK_EQUAL(no_term, made.words.find("a"));
}

/// Words of 16 bytes that have one hash: the first half is free, and the second takes back what it did.
std::set<std::string> words_of_one_slot(std::size_t n) {
    using namespace rescora::hashing;
    const auto inverse = [](std::uint64_t odd) {
        std::uint64_t x = odd;
        for (int i = 0; i < 6; ++i) x *= 2 - odd * x;
        return x;
    };
    constexpr std::uint64_t wanted = 0x0123456789ABCDEF;  // the state before the second half, whatever it is
    std::set<std::string> words;
    std::mt19937_64 random(5);
    while (words.size() < n) {
        std::string word(16, ' ');
        for (int i = 0; i < 8; ++i) word[static_cast<std::size_t>(i)] = static_cast<char>('a' + random() % 16);
        std::uint64_t first;
        std::memcpy(&first, word.data(), 8);
        const std::uint64_t state = absorb(16 * root2, first);
        const std::uint64_t second = (state ^ wanted) * inverse(root3);
        std::memcpy(word.data() + 8, &second, 8);
        words.insert(word);
    }
    return words;
}

TEST(words_that_want_one_slot_are_found_like_others) {
    const auto all = words_of_one_slot(5'000);
    std::set<std::uint64_t> hashes;
    for (const std::string& word : all) hashes.insert(hash64(word));
    CHECK_EQUAL(1u, hashes.size());
    const Made made(all);
    CHECK_EQUAL(5'000 - Dictionary::most_probes, made.parts.crowded.size());
    TermId rank = 0;
    for (const std::string& word : all) CHECK_EQUAL(rank++, made.words.find(word));
    for (const std::string& word : words_of_one_slot(5'100))
        if (!all.contains(word)) CHECK_EQUAL(no_term, made.words.find(word));
}

TEST(no_word_is_crowded_where_nobody_chose_them) {
    std::set<std::string> all;
    for (int i = 0; i < 100'000; ++i) all.insert("id-" + std::to_string(i));
    CHECK_EQUAL(0u, Made(all).parts.crowded.size());
}

TEST(a_search_ends_after_some_probes_where_crowded_words_are_told_apart) {
    Made made({"a", "word"});
    auto table = made.parts.table;
    table.assign(1024, 1);  // each slot is taken by the first word
    const std::size_t slot = hash64("word") % table.size();
    const auto find_at = [&](std::size_t distance, bool told_apart) {
        auto filled = table;
        filled[(slot + distance) % filled.size()] = 2;
        const std::string_view bytes{made.parts.bytes.data(), made.parts.bytes.size()};
        if (!told_apart) return Dictionary(made.parts.starts, bytes, filled).find("word");
        return Dictionary(made.parts.starts, bytes, filled, made.parts.crowded).find("word");
    };
    CHECK_EQUAL(1u, find_at(Dictionary::most_probes - 1, true));
    CHECK_EQUAL(no_term, find_at(Dictionary::most_probes, true));
    CHECK_EQUAL(1u, find_at(1000, false));  // as files of version 2 may want it
}

TEST(damaged_crowded_ranks_find_nothing_wrong) {
    const auto all = words_of_one_slot(500);
    Made made(all);
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        auto crowded = made.parts.crowded;
        for (int i = 0; i < 5; ++i) crowded[random() % crowded.size()] = static_cast<std::uint32_t>(random());
        const Dictionary damaged(made.parts.starts, {made.parts.bytes.data(), made.parts.bytes.size()},
                                 made.parts.table, crowded);
        for (const std::string& word : all) {
            const TermId found = damaged.find(word);
            CHECK(found == no_term || damaged.word(found) == word);
        }
    }
}

}  // namespace
