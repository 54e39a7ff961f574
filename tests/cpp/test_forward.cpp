/// One document's words and positions: what goes in comes out, whatever widths it needs; damage reads as nothing.
#include <algorithm>
#include <map>
#include <random>

#include "check.h"
#include "postings/forward.h"

namespace {

using namespace rescora;
using namespace rescora::postings;

/// Random numbers of 32 bits.
struct Random {
    std::mt19937 engine;
    explicit Random(std::uint32_t seed) : engine(seed) {}
    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine()); }
};

using Words = std::map<TermId, std::vector<std::uint32_t>>;

struct Made {
    std::vector<std::byte> bytes;
    std::vector<std::uint32_t> offsets = {0};

    void add(const Words& words) {
        std::vector<Occurrence> occurrences;
        for (const auto& [word, positions] : words)
            for (const std::uint32_t position : positions) occurrences.push_back({word, position});
        encode_words(occurrences, bytes);
        offsets.push_back(static_cast<std::uint32_t>(bytes.size() / Forward::unit));
    }
    Forward forward() const { return {offsets, bytes}; }
};

Words read(const WordList& list) {
    Words words;
    for (std::uint32_t i = 0; i < list.size(); ++i) {
        const Positions positions = list.positions(i);
        for (std::uint32_t p = 0; p < positions.size(); ++p) words[list.word(i)].push_back(positions[p]);
    }
    return words;
}

Words make_words(std::size_t count, std::size_t each, std::uint32_t greatest, Random& random) {
    Words words;
    while (words.size() < count) {
        auto& positions = words[static_cast<TermId>(random() >> (1 + random() % 31))];
        for (std::size_t i = 0; i < each; ++i) positions.push_back(random() % (greatest + 1));
        std::ranges::sort(positions);
    }
    if (count > 0) words.begin()->second.back() = greatest;
    return words;
}

TEST(documents_come_back_in_every_width) {
    Random random(1);
    Made made;
    std::vector<Words> all;
    for (const std::size_t count : {0, 1, 2, 3, 4, 63, 64, 65, 300})
        for (const std::size_t each : {1, 2, 300})  // 300 x 301 items need four bytes
            for (const std::uint32_t greatest : {0xFFu, 0x100u, 0xFFFFu, 0x10000u, 0x0FFFFFFFu}) {
                all.push_back(make_words(count, each, greatest, random));
                made.add(all.back());
            }
    const Forward forward = made.forward();
    for (DocId doc = 0; doc < all.size(); ++doc) CHECK(all[doc] == read(forward.words(doc)));
}

TEST(each_word_is_found_and_no_other) {
    Random random(2);
    for (const auto* kernels : kernels::runnable()) {
        Made made;
        const Words words = make_words(200, 2, 1000, random);
        made.add(words);
        const WordList list = made.forward().words(0);
        std::uint32_t place = 0;
        for (const auto& [word, positions] : words) {
            CHECK_EQUAL(place, list.find(word, *kernels));
            CHECK_EQUAL(place, list.lower_bound(word));
            CHECK_EQUAL(positions.size(), list.term_frequency(place));
            if (!words.contains(word + 1)) {
                CHECK_EQUAL(list.size(), list.find(word + 1, *kernels));
                CHECK_EQUAL(place + 1, list.lower_bound(word + 1));
            }
            ++place;
        }
    }
}

TEST(a_document_without_words_takes_no_bytes) {
    Made made;
    made.add({});
    made.add({{7, {1}}});
    made.add({});
    CHECK_EQUAL(0u, made.offsets[1]);
    CHECK_EQUAL(0u, made.forward().words(0).size());
    CHECK_EQUAL(1u, made.forward().words(1).size());
    CHECK_EQUAL(0u, made.forward().words(2).size());
    CHECK_EQUAL(0u, made.forward().words(2).find(7, kernels::active()));
}

TEST(damaged_blocks_stay_in_their_bytes) {
    Random random(3);
    Made good;
    for (const std::size_t count : {1, 5, 70}) good.add(make_words(count, 3, 700, random));
    for (int round = 0; round < 20'000; ++round) {
        Made made = good;
        for (std::size_t n = 1 + random() % 4; n > 0; --n)
            made.bytes[random() % made.bytes.size()] = static_cast<std::byte>(random());
        if (random() % 4 == 0) made.offsets[random() % made.offsets.size()] = random() >> (random() % 32);
        if (random() % 4 == 0) made.bytes.resize(random() % made.bytes.size());
        made.bytes.shrink_to_fit();
        for (DocId doc = 0; doc < 3; ++doc) {
            const WordList list = made.forward().words(doc);
            read(list);
            list.find(random(), kernels::active());
            CHECK(list.lower_bound(random()) <= list.size());
        }
    }
}

}  // namespace
