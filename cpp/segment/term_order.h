/// Sorts the distinct tokens' terms into byte order, and inverts documents into posting lists.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/large_array.h"
#include "base/types.h"
#include "segment/sections.h"

namespace rescora {
class Budget;
}

namespace rescora::segment {

/// terms: sorted, without duplicates. term_of[w]: the term of token w, or no_term for a token that was dropped.
struct TermOrder {
    std::vector<std::string_view> terms;
    std::vector<TermId> term_of;
};

/// term_texts[w]: the term of token w, or nothing when a filter dropped it. The texts must outlive the result.
TermOrder order_terms(std::span<const std::optional<std::string_view>> term_texts, Budget* budget);

/// A counting sort of documents by term, in two passes over the same pairs in the same order: the first counts each
/// term's documents, the second puts them in place.
class Inversion {
 public:
    explicit Inversion(std::size_t num_terms) : ends_(num_terms + 1, 0) {}

    /// The first pass: a document has this term; counted at the document's first occurrence of it.
    void count(TermId term, bool for_the_first_time = true) { ends_[term + 1] += for_the_first_time; }
    /// Between the two.
    void begin_lists();
    /// The second pass: documents ascend.
    void put(DocId doc, TermId term, std::uint32_t frequency) {
        const std::uint64_t at = ends_[term]++;
        docs_[at] = doc;
        frequencies_[at] = static_cast<std::uint8_t>(std::min<std::uint32_t>(frequency, beyond));
        if (frequency >= beyond) great_.push_back({at, frequency});
    }
    /// After both.
    void end_lists();

    std::span<const DocId> docs(TermId term) const { return {docs_.data() + begin(term), ends_[term] - begin(term)}; }
    void frequencies(TermId term, std::vector<std::uint32_t>& all) const;

 private:
    static constexpr std::uint32_t beyond = 255;  ///< frequencies from here on are kept apart
    struct Great {
        std::uint64_t at;
        std::uint32_t frequency;
    };
    std::uint64_t begin(TermId term) const { return term == 0 ? 0 : ends_[term - 1]; }

    std::vector<std::uint64_t> ends_;  ///< of each term's list; until lists end, where the next document comes
    LargeArray<DocId> docs_;
    LargeArray<std::uint8_t> frequencies_;
    std::vector<Great> great_;  ///< by place, once lists have ended
};

/// The dictionary and posting sections of a field. norms: one code a document, or empty.
void add_word_sections(FieldId field, const TermOrder& order, const Inversion& inversion,
                       std::span<const std::uint8_t> norms, std::vector<Section>& sections, Budget* budget);

}  // namespace rescora::segment
