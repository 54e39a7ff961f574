/// The fast path for phrases of distinct terms equals the general one, over random documents and phrases.
#include <algorithm>
#include <random>

#include "check.h"
#include "query/distinct_phrase.h"
#include "query/phrase_frequency.h"

namespace {

using namespace rescora;
using namespace rescora::query;

constexpr TermId num_words = 6;

/// Random numbers of 32 bits.
struct Random {
    std::mt19937 engine;
    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine()); }
};

/// One document's block, with every word at random positions below `last`.
class Document {
 public:
    Document(Random& chance, std::uint32_t last) {
        std::vector<postings::Occurrence> occurrences;
        for (TermId word = 0; word < num_words; ++word) {
            const std::uint32_t count = chance() % 7;  // 0: the document does not have it
            for (std::uint32_t i = 0; i < count; ++i) occurrences.push_back({word, chance() % last});
        }
        std::ranges::sort(occurrences);
        const auto same = std::ranges::unique(occurrences);
        occurrences.erase(same.begin(), same.end());
        postings::encode_words(occurrences, bytes_);
        offsets_ = {0, static_cast<std::uint32_t>(bytes_.size() / postings::Forward::unit)};
        bytes_.resize(bytes_.size() + 64);
    }

    postings::WordList words() const { return postings::Forward(offsets_, bytes_).words(0); }

 private:
    std::vector<std::byte> bytes_;
    std::vector<std::uint32_t> offsets_;
};

/// A phrase and what its node points into.
struct Phrase {
    std::vector<std::vector<TermId>> terms;
    std::vector<std::uint32_t> positions;
    std::uint32_t slop = 0;
    std::vector<TermId> required;

    plan::PhraseNode node() const { return {nullptr, terms, positions, slop, nullptr, {}, required}; }
};

/// Some of the words in any order, with holes between them, the rarest in no particular order.
Phrase phrase(Random& chance, std::size_t size) {
    std::vector<TermId> words = {0, 1, 2, 3, 4, 5};
    std::ranges::shuffle(words, chance.engine);
    words.resize(size);
    Phrase made{{}, {}, chance() % 12, words};
    std::ranges::shuffle(made.required, chance.engine);
    std::uint32_t position = 0;
    for (const TermId word : words) {
        made.terms.push_back({word});
        made.positions.push_back(position);
        position += 1 + (chance() % 4 == 0);
    }
    return made;
}

TEST(different_words_have_the_frequency_of_any_words) {
    Random chance{std::mt19937(5)};
    std::size_t matches = 0;
    for (int round = 0; round < 60'000; ++round) {
        const std::uint32_t last[] = {8, 20, 200, 60'000, 3'000'000'000};
        const Document document(chance, last[round % 5]);
        const Phrase made = phrase(chance, 2 + chance() % 5);
        const plan::PhraseNode node = made.node();
        CHECK(DistinctPhrase::fits(node));
        const DistinctPhrase distinct(node, kernels::active());
        const float found = distinct(document.words());
        CHECK_EQUAL(PhraseFrequency(node, kernels::active())(document.words()), found);
        matches += found > 0;
        DistinctPhrase::Places places;
        if (distinct.find(document.words(), places)) CHECK(distinct.most(document.words(), places) >= found);
    }
    CHECK(matches > 5'000);
}

TEST(repeated_words_and_alternatives_go_the_general_way) {
    CHECK(!DistinctPhrase::fits(Phrase{{{1}, {2}, {1}}, {0, 1, 2}, 0, {1, 2}}.node()));
    CHECK(!DistinctPhrase::fits(Phrase{{{1}, {2, 3}}, {0, 1}, 0, {1}}.node()));
}

TEST(a_document_without_words_matches_no_phrase) {
    Random chance{std::mt19937(7)};
    const Phrase made = phrase(chance, 3);
    CHECK_EQUAL(0.0f, DistinctPhrase(made.node(), kernels::active())(postings::WordList()));
}

}  // namespace
