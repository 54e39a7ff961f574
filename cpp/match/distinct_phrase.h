/// Phrases of different words, one at each place, as nearly all are: what repeated words and alternatives need is left
/// out, and no memory is asked for.
#pragma once
#include <array>
#include <cstdint>

#include "kernels/table.h"
#include "plan/node.h"
#include "postings/forward.h"

namespace rescora::match {

class DistinctPhrase {
 public:
    /// Whether a phrase is of this kind. A longer one is left to PhraseFrequency.
    static bool fits(const plan::PhraseNode& node) {
        return node.required.size() == node.terms.size() && node.terms.size() <= most_words;
    }

    DistinctPhrase(const plan::PhraseNode& node, const kernels::Table& kernels);

    /// The phrase's frequency in a document with these words; 0 when it does not match.
    float operator()(const postings::WordList& words) const;

 private:
    static constexpr std::size_t most_words = 16;

    /// One word of the phrase: words are looked for the rarest first, and read in the phrase's order.
    struct Sought {
        TermId word;
        std::uint32_t part;
    };

    using Places = std::array<std::uint32_t, most_words>;
    template <std::size_t n>
    using Parts = std::array<postings::Positions, n == 0 ? most_words : n>;

    template <class Width, std::size_t n>
    float walk(const Parts<n>& parts) const;
    template <std::size_t n>
    float frequency(const postings::WordList& words, const Places& places) const;

    const kernels::Table& kernels_;
    std::size_t size_;
    std::uint32_t slop_;
    std::array<Sought, most_words> sought_;
    std::array<std::uint32_t, most_words> offsets_;
};

}  // namespace rescora::match
