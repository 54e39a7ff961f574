/// Phrases of different words, one at each place, as nearly all are: what repeated words and alternatives need is left
/// out, and no memory is asked for.
#pragma once
#include <array>
#include <cstdint>

#include "kernels/table.h"
#include "plan/node.h"
#include "postings/forward.h"

namespace rescora::query {

class DistinctPhrase {
 public:
    static constexpr std::size_t most_words = 16;

    /// Whether a phrase is of this kind. A longer one is left to PhraseFrequency.
    static bool fits(const plan::PhraseNode& node) {
        return node.required.size() == node.terms.size() && node.terms.size() <= most_words;
    }

    DistinctPhrase(const plan::PhraseNode& node, const kernels::Table& kernels);

    /// Where the phrase's words are among a document's.
    using Places = std::array<std::uint32_t, most_words>;

    /// Whether a document has all of the words; no position is read for that.
    bool find(const postings::WordList& words, Places& places) const;

    /// A frequency that the phrase's own is not above, by how often its words stand. A sloppy match takes at least one
    /// position that no other begins with, and gives at most 1; an exact one takes a position of each word.
    float most(const postings::WordList& words, const Places& places) const;

    /// The phrase's frequency; 0 when it does not match.
    float frequency(const postings::WordList& words, const Places& places) const;
    float operator()(const postings::WordList& words) const {
        Places places;
        return find(words, places) ? frequency(words, places) : 0;
    }

 private:
    /// One word of the phrase: words are looked for the rarest first, and read in the phrase's order.
    struct Sought {
        TermId word;
        std::uint32_t part;
    };

    template <std::size_t n>
    using Parts = std::array<postings::Positions, n == 0 ? most_words : n>;

    template <class Width, std::size_t n>
    float walk(const Parts<n>& parts) const;
    template <std::size_t n>
    float frequency_of(const postings::WordList& words, const Places& places) const;

    const kernels::Table& kernels_;
    std::size_t size_;
    std::uint32_t slop_;
    std::array<Sought, most_words> sought_;
    std::array<std::uint32_t, most_words> offsets_;
};

}  // namespace rescora::query
